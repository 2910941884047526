// What is done to rows, as operations: each function gives one edit of a section's row tree, its ordinals included.

import { applyEdit } from "./document";
import { renumber } from "./numbering";
import { depthOf, MAX_LEVELS, walk } from "./table";
import type { Op, Ref, Row, Section, Template, Value } from "./types";

/** A row to be made; its code is found where none is given. */
export interface NewRow {
  readonly id: string;
  readonly title: string;
  readonly code?: string;
  readonly ordinal?: string;
  readonly kind?: Row["kind"];
  readonly unit?: string;
  readonly type?: string;
  readonly part?: string;
  readonly children?: readonly NewRow[];
  readonly [key: string]: unknown;
}
export interface Home {
  readonly parent: Row | null;
  readonly siblings: readonly Row[];
  readonly at: number;
  readonly depth: number;
}

export const itemsOf = (section: Section): readonly Row[] => section.rows?.items ?? [];

/** Where a row stands in the tree. */
export function homeOf(section: Section, id: string, parent: Row | null = null, depth = 0): Home | null {
  const siblings = parent ? (parent.children ?? []) : itemsOf(section);
  const at = siblings.findIndex((row) => row.id === id);
  if (at >= 0) return { parent, siblings, at, depth };
  for (const row of siblings) {
    const found = homeOf(section, id, row, depth + 1);
    if (found) return found;
  }
  return null;
}

/** Of the chosen rows those that stand below no other chosen one, in display order. */
export function tops(section: Section, ids: readonly string[]): Row[] {
  const below = new Set(walk(itemsOf(section)).filter((row) => ids.includes(row.id)).flatMap((row) => walk(row.children ?? [])).map((row) => row.id));
  return walk(itemsOf(section)).filter((row) => ids.includes(row.id) && !below.has(row.id));
}

/** New rows below `parent` (null: at the top) after a sibling. Rows that bring ordinals keep them. */
export function insertRows(document: Template, section: Section, rows: readonly NewRow[], parent: string | null, after: string | null): Op[] {
  const taken = new Set(walk(itemsOf(section)).map((row) => row.code));
  const above = parent === null ? null : (walk(itemsOf(section)).find((row) => row.id === parent) ?? null);
  const ops: Op[] = [];
  let last = after;
  for (const row of rows) {
    ops.push({ op: "insert", kind: "row", section: section.id, parent: refOf(section, parent), after: last, node: nodeOf(row, above, taken) });
    last = row.id;
  }
  const bring = rows.some((row) => row.ordinal !== undefined);
  return bring ? ops : numbered(document, section, ops, walk(rows).map((row) => row.id));
}

/** Make rows children of the sibling before them. */
export function indent(document: Template, section: Section, ids: readonly string[]): Op[] {
  const chosen = tops(section, ids);
  const home = homeOf(section, chosen[0]?.id ?? "");
  const parent = home?.siblings[home.at - 1];
  if (!home || !parent || Math.max(...chosen.map(depthOf)) + home.depth >= MAX_LEVELS) return [];
  const same = chosen.filter((row) => home.siblings.includes(row));
  const ops = moves(section, same, parent.id, parent.children?.at(-1)?.id ?? null);
  return numbered(document, section, ops, same.map((row) => row.id));
}

/** Put rows beside their parent. What followed them below it becomes theirs: no row changes its place in the list. */
export function outdent(document: Template, section: Section, ids: readonly string[]): Op[] {
  const chosen = tops(section, ids);
  const home = homeOf(section, chosen[0]?.id ?? "");
  if (!home?.parent) return [];
  const same = chosen.filter((row) => home.siblings.includes(row));
  const last = same.at(-1) as Row;
  const followers = home.siblings.slice(home.siblings.indexOf(last) + 1);
  const up = homeOf(section, home.parent.id) as Home;
  const ops = [
    ...moves(section, followers, last.id, last.children?.at(-1)?.id ?? null),
    ...moves(section, same, up.parent?.id ?? null, home.parent.id),
  ];
  return numbered(document, section, ops, [...same, ...followers].map((row) => row.id));
}

