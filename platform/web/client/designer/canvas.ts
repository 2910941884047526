// The form on the page, as it will print: heading, title, each section in turn, signatures. Every cell is an element
// that tells its spot. Of long tables only the rows in sight are drawn, of wide ones only the fields in sight.

import { closing, colgroup, gap, isLong, isWide, leadWidth, leafWidth, NEW_WIDTH, newColumn, placeholder, WIDTHS, widthOf } from "./frame";
import { drawFoot, drawHeading } from "./heading";
import { type Mark, marked, marksOf } from "./marks";
import { made, text } from "./page";
import { drawOutline } from "./sections/outline";
import { activeSpot, withBelow } from "./selection";
import { sameSpot, spotOf, spotted } from "./spots";
import { lit, selection, state } from "./store";
import { type Head, hasCells, labelOf, type Line, type Spot, Table } from "./table";
import type { Cell, Column, Derived, Section, Template } from "./types";

const ROW_HEIGHT = 29;
const BLOCK = 12; // lines and fields are drawn in blocks of so many, and one block beyond what is in sight

const SPOT_KEYS_OF_MARKS = ["at", "section", "id", "row", "column"];

const looks = new WeakMap<Element, number>(); // as painted last

interface Drawn {
  readonly table: Table;
  readonly body: HTMLTableSectionElement;
  readonly element: HTMLTableElement;
  readonly width: number; // of a leaf
  readonly cells: ReadonlyMap<string, Cell>;
  window: string;
}

export class Canvas {
  private drawn = new Map<string, Drawn>();
  private showUnits = false;
  private room = 0; // that was drawn for, in pixels; none while another step is shown
  private computed = new Set<string>();
  private marks: ReadonlyMap<string, Mark> = new Map();
  private shown: { readonly form: Template; readonly derived: Derived; readonly room: number } | null = null;

  constructor(readonly host: HTMLElement) {
    host.addEventListener("scroll", () => this.scrolled());
    new ResizeObserver(() => {
      if (host.clientWidth && host.clientWidth !== this.room) this.draw();
    }).observe(host);
  }

  get tables(): ReadonlyMap<string, Table> {
    return new Map([...this.drawn].map(([id, { table }]) => [id, table]));
  }

  /** Show the field of units also where no row has one yet. */
  toggleUnits(): boolean {
    this.showUnits = !this.showUnits;
    return this.showUnits;
  }

  /** Draw the form again; what had the focus has it afterwards. */
  draw(): void {
    const { document: form, derived, may } = state();
    if (this.renewed(form, derived)) return;
    const hadFocus = this.host.contains(document.activeElement);
    const { scrollTop, scrollLeft } = this.host;
    this.room = this.host.clientWidth;
    this.computed = new Set(derived.computed.map((place) => place.join("/")));
    this.marks = marksOf(derived);
    this.drawn = new Map();
    const paper = made("div", { class: `paper-canvas ${form.layout?.orientation ?? "portrait"}`, "data-edit": may.edit });
    paper.append(drawHeading(form));
    form.sections.forEach((section) => paper.append(this.section(section)));
    paper.append(drawFoot(form));
    this.host.replaceChildren(paper);
    const fill = (): void => this.drawn.forEach((drawn) => this.fill(drawn));
    fill(); // its height is known from then on
    this.host.scrollTo(scrollLeft, scrollTop);
    fill();
    this.shown = { form, derived, room: this.room };
    this.paint(hadFocus);
  }

  /** Where only rows or headings of tables say something else: draw those alone. */
  private renewed(form: Template, derived: Derived): boolean {
    const before = this.shown;
    if (!before || before.form === form || before.derived !== derived || before.room !== this.host.clientWidth || !isSame(before.form, form, ["sections"])) return false;
    const pairs = form.sections.map((section, at) => [before.form.sections[at], section] as const);
    if (before.form.sections.length !== pairs.length || !pairs.every(([old, section]) => old && isSame(old, section, ["rows", "columns"]))) return false;
    const changed = pairs.flatMap(([old, section]) => (old === section ? [] : [{ drawn: this.drawn.get(section.id), table: new Table(section, this.showUnits) }]));
    if (!changed.every(({ drawn, table }) => drawn && table.looksLike(drawn.table))) return false;
    for (const { drawn, table } of changed) if (drawn) this.renew(drawn, table);
    this.shown = { ...before, form };
    this.paint(this.host.contains(document.activeElement));
    return true;
  }

