// The form on the page, as it will print: heading, title, each section in turn, signatures. Every cell is an element
// that tells its spot. Of long tables only the rows in sight are drawn, of wide ones only the fields in sight.

import { drawFoot, drawHeading } from "./heading";
import { type Mark, marked, marksOf } from "./marks";
import { made, text } from "./page";
import { drawOutline } from "./sections/outline";
import { activeSpot, withBelow } from "./selection";
import { lit, selection, state } from "./store";
import { type Head, hasCells, labelOf, type Lead, type Line, type Spot, Table } from "./table";
import type { Cell, Section } from "./types";

const LONG = 80; // lines from which on only those in sight are drawn
const WIDE = 40; // leaves from which on only those in sight are drawn
const ROW_HEIGHT = 29;
const BLOCK = 12; // lines and fields are drawn in blocks of so many, and one block beyond what is in sight
const WIDTHS: { readonly [lead in Lead]: number } = { ordinal: 44, name: 250, unit: 78 };
const NARROW = 190; // of names beside many columns
const NEW_WIDTH = 40;

const SPOT_KEYS = ["id", "row", "column", "at", "section"];
const SPOT_KEYS_OF_MARKS = ["at", "section", "id", "row", "column"];

const spots = new WeakMap<Element, Spot>();
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

  /** Draw the whole form again; what had the focus has it afterwards. */
  draw(): void {
    const { document: form, derived, may } = state();
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
    this.paint(hadFocus);
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
    for (const leaf of table.leaves) numbers.append(spotted(made("td", {}, `(${labelOf(leaf)})`), { at: "number", section, id: leaf.id }));
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

/** The spot an element stands for. */
export function spotOf(element: Element | null): Spot | null {
  const found = element?.closest("[data-at]");
  return (found && spots.get(found)) ?? null;
}

export function sameSpot(a: Spot, b: Spot): boolean {
  const [one, other] = [a, b] as { readonly [name: string]: string | undefined }[];
  return SPOT_KEYS.every((key) => one?.[key] === other?.[key]);
}

/** Give an element its spot. */
export function spotted<T extends HTMLElement>(element: T, spot: Spot): T {
  for (const [name, value] of Object.entries(spot)) element.dataset[name] = value;
  spots.set(element, spot);
  element.tabIndex = -1;
  return element;
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

/** Where a further column is typed; in an empty table it says so. */
function newColumn(table: Table): HTMLElement {
  const isFirst = !table.leaves.length;
  const cell = made("th", { class: `new ${isFirst ? "is-first" : ""}`, rowspan: table.levels + 1, "aria-label": isFirst ? null : text("new_column"), title: text("new_column") });
  cell.append(isFirst ? text("first_column") : "+");
  return spotted(cell, { at: "new-column", section: table.section.id });
}

/** Where a further row is typed, and what else stands below the rows. */
function closing(table: Table): HTMLElement[] {
  const { section } = table;
  const width = table.lead.length + table.leaves.length + 1;
  const lines: HTMLElement[] = [];
  if (section.kind === "list") lines.push(made("tr", {}, made("td", { colspan: width, class: "form-text" }, text("list_rows"))));
  if (section.rows?.kind === "agencies") {
    lines.push(made("tr", {}, made("td", { colspan: width, class: "form-text" }, text(table.lines.length ? "agency_items" : "agency_rows"))));
  }
  if (!table.takesRows) return lines;
  const isFirst = !table.lines.length && section.rows?.kind !== "agencies";
  const name = spotted(made("td", { class: `new ${isFirst ? "is-first" : ""}`, colspan: width - 1 }), {
    at: "new-row",
    section: section.id,
  });
  name.append(isFirst ? text("first_row") : `+ ${text("new_row")}`);
  lines.push(made("tr", { class: "new-line" }, made("td", { class: "front" }), name));
  return lines;
}

function colgroup(table: Table, width: number): HTMLElement {
  const group = made("colgroup");
  const add = (pixels: number): void => {
    const column = made("col");
    column.style.width = `${pixels}px`;
    group.append(column);
  };
  table.lead.forEach((lead) => add(widthOf(table, lead)));
  table.leaves.forEach(() => add(width));
  add(table.leaves.length ? NEW_WIDTH : 260);
  return group;
}

function gap(height: number): HTMLElement {
  const line = made("tr", { class: "gap", "aria-hidden": "true" });
  line.style.height = `${height}px`;
  line.hidden = height === 0;
  return line;
}

const placeholder = (name: string): HTMLElement => made("em", { class: "placeholder-text" }, text(name));
const isLong = (table: Table): boolean => table.lines.length > LONG;
const isWide = (table: Table): boolean => table.leaves.length > WIDE;
const widthOf = (table: Table, lead: Lead): number => (lead === "name" && table.leaves.length > 5 ? NARROW : WIDTHS[lead]);
const leadWidth = (table: Table): number => table.lead.reduce((sum, lead) => sum + widthOf(table, lead), 0);

function leafWidth(table: Table, room: number): number {
  const share = (room - leadWidth(table) - NEW_WIDTH) / Math.max(1, table.leaves.length);
  return Math.max(62, Math.min(130, Math.floor(share)));
}
