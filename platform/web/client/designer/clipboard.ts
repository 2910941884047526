// Copy, cut and paste. What is copied here is rows, columns or cells with all they state; what comes from Excel is a
// block of names, which becomes rows or columns where the keyboard is.

import { ACTIONS } from "./actions";
import type { Canvas } from "./canvas";
import { homeOf as columnHome, insertColumns, type NewColumn, setColumns } from "./columns";
import * as editing from "./editing";
import { type Block, columnsOf, isMerged, type Pasted, readText, rowsOf, tidy } from "./names";
import { text } from "./page";
import { homeOf as rowHome, insertRows, type NewRow, setRows } from "./rows";
import { activeSpot, chosen, goTo, tableOf } from "./selection";
import { edit, newId, state } from "./store";
import { hasCells, type Spot, type Table } from "./table";
import type { Column, Op, Row } from "./types";

const OWN = "application/x-bieumau-nodes";

interface Copied {
  readonly rows?: readonly Row[];
  readonly columns?: readonly Column[];
}

export function listen(canvas: Canvas, tell: (sentence: string) => void): void {
  const isHere = (): boolean => !editing.isEditing() && (canvas.host.contains(document.activeElement) || document.activeElement === document.body);
  document.addEventListener("copy", (event) => {
    if (isHere()) copy(event);
  });
  document.addEventListener("cut", (event) => {
    if (!isHere() || !copy(event)) return;
    ACTIONS["remove"]?.run(canvas);
  });
  document.addEventListener("paste", (event) => {
    const spot = activeSpot();
    const isNew = spot?.at === "new-row" || spot?.at === "new-column";
    const data = event.clipboardData;
    const isBlock = /[\t\n]./.test(data?.getData("text/plain") ?? "");
    if (!spot || !data || !state().may.edit || !(isHere() || (editing.isEditing() && isNew && isBlock))) return;
    event.preventDefault();
    editing.cancel();
    const told = paste(spot, data);
    if (told) tell(told);
    canvas.paint(true);
  });
}

function copy(event: ClipboardEvent): boolean {
  const found = chosen();
  const table = tableOf(activeSpot());
  if (!found || !table || !event.clipboardData) return false;
  event.preventDefault();
  const rows = found.cells ? [] : found.rows.flatMap((id) => rowHome(table.section, id)?.siblings.filter((row) => row.id === id) ?? []);
  const columns = found.cells ? [] : found.columns.flatMap((id) => columnHome(table.section, id)?.siblings.filter((each) => each.id === id) ?? []);
  const own: Copied = rows.length ? { rows } : { columns };
  if (!found.cells) event.clipboardData.setData(OWN, JSON.stringify(own));
  event.clipboardData.setData("text/plain", asText(table, found));
  return true;
}

function asText(table: Table, found: NonNullable<ReturnType<typeof chosen>>): string {
  if (found.rows.length && !found.cells) {
    const chosenLines = table.lines.filter(({ row }) => found.rows.includes(row.id));
    return chosenLines.map(({ row, depth }) => [row.ordinal ?? "", `${"  ".repeat(depth)}${row.title}`, row.unit ?? ""].join("\t")).join("\n");
  }
  if (!found.cells) return found.columns.map((id) => table.head(id)?.column.title ?? "").join("\t");
  const own = new Map((table.section.cells ?? []).map((cell) => [`${cell.row}/${cell.column}`, cell.state === "not_applicable" ? "x" : (cell.default ?? "")]));
  return found.rows.map((row) => found.columns.map((column) => own.get(`${row}/${column}`) ?? "").join("\t")).join("\n");
}

/** What to tell of it; nothing where nothing came of it. */
function paste(spot: Spot, data: DataTransfer): string {
  const table = tableOf(spot);
  if (!table) return "";
  const own = data.getData(OWN);
  if (own) return pasteOwn(table, spot, JSON.parse(own) as Copied);
  const block = readHtml(data.getData("text/html")) ?? readText(data.getData("text/plain"));
  if (!block.some((line) => line.some((cell) => cell?.text))) return "";
  switch (spot.at) {
    case "cell":
      return pasteCells(table, spot, block);
    case "head":
    case "new-column":
      return pasteColumns(table, spot, block);
    case "unit":
    case "ordinal":
      return block.every((line) => line.length === 1) && !isMerged(block) ? pasteDown(table, spot, block) : pasteRows(table, spot, block);
    case "number":
      return pasteNumbers(table, spot, block);
    case "name":
    case "new-row":
      return pasteRows(table, spot, block);
    default:
      return "";
  }
}

function pasteRows(table: Table, spot: Spot, block: Block): string {
  const made = rowsOf(block, newId);
  const { parent, after } = rowPlace(table, spot);
  if (!edit(insertRows(state().document, table.section, made, parent, after), text("did_paste_rows"))) return "";
  goTo({ at: "new-row", section: table.section.id });
  return text("pasted_rows", { count: block.length });
}

function pasteColumns(table: Table, spot: Spot, block: Block): string {
  const made = columnsOf(block, newId);
  if (!made.length) return "";
  const { parent, after } = columnPlace(table, spot);
  if (!edit(insertColumns(state().document, table.section, made, parent, after), text("did_paste_columns"))) return "";
  goTo({ at: "new-column", section: table.section.id });
  return text("pasted_columns", { count: made.length });
}

/** Units or ordinals for the rows from here on. */
function pasteDown(table: Table, spot: Extract<Spot, { at: "unit" | "ordinal" | "name" }>, block: Block): string {
  const from = table.lineIndex(spot.id);
  const ops = table.lines.slice(from, from + block.length).flatMap(({ row }, at) => setRows(table.section, [row.id], spot.at, block[at]?.[0]?.text || null));
  return edit(ops, text(`did_${spot.at}`)) ? text("pasted_rows", { count: ops.length }) : "";
}

