// What surrounds the cells of a table on the canvas: widths, gaps of what is out of sight, places for more.

import { made, text } from "./page";
import { spotted } from "./spots";
import type { Lead, Table } from "./table";

const LONG = 80; // lines from which on only those in sight are drawn
const WIDE = 40; // leaves from which on only those in sight are drawn
export const WIDTHS: { readonly [lead in Lead]: number } = { ordinal: 44, name: 250, unit: 78 };
const NARROW = 190; // of names beside many columns
export const NEW_WIDTH = 40;

/** Where a further column is typed; in an empty table it says so. */
export function newColumn(table: Table): HTMLElement {
  const isFirst = !table.leaves.length;
  const cell = made("th", { class: `new ${isFirst ? "is-first" : ""}`, rowspan: table.levels + 1, "aria-label": isFirst ? null : text("new_column"), title: text("new_column") });
  cell.append(isFirst ? text("first_column") : "+");
  return spotted(cell, { at: "new-column", section: table.section.id });
}

/** Where a further row is typed, and what else stands below the rows. */
export function closing(table: Table): HTMLElement[] {
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

export function colgroup(table: Table, width: number): HTMLElement {
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

export function gap(height: number): HTMLElement {
  const line = made("tr", { class: "gap", "aria-hidden": "true" });
  line.style.height = `${height}px`;
  line.hidden = height === 0;
  return line;
}

export const placeholder = (name: string): HTMLElement => made("em", { class: "placeholder-text" }, text(name));
export const isLong = (table: Table): boolean => table.lines.length > LONG;
export const isWide = (table: Table): boolean => table.leaves.length > WIDE;
export const widthOf = (table: Table, lead: Lead): number => (lead === "name" && table.leaves.length > 5 ? NARROW : WIDTHS[lead]);
export const leadWidth = (table: Table): number => table.lead.reduce((sum, lead) => sum + widthOf(table, lead), 0);

export function leafWidth(table: Table, room: number): number {
  const share = (room - leadWidth(table) - NEW_WIDTH) / Math.max(1, table.leaves.length);
  return Math.max(62, Math.min(130, Math.floor(share)));
}