  private renew(old: Drawn, table: Table): void {
    const drawn = { ...old, table };
    this.drawn.set(table.section.id, drawn);
    for (const head of table.heads) {
      const { column } = head;
      if (column === old.table.head(column.id)?.column) continue;
      const at = { section: table.section.id, id: column.id };
      this.element({ at: "head", ...at })?.replaceWith(this.box(head, at.section));
      this.element({ at: "number", ...at })?.replaceWith(number(column, at.section));
    }
    const [from = 0, to = 0, first = 0, last = 0] = drawn.window.split(",").map(Number);
    table.lines.slice(from, to).forEach((line, at) => {
      if (line.row === old.table.lines[from + at]?.row) return;
      drawn.body.rows[at + 1]?.replaceWith(this.row(drawn, line, from + at, first, last)); // the first one is a gap
    });
  }

  /** Show what is chosen, where the keyboard is and what is lit. */
  paint(focus = false): void {
    const chosen = selection();
    const active = activeSpot();
    const lights = new Set(lit().map((place) => place.join("/")));
    const rows = new Set(chosen.kind === "rows" || chosen.kind === "cells" ? (chosen.kind === "rows" ? chosen.ids : chosen.rows) : []);
    const table = chosen.kind === "columns" ? this.drawn.get(chosen.section)?.table : undefined;
    const columns = chosen.kind === "cells" ? new Set(chosen.columns) : table && chosen.kind === "columns" ? withBelow(table, chosen.ids) : new Set<string>();
    const section = "section" in chosen ? chosen.section : "";
    for (const element of this.host.querySelectorAll<HTMLElement>("[data-at]")) {
      const spot = spotOf(element) as Spot;
      const isHere = "section" in spot && spot.section === section;
      const isOn = isHere && isChosen(chosen.kind, spot, rows, columns);
      const isActive = active !== null && sameSpot(spot, active);
      const isLit = lights.size > 0 && spot.at === "cell" && lights.has(`${spot.section}/${spot.row}/${spot.column}`);
      const isEntry = isActive || (!active && spot.at === "form");
      const look = Number(isOn) + 2 * Number(isActive) + 4 * Number(isLit) + 8 * Number(isEntry);
      if (looks.get(element) !== look) {
        looks.set(element, look);
        element.classList.toggle("is-chosen", isOn);
        element.classList.toggle("is-active", isActive);
        element.classList.toggle("is-lit", isLit);
        if (spot.at !== "form" && spot.at !== "section") element.setAttribute("aria-selected", String(isOn || isActive));
        element.tabIndex = isEntry ? 0 : -1;
      }
      if (isActive && focus) element.focus({ preventScroll: true });
    }
  }

  element(spot: Spot): HTMLElement | null {
    for (const element of this.host.querySelectorAll<HTMLElement>(`[data-at="${spot.at}"]`)) {
      if (sameSpot(spotOf(element) as Spot, spot)) return element;
    }
    return null;
  }

  /** Bring a spot in sight, clear of the header and of the fields in front. */
  reveal(spot: Spot): void {
    const drawn = "section" in spot ? this.drawn.get(spot.section) : undefined;
    if (drawn) this.near(drawn, spot);
    const element = this.element(spot);
    if (!element) return;
    const box = element.getBoundingClientRect();
    const view = this.host.getBoundingClientRect();
    const head = drawn?.element.tHead?.getBoundingClientRect();
    const top = Math.max(view.top, spot.at !== "head" && spot.at !== "number" && head ? Math.min(head.bottom, view.top + head.height) : view.top);
    const isLead = drawn && ["ordinal", "name", "unit"].includes(spot.at);
    const left = view.left + (drawn && !isLead ? leadWidth(drawn.table) : 0);
    if (box.top < top) this.host.scrollTop -= top - box.top + 4;
    else if (box.bottom > view.bottom - 16) this.host.scrollTop += box.bottom - view.bottom + 24;
    if (isLead) return;
    if (box.left < left) this.host.scrollLeft -= left - box.left + 4;
    else if (box.right > view.right - 16) this.host.scrollLeft += Math.min(box.right - view.right + 24, box.left - left);
  }

  /** Where only what is in sight is drawn: scroll so far that the spot is. */
  private near(drawn: Drawn, spot: Spot): void {
    const place = drawn.table.placeOf(spot);
    if (!place || this.element(spot)) return;
    const line = place.line - drawn.table.levels - 1;
    const view = this.host.getBoundingClientRect();
    if (line >= 0 && isLong(drawn.table)) {
      const start = drawn.body.getBoundingClientRect().top - view.top + this.host.scrollTop;
      this.host.scrollTop = start + line * ROW_HEIGHT - view.height / 2;
    }
    const leaf = place.field - drawn.table.lead.length;
    if (leaf >= 0 && isWide(drawn.table)) this.host.scrollLeft = leaf * drawn.width - view.width / 2 + leadWidth(drawn.table);
    this.scrolled();
  }