/** Labels of the number line from here on. */
function pasteNumbers(table: Table, spot: { readonly id: string }, block: Block): string {
  const from = table.leafIndex(spot.id);
  const labels = (block[0] ?? []).map((cell) => cell?.text.replace(/^\((.*)\)$/, "$1") ?? "");
  const leaves = table.leaves.slice(from, from + labels.length);
  const ops = leaves.flatMap((leaf, at) => setColumns(table.section, [leaf.id], "ordinal", labels[at] ?? ""));
  return edit(ops, text("did_number")) ? text("pasted_columns", { count: ops.length }) : "";
}

/** Marks x and figures that cells begin with, from here on. */
function pasteCells(table: Table, spot: Extract<Spot, { at: "cell" }>, block: Block): string {
  const rows = table.lines.slice(table.lineIndex(spot.row)).filter(({ row }) => hasCells(row));
  const leaves = table.leaves.slice(table.leafIndex(spot.column));
  const ops = block.flatMap((line, down) =>
    line.flatMap((cell, right): Op[] => {
      const [row, leaf] = [rows[down]?.row, leaves[right]];
      if (!row || !leaf || !cell?.text) return [];
      const at = { kind: "cell", section: table.section.id, row: row.id, column: leaf.id } as const;
      if (/^x$/i.test(cell.text)) return [{ op: "set", at, key: "state", value: "not_applicable" }];
      return [{ op: "set", at, key: "default", value: cell.text.replace(/\.(?=\d{3}\b)/g, "").replace(",", ".") }];
    }),
  );
  return edit(ops, text("did_cell")) ? text("pasted_cells", { count: ops.length }) : "";
}

function pasteOwn(table: Table, spot: Spot, copied: Copied): string {
  const form = state().document;
  if (copied.rows?.length) {
    const { parent, after } = rowPlace(table, spot);
    edit(insertRows(form, table.section, copied.rows.map(renewRow), parent, after), text("did_paste_rows"));
    return text("pasted_rows", { count: copied.rows.length });
  }
  if (!copied.columns?.length) return "";
  const { parent, after } = columnPlace(table, spot);
  edit(insertColumns(form, table.section, copied.columns.map(renewColumn), parent, after), text("did_paste_columns"));
  return text("pasted_columns", { count: copied.columns.length });
}

/** The same with new ids; codes and ordinals are found anew. */
function renewRow({ code: _, ordinal: __, children, ...row }: Row): NewRow {
  return { ...row, id: newId(), ...(children ? { children: children.map(renewRow) } : {}) };
}

function renewColumn({ code: _, ordinal: __, children, ...column }: Column): NewColumn {
  return { ...column, id: newId(), ...(children ? { children: children.map(renewColumn) } : {}) };
}

/** Rows go after the row where the keyboard is, or to the end. */
function rowPlace(table: Table, spot: Spot): { parent: string | null; after: string | null } {
  const home = "id" in spot ? rowHome(table.section, spot.id) : null;
  if (home && "id" in spot) return { parent: home.parent?.id ?? null, after: spot.id };
  return { parent: null, after: table.section.rows?.items?.at(-1)?.id ?? null };
}

function columnPlace(table: Table, spot: Spot): { parent: string | null; after: string | null } {
  const home = "id" in spot ? columnHome(table.section, spot.id) : null;
  if (home && "id" in spot) return { parent: home.parent?.id ?? null, after: spot.id };
  return { parent: null, after: table.section.columns?.at(-1)?.id ?? null };
}

/** The first table of a page that Excel or Calc put into the clipboard: spans, and indents of its style sheet. */
function readHtml(html: string): Block | null {
  if (!/<table/i.test(html)) return null;
  const sheet = [...html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/gi)].map((found) => found[1]).join("\n");
  // styles are read, never applied: the page's policy would stop them
  const plain = html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/\sstyle=/gi, " data-style=");
  const parsed = new DOMParser().parseFromString(plain, "text/html");
  const lines: (Pasted | null)[][] = [];
  [...(parsed.querySelector("table")?.rows ?? [])].forEach((row, at) => {
    const line = (lines[at] ??= []);
    for (const cell of row.cells) {
      let field = 0;
      while (line[field] !== undefined) field += 1;
      const [columns, down] = [Math.min(cell.colSpan, 300), Math.min(cell.rowSpan, 20)];
      for (let below = 0; below < down; below += 1) {
        for (let right = 0; right < columns; right += 1) (lines[at + below] ??= [])[field + right] = null;
      }
      line[field] = { text: tidy(cell.textContent ?? ""), indent: indentOf(cell, sheet), columns, lines: down };
    }
  });
  return lines.length ? lines.map((line) => Array.from(line, (cell) => cell ?? null)) : null;
}

function indentOf(cell: HTMLTableCellElement, sheet: string): number {
  const rule = cell.className ? new RegExp(`\\.${cell.className.split(" ")[0]}\\s*\\{([^}]*)\\}`).exec(sheet)?.[1] : "";
  const style = `${cell.dataset["style"] ?? ""};${rule ?? ""}`;
  const counted = /mso-char-indent-count:\s*(\d+)/.exec(style)?.[1];
  if (counted) return Number(counted);
  const padding = /padding-left:\s*(\d+)/.exec(style)?.[1];
  return padding ? Math.round(Number(padding) / 9) : Math.ceil((/^[ \u00a0]*/.exec(cell.textContent ?? "")?.[0].length ?? 0) / 2);
}
