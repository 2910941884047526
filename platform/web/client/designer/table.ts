// A table of the form as a sheet of lines and fields: the header's levels, the number line, the rows; in front of
// the data columns the ordinal, the name and (where rows state one) the unit. Everything the keyboard and the mouse
// reach is a spot with a place in that sheet.

import type { Column, Row, Section } from "./types";

export type Lead = "ordinal" | "name" | "unit";
export type Spot =
  | { readonly at: "head" | "number"; readonly section: string; readonly id: string }
  | { readonly at: Lead; readonly section: string; readonly id: string }
  | { readonly at: "cell"; readonly section: string; readonly row: string; readonly column: string }
  | { readonly at: "new-column" | "new-row" | "section"; readonly section: string }
  | { readonly at: "form" };

/** A header cell, as it stands on the page. */
export interface Head {
  readonly column: Column;
  readonly parent: Column | null;
  readonly level: number;
  readonly levels: number; // lines it covers
  readonly from: number; // its first leaf
  readonly leaves: number;
}
export interface Line {
  readonly row: Row;
  readonly parent: Row | null;
  readonly depth: number;
}
interface Place {
  readonly line: number;
  readonly field: number;
}

export const MAX_LEVELS = 6;

export class Table {
  readonly heads: readonly Head[];
  readonly leaves: readonly Column[];
  readonly lines: readonly Line[];
  readonly lead: readonly Lead[];
  readonly levels: number;
  /** Labels of the fields in front in the number line: numbers where the columns' go on from them, else letters. */
  readonly leadNumbers: readonly string[];
  private readonly headAt = new Map<string, Head>();
  private readonly lineAt = new Map<string, number>();
  private readonly leafAt = new Map<string, number>();

  constructor(
    readonly section: Section,
    showUnits: boolean,
  ) {
    const columns = section.columns ?? [];
    this.levels = Math.max(1, ...columns.map(depthOf));
    const heads: Head[] = [];
    const leaves: Column[] = [];
    placeHeads(columns, null, 0, this.levels, heads, leaves);
    this.heads = heads;
    this.leaves = leaves;
    this.lines = section.kind === "table" ? linesOf(section.rows?.items ?? []) : [];
    const isUnitShown = showUnits || this.lines.some(({ row }) => row.unit);
    this.lead = isUnitShown ? ["ordinal", "name", "unit"] : ["ordinal", "name"];
    const counted = leaves[0] && labelOf(leaves[0]) === String(this.lead.length + 1);
    this.leadNumbers = this.lead.map((_, at) => (counted ? String(at + 1) : ("ABC"[at] as string)));
    for (const head of heads) this.headAt.set(head.column.id, head);
    leaves.forEach((leaf, at) => this.leafAt.set(leaf.id, at));
    this.lines.forEach(({ row }, at) => this.lineAt.set(row.id, at));
  }

  head(id: string): Head | undefined {
    return this.headAt.get(id);
  }
  line(id: string): Line | undefined {
    return this.lines[this.lineAt.get(id) ?? -1];
  }
  lineIndex(id: string): number {
    return this.lineAt.get(id) ?? -1;
  }
  leafIndex(id: string): number {
    return this.leafAt.get(id) ?? -1;
  }

  /** Where a spot stands; its first line and field where it covers several. */
  placeOf(spot: Spot): Place | null {
    const first = this.lead.length;
    switch (spot.at) {
      case "head": {
        const head = this.headAt.get(spot.id);
        return head ? { line: head.level, field: first + head.from } : null;
      }
      case "number":
        return this.leafAt.has(spot.id) ? { line: this.levels, field: first + this.leafIndex(spot.id) } : null;
      case "cell": {
        const [line, leaf] = [this.lineIndex(spot.row), this.leafIndex(spot.column)];
        return line < 0 || leaf < 0 ? null : { line: this.levels + 1 + line, field: first + leaf };
      }
      case "new-column":
        return { line: 0, field: first + this.leaves.length };
      case "new-row":
        return { line: this.levels + 1 + this.lines.length, field: 1 };
      case "section":
      case "form":
        return null;
      default: {
        const line = this.lineIndex(spot.id);
        return line < 0 ? null : { line: this.levels + 1 + line, field: Math.max(0, this.lead.indexOf(spot.at)) };
      }
    }
  }

