// One section on a narrow screen: a row at a time, each of its cells a field under the other.

import type { Desk } from "./editor";
import type { Keys } from "./grid";
import type { Change, HeaderCell, Kind, Report, Row, Section } from "./model";
import { fitted, NUMERIC, read, show } from "./numbers";

/** What is narrower shows rows as cards. */
export const NARROW = 600;

export class RowCards {
  private readonly labels: string[];
  private fields: (HTMLElement | undefined)[] = [];
  private marks = new Map<string, string>();
  private at = -1;

  constructor(
    private readonly report: Report,
    readonly section: Section,
    private readonly host: HTMLElement,
    headerHost: HTMLElement,
    private readonly desk: Desk,
    private readonly keys: Keys,
  ) {
    headerHost.replaceChildren();
    host.style.height = "auto";
    for (const name of ["role", "aria-label"]) host.removeAttribute(name);
    this.labels = section.header.flatMap((cell) => pathsOf(cell, []));
    this.turnTo(this.next(-1, 1));
  }

  /** Show cells again. */
  refresh(changes: readonly Change[]): void {
    const row = this.row();
    for (const change of changes) {
      if (row && change.section === this.section.id && change.row === row.key) {
        this.fillIn(row, this.report.columnAt(change.section, change.column));
      }
    }
  }

  /** Draw everything again: rows came or went. */
  redraw(): void {
    this.turnTo(this.row() ? this.at : this.next(this.at, -1));
  }

  /** Mark cells by (row key, column id) with a class each. */
  mark(cells: [string, string, string][]): void {
    this.marks = new Map(cells.map(([row, column, look]) => [`${row};${column}`, look]));
    this.look();
  }

  goTo(row: string, column: string): void {
    this.turnTo(this.report.rowAt(this.section.id, row));
    const field = this.fields[this.report.columnAt(this.section.id, column)];
    field?.scrollIntoView({ block: "center" });
    field?.querySelector<HTMLElement>("input, select")?.focus();
  }

  /** There is no block to copy or fill. */
  block(): null {
    return null;
  }

  editing(): boolean {
    return this.host.querySelector("[data-typed]") !== null;
  }

  /** Finish what is being typed; false when it cannot be read. */
  commit(): boolean {
    const input = this.host.querySelector<HTMLInputElement>("[data-typed]");
    input?.dispatchEvent(new Event("change"));
    return !this.editing();
  }

  destroy(): void {
    this.host.replaceChildren();
  }

  private row(): Row | undefined {
    return this.section.rows[this.at];
  }

  /** The nearest row with cells before or after one; that one itself at the end. */
  private next(from: number, step: 1 | -1): number {
    for (let at = from + step; at >= 0 && at < this.section.rows.length; at += step) {
      if (this.section.rows[at]?.kinds.length) return at;
    }
    return from;
  }

  private turnTo(at: number): void {
    this.at = at;
    const row = this.row();
    if (!row) return this.host.replaceChildren();
    this.fields = this.section.columns.map((_, column) => this.field(row, column));
    this.host.replaceChildren(this.heading(row), ...this.fields.flatMap((field) => field ?? []), this.turner());
    this.look();
    this.keys.moved(row, -1);
  }

  private heading(row: Row): HTMLElement {
    const box = document.createElement("div");
    box.className = "card-heading";
    const select = document.createElement("select");
    select.className = "form-select";
    select.setAttribute("aria-label", this.section.lead.names[1] ?? "");
    this.section.rows.forEach((each, at) => {
      const name = "\u2003".repeat(each.depth) + [each.ordinal, each.title].filter(Boolean).join(" ");
      const option = new Option(name, String(at), false, each === row);
      option.disabled = each.kinds.length === 0;
      select.append(option);
    });
    select.addEventListener("change", () => this.turnTo(Number(select.value)));
    box.append(select, this.turner());
    return box;
  }

  private turner(): HTMLElement {
    const box = document.createElement("div");
    box.className = "card-turner";
    for (const [step, text] of [[-1, "row_before"], [1, "row_after"]] as const) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = this.report.text(text);
      button.disabled = this.next(this.at, step) === this.at;
      button.addEventListener("click", () => this.turnTo(this.next(this.at, step)));
      box.append(button);
    }
    return box;
  }

  private field(row: Row, at: number): HTMLElement | undefined {
    const kind = this.report.kind(this.section, row, at);
    if (!kind) return undefined;
    const label = document.createElement("label");
    const name = document.createElement("span");
    name.textContent = `${this.labels[at]} (${this.section.columns[at]?.ordinal})`;
    label.append(name, this.input(row, at, kind));
    return label;
  }

  private input(row: Row, at: number, kind: Kind): HTMLElement {
    const input = kind.choices ? document.createElement("select") : document.createElement("input");
    input.className = kind.choices ? "form-select" : "form-control";
    input.disabled = !this.report.mayType(this.section, row, at);
    if (kind.choices) input.append(...["", ...kind.choices].map((choice) => new Option(choice, choice)));
    if (NUMERIC.includes(kind.type)) input.inputMode = "decimal";
    input.value = show(row.values[at] ?? "", kind, this.report.data.lang);
    input.addEventListener("focus", () => {
      this.keys.moved(row, at);
      if (!input.dataset["typed"]) input.value = show(row.values[at] ?? "", kind, this.report.data.lang, true);
    });
    input.addEventListener("blur", () => this.fillIn(row, at));
    input.addEventListener("input", () => {
      input.dataset["typed"] = "yes";
      const reading = read(input.value, kind);
      if (reading.is === "value") this.desk.preview(row, at, reading.value);
    });
    input.addEventListener("change", () => {
      if (!input.dataset["typed"]) return;
      const reading = read(input.value, kind);
      this.desk.complain(input, reading, (value) => {
        const chosen = fitted(value, kind);
        if (chosen.is === "value") this.take(row, at, chosen.value, input);
      });
      if (reading.is === "value") this.take(row, at, reading.value, input);
    });
    return input;
  }

  private take(row: Row, at: number, value: string, input: HTMLElement): void {
    delete input.dataset["typed"];
    this.desk.complain(null, null, () => undefined);
    this.desk.commit(row, at, value);
    this.fillIn(row, at);
  }

  private fillIn(row: Row, at: number): void {
    const kind = this.report.kind(this.section, row, at);
    const input = this.fields[at]?.querySelector<HTMLInputElement>("input, select");
    if (kind && input && !input.dataset["typed"]) input.value = show(row.values[at] ?? "", kind, this.report.data.lang);
  }

  private look(): void {
    const row = this.row();
    this.fields.forEach((field, at) => {
      const mark = this.marks.get(`${row?.key};${this.section.columns[at]?.id}`) ?? "";
      if (field && row) field.className = `card-field is-${this.report.state(this.section, row, at)} ${mark}`;
    });
  }
}

/** The titles from a heading down to each of its columns. */
function pathsOf(cell: HeaderCell, above: string[]): string[] {
  const path = [...above, cell.title].filter(Boolean);
  return cell.children.length ? cell.children.flatMap((child) => pathsOf(child, path)) : [path.join(" › ")];
}
