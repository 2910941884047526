// The report in the browser: what the page was given, and the figures as they are now.
// Figures are kept in exchange form ("1234.5", "-", "2026-09-14"), as the server reads and writes them.

import type { PlainPlan } from "../evaluator/plan";

export interface Kind {
  type: string;
  decimals: number;
  state: "open" | "locked" | "na" | "computed" | "given";
  choices: string[] | null;
}
export interface HeaderCell {
  title: string;
  ordinal: string;
  children: HeaderCell[];
}
export interface Column {
  id: string;
  title: string;
  ordinal: string;
  text: boolean;
}
export interface Row {
  key: string;
  ordinal: string;
  title: string;
  unit: string;
  depth: number;
  kind: "group" | "data" | "total" | "open";
  removable: boolean;
  kinds: number[]; // per column, an index into the section's kinds; empty where the row has no cells
  values: string[];
}
export interface Pattern {
  id: string;
  title: string;
  named: boolean; // the key is a name people give, else a number
  depth: number;
  most: number | null;
  kinds: number[];
}
export interface Section {
  id: string;
  code: string;
  title: string;
  lead: { names: string[]; ordinals: string[] }; // the frozen columns: STT, name, and the unit where rows state it
  header: HeaderCell[];
  columns: Column[];
  rows: Row[];
  kinds: Kind[];
  patterns: Pattern[];
}
export interface Finding {
  code: string;
  severity: "error" | "warning" | "note";
  rule: string;
  where: string;
  spot: string;
  message: string;
  cells: [string, string, string][];
  explanation: string;
  explained_as: string;
}
/** What the page checks by itself: the rules as a plan, their words, and the sentences about what fails. */
export interface LiveData {
  rows: string; // tells which open rows the plan knows
  plan: PlainPlan;
  rules: RuleWords[];
  sentences: Record<"" | "unequal" | "statement", string>;
}
export interface RuleWords {
  code: string;
  severity: Finding["severity"];
  message: string; // the author's own words
  text: string;
  sides: string[][]; // of each comparison that may fail, in the order of the tree
}
export interface Standing {
  cells: number;
  filled: number;
  errors: number;
  warnings: number;
}
/** A narrative or a section of documents: its figures in the words, ready to be read. */
export interface Chapter {
  id: string;
  files: { digest: string; name: string; size: number; at: string; url: string }[];
  parts: { id: string; title: string; text: string; pieces: Piece[] }[];
}
/** Words, or the figure of a `field`; `was` is the one they were written for, where it is another. */
export interface Piece {
  text: string;
  field: string;
  was: string;
}
export interface ReportData {
  id: number;
  revision: number;
  version: number; // of the form
  editable: boolean;
  lang: "vi" | "en";
  account: string;
  saveUrl: string;
  versionUrl: string;
  explainUrl: string;
  sections: Section[];
  words: Chapter[];
  filesUrl: string;
  findings: Finding[];
  marks: [string, string, string][]; // cells to look at again: section, row, column
  asked: [string, string, string][]; // cells that somebody asks about
  standing: Standing;
  live: LiveData | null; // null where only the server sees all that goes into the figures
  earlier: { name: string; figures: Record<string, Record<string, Record<string, string>>> }[]; // reports, by place
  texts: Record<string, string>;
}
export interface Place {
  section: string;
  row: string;
  column: string;
}
export interface Change extends Place {
  value: string;
}

export const TEXT = "text"; // the column of texts

export function placeOf({ section, row, column }: Place): string {
  return `${section}[${row};${column}]`;
}

/** Hears which cells changed, and the sections where rows came or went. */
type Listener = (changes: readonly Change[], grown: ReadonlySet<string>) => void;

/** The figures as they stand on the page. */
export class Report {
  readonly sections: Map<string, Section>;
  readonly texts: Map<string, string>; // of narratives, by place
  opened: ReadonlySet<string> = new Set(); // computed cells that are typed all the same
  private readonly listeners: Listener[] = [];
  private readonly rows = new Map<Section, { list: Row[]; at: Map<string, number> }>();

  constructor(readonly data: ReportData) {
    this.sections = new Map(data.sections.map((section) => [section.id, section]));
    this.texts = new Map(
      data.words.flatMap(({ id, parts }) =>
        parts.map((part): [string, string] => [placeOf({ section: id, row: part.id, column: TEXT }), part.text]),
      ),
    );
  }

  onChange(listener: Listener): void {
    this.listeners.push(listener);
  }

  text(key: string, facts: Record<string, string | number> = {}): string {
    const found = this.data.texts[key] ?? key;
    return found.replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
  }