  private scrolled(): void {
    let isNew = false;
    for (const drawn of this.drawn.values()) isNew = this.fill(drawn) || isNew;
    if (isNew) this.paint(this.host.contains(document.activeElement) || document.activeElement === document.body);
  }

  private section(section: Section): HTMLElement {
    const element = made("section", { class: `canvas-section section-${section.kind}`, "data-section": section.id });
    const title = [section.code, section.title].filter(Boolean).join(". ");
    element.append(this.marked(made("h3", {}, title), { at: "section", section: section.id }));
    if (section.kind === "outline") {
      const host = made("div");
      drawOutline(host, section);
      element.append(host);
    } else if (section.kind === "attachment") {
      element.append(made("p", { class: "form-text" }, text("attached")));
    } else {
      element.append(this.table(section));
    }
    return element;
  }

  private table(section: Section): HTMLElement {
    const table = new Table(section, this.showUnits);
    const width = leafWidth(table, this.room - 60);
    const body = made("tbody");
    const name = section.title || section.code;
    const rows = String(table.levels + 1 + table.lines.length + 1);
    const element = made(
      "table",
      { class: `canvas-table ${isLong(table) ? "is-long" : ""}`, role: "grid", "aria-label": name, "aria-rowcount": rows, "aria-multiselectable": "true" },
      colgroup(table, width),
      this.header(table),
      body,
    );
    element.style.setProperty("--before-unit", `${WIDTHS.ordinal + widthOf(table, "name")}px`);
    element.style.width = `${leadWidth(table) + table.leaves.length * width + NEW_WIDTH}px`;
    const cells = new Map((section.cells ?? []).map((cell) => [`${cell.row}/${cell.column}`, cell]));
    this.drawn.set(section.id, { table, body, element, width, cells, window: "" });
    return element;
  }

  /** Draw the rows and fields in sight; whether anything new was drawn. */
  private fill(drawn: Drawn): boolean {
    const { table, body } = drawn;
    const [from, to] = isLong(table) ? this.linesInSight(drawn) : [0, table.lines.length];
    const [first, last] = isWide(table) ? this.fieldsInSight(drawn) : [0, table.leaves.length];
    const window_ = [from, to, first, last].join();
    if (window_ === drawn.window) return false;
    drawn.window = window_;
    const rows = table.lines.slice(from, to).map((line, at) => this.row(drawn, line, from + at, first, last));
    body.replaceChildren(gap(from * ROW_HEIGHT), ...rows, gap((table.lines.length - to) * ROW_HEIGHT), ...closing(table));
    return true;
  }

  private linesInSight({ table, body }: Drawn): [number, number] {
    const top = this.host.getBoundingClientRect().top - body.getBoundingClientRect().top;
    return blocks(top / ROW_HEIGHT, (top + this.host.clientHeight) / ROW_HEIGHT, table.lines.length);
  }

  private fieldsInSight({ table, width }: Drawn): [number, number] {
    const left = this.host.scrollLeft;
    return blocks(left / width, (left + this.host.clientWidth) / width, table.leaves.length);
  }

  private row(drawn: Drawn, line: Line, at: number, first: number, last: number): HTMLElement {
    const { table } = drawn;
    const { row, depth } = line;
    const section = table.section.id;
    const look = `row-${row.kind ?? "data"} ${row.part ? "row-part" : ""} ${row.print === false ? "is-unprinted" : ""}`;
    const element = made("tr", { class: look, "aria-rowindex": table.levels + 2 + at });
    for (const lead of table.lead) {
      const shown = lead === "ordinal" ? (row.ordinal ?? "") : lead === "unit" ? (row.unit ?? "") : row.title;
      const cell = made(lead === "name" ? "th" : "td", { class: `front front-${lead}`, ...(lead === "name" ? { scope: "row" } : {}) });
      if (lead === "name") cell.style.paddingLeft = `${6 + depth * 16}px`;
      cell.append(shown || (lead === "name" ? placeholder("unnamed_row") : ""));
      if (lead === "name" && row.kind === "open") cell.append(" ", made("small", {}, text("open_row")));
      if (lead === "name" && row.when) cell.append(" ", made("small", { title: String(row.when) }, text("when")));
      element.append(this.marked(cell, { at: lead, section, id: row.id }));
    }
    if (hasCells(row) || row.kind === "open") {
      if (first) element.append(made("td", { colspan: first, class: "gap", "aria-hidden": "true" }));
      for (const leaf of table.leaves.slice(first, last)) element.append(this.cell(drawn, row.id, leaf.id, row.kind === "open"));
      if (last < table.leaves.length) element.append(made("td", { colspan: table.leaves.length - last, class: "gap", "aria-hidden": "true" }));
    } else if (table.leaves.length) {
      element.append(made("td", { colspan: table.leaves.length, class: "no-cells" }));
    }
    element.append(made("td", { class: "after" }));
    return element;
  }