/** Move rows with their children one place up or down among their siblings, or out at the end of them. */
export function shiftRows(document: Template, section: Section, ids: readonly string[], by: 1 | -1): Op[] {
  const chosen = tops(section, ids);
  const home = homeOf(section, (by < 0 ? chosen[0] : chosen.at(-1))?.id ?? "");
  if (!home) return [];
  const edge = home.siblings[home.at + by];
  if (edge) return moveRows(document, section, ids, home.parent?.id ?? null, by > 0 ? edge.id : (home.siblings[home.at - 2]?.id ?? null));
  if (!home.parent) return [];
  const up = homeOf(section, home.parent.id) as Home;
  return moveRows(document, section, ids, up.parent?.id ?? null, by > 0 ? home.parent.id : (up.siblings[up.at - 1]?.id ?? null));
}

/** Move rows with their children to a place; nothing where that is below one of them. */
export function moveRows(document: Template, section: Section, ids: readonly string[], parent: string | null, after: string | null): Op[] {
  const chosen = tops(section, ids);
  const inside = new Set(chosen.flatMap((row) => walk([row])).map((row) => row.id));
  if ((parent && inside.has(parent)) || (after && inside.has(after))) return [];
  const depth = parent ? (homeOf(section, parent)?.depth ?? 0) + 1 : 0;
  if (depth + Math.max(0, ...chosen.map(depthOf)) > MAX_LEVELS) return [];
  return numbered(document, section, moves(section, chosen, parent, after), chosen.map((row) => row.id));
}

/** Take rows away with what is below them, and what cells of theirs stated. */
export function deleteRows(document: Template, section: Section, ids: readonly string[]): Op[] {
  const chosen = tops(section, ids);
  const gone = new Set(walk(chosen).map((row) => row.id));
  const cells = (section.cells ?? []).filter((cell) => gone.has(cell.row));
  const ops: Op[] = [
    ...cells.map((cell): Op => ({ op: "delete", kind: "cell", section: section.id, id: `${cell.row}/${cell.column}` })),
    ...chosen.map((row): Op => ({ op: "delete", kind: "row", section: section.id, id: row.id })),
  ];
  return numbered(document, section, ops, []);
}

/** State the same of several rows. */
export function setRows(section: Section, ids: readonly string[], key: string, value: Value): Op[] {
  return ids.map((id) => ({ op: "set", at: { kind: "row", section: section.id, id }, key, value }));
}

/** An edit of the row tree with the ordinals that follow from it. */
function numbered(document: Template, section: Section, ops: Op[], made: readonly string[]): Op[] {
  const after = ops.length ? applyEdit(document, ops)?.sections.find((each) => each.id === section.id) : undefined;
  return after ? [...ops, ...renumber(section.id, itemsOf(section), itemsOf(after), new Set(made))] : ops;
}

function moves(section: Section, rows: readonly Row[], parent: string | null, after: string | null): Op[] {
  return rows.map((row, at) => ({
    op: "move",
    kind: "row",
    section: section.id,
    id: row.id,
    parent: refOf(section, parent),
    after: rows[at - 1]?.id ?? after,
  }));
}

const refOf = (section: Section, row: string | null): Ref =>
  row === null ? { kind: "section", id: section.id } : { kind: "row", section: section.id, id: row };

function nodeOf(row: NewRow, parent: { readonly code: string; readonly ordinal?: string } | null, taken: Set<string>): { readonly [key: string]: Value | undefined } {
  const code = row.code && !taken.has(row.code) ? row.code : codeOf(row.ordinal ?? "", parent, taken);
  taken.add(code);
  const { children, ...own } = row;
  const here = { ...own, code } as { code: string; ordinal?: string; [key: string]: Value | undefined };
  return children?.length ? { ...here, children: children.map((child) => nodeOf(child, here, taken)) } : here;
}

/** A code after the ordinal, which people read: I, I1, 1.2; else the next number free. */
function codeOf(ordinal: string, parent: { readonly code: string; readonly ordinal?: string } | null, taken: ReadonlySet<string>): string {
  const bare = ordinal.replace(/[.)]$/, "").replace("đ", "dd");
  if (/^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$/.test(bare)) {
    const isWhole = !parent?.ordinal || bare.startsWith(`${parent.ordinal}.`);
    const wanted = isWhole ? bare : /\d$/.test(parent.code) && /^\d/.test(bare) ? `${parent.code}.${bare}` : `${parent.code}${bare}`;
    if (!taken.has(wanted)) return wanted;
  }
  let n = taken.size + 1;
  while (taken.has(`d${n}`)) n += 1;
  return `d${n}`;
}