  section(id: string): Section {
    const found = this.sections.get(id);
    if (!found) throw new Error(`no section ${id}`);
    return found;
  }

  row(section: string, key: string): Row | undefined {
    return this.sections.get(section)?.rows[this.rowAt(section, key)];
  }

  /** Where a row stands in its section; −1 when the page has it not, as where other agencies fill it. */
  rowAt(id: string, key: string): number {
    const section = this.sections.get(id);
    if (!section) return -1;
    let known = this.rows.get(section);
    if (known?.list !== section.rows) {
      known = { list: section.rows, at: new Map(section.rows.map((row, at) => [row.key, at])) };
      this.rows.set(section, known);
    }
    return known.at.get(key) ?? -1;
  }

  kind(section: Section, row: Row, column: number): Kind | undefined {
    const index = row.kinds[column];
    return index === undefined ? undefined : section.kinds[index];
  }

  mayType(section: Section, row: Row, column: number): boolean {
    const state = this.state(section, row, column);
    return this.data.editable && (state === "open" || state === "opened");
  }

  /** How a cell is to be treated: a computed one whose earlier figure is missing is opened. */
  state(section: Section, row: Row, at: number): Kind["state"] | "opened" | undefined {
    const state = this.kind(section, row, at)?.state;
    const column = section.columns[at]?.id ?? "";
    return state === "computed" && this.opened.has(placeOf({ section: section.id, row: row.key, column })) ? "opened" : state;
  }

  isComputed({ section, row, column }: Place): boolean {
    const found = this.row(section, row);
    return found !== undefined && this.state(this.section(section), found, this.columnAt(section, column)) === "computed";
  }

  value(change: Place): string {
    const text = this.texts.get(placeOf(change));
    if (text !== undefined) return text;
    const at = this.columnAt(change.section, change.column);
    return this.row(change.section, change.row)?.values[at] ?? "";
  }

  /** Put values in; rows that are not there yet are added where their pattern stands. */
  put(changes: readonly Change[]): void {
    const grown = new Set<string>();
    const made = changes.filter((change) => this.set(change, grown));
    if (made.length) this.tell(made, grown);
  }

  /** Put one value in without telling anybody; false where there is no such cell. */
  set(change: Change, grown?: Set<string>): boolean {
    if (this.texts.has(placeOf(change))) {
      this.texts.set(placeOf(change), change.value);
      return true;
    }
    if (!this.sections.has(change.section)) return false;
    let row = this.row(change.section, change.row);
    if (!row && grown && change.value !== "") {
      row = this.addRow(change.section, change.row, false);
      grown.add(change.section);
    }
    const at = this.columnAt(change.section, change.column);
    if (!row || at < 0) return false;
    row.values[at] = change.value;
    return true;
  }

  /** A new row by its key: `pattern|name`, or the name alone where the section has one pattern. */
  addRow(sectionId: string, key: string, tell = true): Row | undefined {
    const section = this.section(sectionId);
    const [first = "", second] = key.split("|");
    const pattern =
      section.patterns.find((each) => second !== undefined && each.id === first) ??
      (section.patterns.length === 1 ? section.patterns[0] : undefined);
    if (!pattern) return undefined;
    const row: Row = {
      key,
      ordinal: "",
      title: second ?? first,
      unit: "",
      depth: pattern.depth,
      kind: "data",
      removable: true,
      kinds: pattern.kinds,
      values: pattern.kinds.map(() => ""),
    };
    const end = this.endOf(section, pattern);
    section.rows = [...section.rows.slice(0, end), row, ...section.rows.slice(end)];
    if (tell) this.tell([], new Set([sectionId]));
    return row;
  }

  removeRow(sectionId: string, key: string): void {
    const section = this.section(sectionId);
    section.rows = section.rows.filter((row) => row.key !== key);
    this.tell([], new Set([sectionId]));
  }

  columnAt(section: string, column: string): number {
    return this.sections.get(section)?.columns.findIndex((each) => each.id === column) ?? -1;
  }

  private endOf(section: Section, pattern: Pattern): number {
    const heading = section.rows.findIndex((row) => row.kind === "open" && row.key === pattern.id);
    if (heading < 0) return section.rows.length;
    let end = heading + 1;
    const depth = section.rows[heading]?.depth ?? 0;
    while (end < section.rows.length && (section.rows[end]?.depth ?? 0) > depth) end += 1;
    return end;
  }

  private tell(changes: readonly Change[], grown: ReadonlySet<string>): void {
    for (const listener of this.listeners) listener(changes, grown);
  }
}