  private cell({ table, cells }: Drawn, row: string, column: string, isOpen: boolean): HTMLElement {
    const section = table.section.id;
    const own = cells.get(`${row}/${column}`);
    const isComputed = this.computed.has(`${section}/${row}/${column}`);
    const looks = [own?.state ? `is-${own.state}` : "", isComputed ? "is-computed" : "", isOpen ? "is-pattern" : ""];
    const cell = made("td", { class: `datum ${looks.filter(Boolean).join(" ")}` });
    if (own?.state === "not_applicable") cell.append(own.when ? "x?" : "x");
    else if (own?.state === "locked") cell.append(made("span", { "aria-label": text("locked") }, own.when ? "🔒?" : "🔒"));
    else if (own?.default) cell.append(own.default);
    else if (isComputed) cell.append(made("span", { "aria-label": text("computed") }, "ƒx"));
    return this.marked(cell, { at: "cell", section, row, column });
  }

  private header(table: Table): HTMLElement {
    const section = table.section.id;
    const head = made("thead");
    for (let level = 0; level < table.levels; level += 1) {
      const line = made("tr", { "aria-rowindex": level + 1 });
      if (level === 0) table.lead.forEach((lead) => line.append(made("th", { class: `front front-${lead}`, rowspan: table.levels, scope: "col" }, text(`lead_${lead}`))));
      for (const each of table.heads.filter((box) => box.level === level).sort((a, b) => a.from - b.from)) line.append(this.box(each, section));
      if (level === 0) line.append(newColumn(table));
      head.append(line);
    }
    const numbers = made("tr", { class: "numbers", "aria-rowindex": table.levels + 1 });
    table.leadNumbers.forEach((number, at) => numbers.append(made("td", { class: `front front-${table.lead[at]}` }, `(${number})`)));
    for (const leaf of table.leaves) numbers.append(number(leaf, section));
    head.append(numbers);
    return head;
  }

  private box({ column, leaves, levels }: Head, section: string): HTMLElement {
    const isGroup = Boolean(column.children?.length);
    const cell = made("th", { colspan: leaves, rowspan: levels, scope: isGroup ? "colgroup" : "col", class: column.print === false ? "is-unprinted" : "" });
    cell.append(column.title || placeholder("unnamed_column"));
    if (column.repeat) cell.append(" ", made("small", {}, text("repeated")));
    if (column.unit) cell.append(made("small", { class: "of-unit" }, `(${column.unit})`));
    return this.marked(cell, { at: "head", section, id: column.id });
  }

  /** An element with its spot and what is found there. */
  private marked<T extends HTMLElement>(element: T, spot: Spot): T {
    const key = SPOT_KEYS_OF_MARKS.flatMap((name) => (spot as { readonly [name: string]: string | undefined })[name] ?? []).join("/");
    return marked(spotted(element, spot), this.marks.get(key));
  }
}

const number = (leaf: Column, section: string): HTMLElement => spotted(made("td", {}, `(${labelOf(leaf)})`), { at: "number", section, id: leaf.id });

/** Whether two nodes hold the same things but for some keys. */
function isSame(one: object, other: object, but: readonly string[]): boolean {
  const [old, now] = [one, other] as { readonly [key: string]: unknown }[];
  return Object.keys({ ...old, ...now }).every((key) => but.includes(key) || old?.[key] === now?.[key]);
}

/** Whole blocks around what is in sight, within `count`. */
function blocks(first: number, last: number, count: number): [number, number] {
  const from = Math.max(0, (Math.floor(first / BLOCK) - 1) * BLOCK);
  return [Math.min(from, count), Math.max(0, Math.min(count, (Math.ceil(last / BLOCK) + 1) * BLOCK))];
}

function isChosen(kind: string, spot: Spot, rows: ReadonlySet<string>, columns: ReadonlySet<string>): boolean {
  switch (spot.at) {
    case "cell":
      return kind === "cells" ? rows.has(spot.row) && columns.has(spot.column) : rows.has(spot.row) || columns.has(spot.column);
    case "head":
    case "number":
      return kind === "columns" && columns.has(spot.id);
    case "ordinal":
    case "name":
    case "unit":
      return kind === "rows" && rows.has(spot.id);
    default:
      return false;
  }
}