  /** What stands at a place; null outside and where only names of fields stand. */
  spotAt({ line, field }: Place): Spot | null {
    const section = this.section.id;
    const at = field - this.lead.length;
    if (line < 0 || field < 0) return null;
    if (at >= this.leaves.length && line <= this.levels) return { at: "new-column", section };
    if (line < this.levels) {
      const head = this.heads.find((each) => covers(each, line, at));
      return head ? { at: "head", section, id: head.column.id } : null;
    }
    if (line === this.levels) {
      const leaf = this.leaves[at];
      return leaf ? { at: "number", section, id: leaf.id } : null;
    }
    const here = this.lines[line - this.levels - 1];
    if (!here) return line === this.levels + 1 + this.lines.length && this.takesRows ? { at: "new-row", section } : null;
    const lead = this.lead[field];
    if (lead) return { at: lead, section, id: here.row.id };
    const leaf = this.leaves[at];
    return leaf ? { at: "cell", section, row: here.row.id, column: leaf.id } : null;
  }

  /** The spot one step away, over all that the spot covers and past places where nothing stands. */
  step(spot: Spot, lines: number, fields: number): Spot | null {
    const start = this.placeOf(spot);
    if (!start) return null;
    const head = spot.at === "head" ? this.headAt.get(spot.id) : undefined;
    let line = start.line + (lines > 0 && head ? head.levels : lines);
    let field = start.field + (fields > 0 && head ? head.leaves : fields);
    const lastLine = this.levels + 1 + this.lines.length;
    const lastField = this.lead.length + this.leaves.length;
    while (line >= 0 && field >= 0 && line <= lastLine && field <= lastField) {
      const found = this.spotAt({ line, field });
      if (found) return found;
      if (!lines && !fields) return null;
      if (lines && line === lastLine) return this.spotAt({ line, field: 1 });
      line += lines;
      field += fields;
    }
    return null;
  }

  /** Whether it has the same lines, fields and levels, whatever they are called. */
  looksLike(other: Table): boolean {
    const same = (one: readonly string[], two: readonly string[]): boolean => one.length === two.length && one.every((each, at) => each === two[at]);
    const shape = (table: Table): string[] => [String(table.levels), ...table.lead, ...table.leadNumbers, ...table.leaves.map((leaf) => leaf.id)];
    const lines = (table: Table): string[] => table.lines.map(({ row, depth }) => `${depth}/${row.id}`);
    return this.section.rows?.kind === other.section.rows?.kind && same(shape(this), shape(other)) && same(lines(this), lines(other));
  }

  get takesRows(): boolean {
    return this.section.kind === "table";
  }
}

export const labelOf = (column: Column): string => column.ordinal ?? column.code;
export const hasCells = (row: Row): boolean => row.kind === undefined || row.kind === "data" || row.kind === "total";
export const depthOf = (node: Column | Row): number => 1 + Math.max(0, ...(node.children ?? []).map(depthOf));

/** All nodes of a tree in display order. */
export function walk<T extends { readonly children?: readonly T[] }>(nodes: readonly T[]): T[] {
  return nodes.flatMap((node) => [node, ...walk(node.children ?? [])]);
}

function linesOf(rows: readonly Row[], parent: Row | null = null, depth = 0): Line[] {
  return rows.flatMap((row) => [{ row, parent, depth }, ...linesOf(row.children ?? [], row, depth + 1)]);
}

function placeHeads(
  columns: readonly Column[],
  parent: Column | null,
  level: number,
  levels: number,
  heads: Head[],
  leaves: Column[],
): void {
  for (const column of columns) {
    const from = leaves.length;
    if (column.children?.length) placeHeads(column.children, column, level + 1, levels, heads, leaves);
    else leaves.push(column);
    const isGroup = Boolean(column.children?.length);
    heads.push({ column, parent, level, levels: isGroup ? 1 : levels - level, from, leaves: leaves.length - from });
  }
}

function covers(head: Head, line: number, leaf: number): boolean {
  return line >= head.level && line < head.level + head.levels && leaf >= head.from && leaf < head.from + head.leaves;
}
