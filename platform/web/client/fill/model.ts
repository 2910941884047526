// The report in the browser: what the page was given, and the figures as they are now.
// Figures are kept in exchange form ("1234.5", "-", "2026-09-14"), as the server reads and writes them.

export interface Kind {
  type: string;
  decimals: number;
  state: "open" | "locked" | "na" | "computed";
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
  severity: "error" | "warning" | "note";
  rule: string;
  where: string;
  spot: string;
  message: string;
  cells: [string, string, string][];
  explanation: string;
  explained_as: string;
}
export interface Standing {
  cells: number;
  filled: number;
  errors: number;
  warnings: number;
}
export interface ReportData {
  id: number;
  revision: number;
  editable: boolean;
  lang: "vi" | "en";
  account: string;
  saveUrl: string;
  explainUrl: string;
  sections: Section[];
  findings: Finding[];
  standing: Standing;
  texts: Record<string, string>;
}
export interface Change {
  section: string;
  row: string;
  column: string;
  value: string;
}

type Listener = (section: string, rows: Set<string> | null) => void;

/** The figures; listeners hear which rows changed, null when rows came or went. */
export class Report {
  readonly sections: Map<string, Section>;
  private readonly listeners: Listener[] = [];

  constructor(readonly data: ReportData) {
    this.sections = new Map(data.sections.map((section) => [section.id, section]));
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
    return this.section(section).rows.find((row) => row.key === key);
  }

  kind(section: Section, row: Row, column: number): Kind | undefined {
    const index = row.kinds[column];
    return index === undefined ? undefined : section.kinds[index];
  }

  mayType(section: Section, row: Row, column: number): boolean {
    return this.data.editable && this.kind(section, row, column)?.state === "open";
  }

  value(change: { section: string; row: string; column: string }): string {
    const at = this.columnAt(change.section, change.column);
    return this.row(change.section, change.row)?.values[at] ?? "";
  }

  /** Put values in; rows that are not there yet are added where their pattern stands. */
  put(changes: readonly Change[]): void {
    const touched = new Map<string, Set<string> | null>();
    for (const change of changes) {
      if (!this.sections.has(change.section)) continue;
      let row = this.row(change.section, change.row);
      if (!row && change.value !== "") {
        row = this.addRow(change.section, change.row, false);
        touched.set(change.section, null);
      }
      const at = this.columnAt(change.section, change.column);
      if (!row || at < 0) continue;
      row.values[at] = change.value;
      if (!touched.has(change.section)) touched.set(change.section, new Set());
      touched.get(change.section)?.add(change.row);
    }
    for (const [section, rows] of touched) this.tell(section, rows);
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
    section.rows.splice(this.endOf(section, pattern), 0, row);
    if (tell) this.tell(sectionId, null);
    return row;
  }

  removeRow(sectionId: string, key: string): void {
    const section = this.section(sectionId);
    section.rows = section.rows.filter((row) => row.key !== key);
    this.tell(sectionId, null);
  }

  columnAt(section: string, column: string): number {
    return this.section(section).columns.findIndex((each) => each.id === column);
  }

  private endOf(section: Section, pattern: Pattern): number {
    const heading = section.rows.findIndex((row) => row.kind === "open" && row.key === pattern.id);
    if (heading < 0) return section.rows.length;
    let end = heading + 1;
    const depth = section.rows[heading]?.depth ?? 0;
    while (end < section.rows.length && (section.rows[end]?.depth ?? 0) > depth) end += 1;
    return end;
  }

  private tell(section: string, rows: Set<string> | null): void {
    for (const listener of this.listeners) listener(section, rows);
  }
}
