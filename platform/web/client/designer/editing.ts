// Typing in place: one box over the spot, so that a stroke never lays the table out again. What is typed becomes an
// edit when it is finished; finishing a new row or column opens the box for the next, as in a list.

import type { Canvas } from "./canvas";
import { insertColumns, label, setColumns } from "./columns";
import { find, text } from "./page";
import { insertRows, setRows } from "./rows";
import { activeSpot, goTo, tableOf } from "./selection";
import { edit, newId, state } from "./store";
import { labelOf, MAX_LEVELS, type Spot, type Table } from "./table";
import type { Op, Section } from "./types";

const box = find<HTMLTextAreaElement>("typing");
let spot: Spot | null = null;
let depth = 0; // of the new row that is typed
let byTyping = false; // opened by a stroke: arrows finish, as in a spreadsheet

export const isEditing = (): boolean => spot !== null;

/** Open the box over the active spot, empty for a stroke that is to come, else with what stands there. */
export function open(canvas: Canvas, initial: string | null = null): void {
  const active = activeSpot();
  if (!active || !state().may.edit) return;
  canvas.reveal(active);
  const element = canvas.element(active);
  if (!element) return;
  spot = active;
  byTyping = initial !== null;
  if (active.at === "new-row") depth = Math.max(0, tableOf(active)?.lines.at(-1)?.depth ?? 0);
  box.value = initial ?? valueOf(active);
  box.setAttribute("aria-label", text(`typing_${active.at.replace("-", "_")}`));
  box.hidden = false;
  place(canvas, element);
  box.focus({ preventScroll: true });
  box.select();
}

/** Finish: what was typed becomes an edit. */
export function finish(): void {
  const [here, typed] = [spot, box.value.trim()];
  close();
  if (!here || typed === valueOf(here)) return;
  commit(here, typed);
}

export function cancel(): void {
  close();
}

/** Keys while the box is open; true where the key has done its work. */
export function keyInBox(canvas: Canvas, event: KeyboardEvent): boolean {
  if (event.isComposing) return false;
  const here = spot as Spot;
  const isList = (here.at === "new-row" || here.at === "new-column") && box.value.trim() !== "";
  switch (event.key) {
    case "Escape":
      cancel();
      canvas.paint(true);
      return true;
    case "Enter":
      if (event.altKey) return false;
      finish();
      if (isList) again(canvas, here);
      else move(canvas, here, event.shiftKey ? -1 : 1, 0);
      return true;
    case "Tab":
      if (here.at === "new-row") return setDepth(canvas, event.shiftKey ? -1 : 1);
      finish();
      if (isList && here.at === "new-column") again(canvas, here);
      else move(canvas, here, 0, event.shiftKey ? -1 : 1);
      return true;
    case "ArrowDown":
    case "ArrowUp":
      if (!byTyping || here.at === "form") return false;
      finish();
      move(canvas, here, event.key === "ArrowDown" ? 1 : -1, 0);
      return true;
    default:
      return false;
  }
}

/** The box goes where its spot has gone after the form was drawn again; without one it closes. */
export function follow(canvas: Canvas): void {
  if (!spot) return;
  const element = canvas.element(spot);
  if (element) place(canvas, element);
  else close();
}

function close(): void {
  spot = null;
  box.hidden = true;
}

function move(canvas: Canvas, from: Spot, lines: number, fields: number): void {
  const next = tableOf(from)?.step(from, lines, fields);
  goTo(next ?? from);
  canvas.reveal(next ?? from);
  canvas.paint(true);
}

function again(canvas: Canvas, at: Spot): void {
  goTo(at);
  const kept = depth;
  open(canvas, "");
  byTyping = false;
  if (at.at !== "new-row") return;
  depth = Math.min(kept, (tableOf(at)?.lines.at(-1)?.depth ?? -1) + 1);
  follow(canvas);
}

function setDepth(canvas: Canvas, by: number): boolean {
  const last = tableOf(spot)?.lines.at(-1);
  depth = Math.max(0, Math.min(depth + by, last ? last.depth + 1 : 0, MAX_LEVELS - 1));
  follow(canvas);
  return true;
}

function place(canvas: Canvas, element: HTMLElement): void {
  const [outer, inner] = [canvas.host.getBoundingClientRect(), element.getBoundingClientRect()];
  const isNew = spot?.at === "new-row" || spot?.at === "new-column";
  box.style.left = `${inner.left - outer.left + canvas.host.offsetLeft}px`;
  box.style.top = `${inner.top - outer.top + canvas.host.offsetTop}px`;
  box.style.width = `${spot?.at === "new-row" ? 250 : Math.max(inner.width, isNew ? 150 : 0)}px`;
  box.style.minHeight = `${spot?.at === "new-column" ? 44 : inner.height}px`;
  box.style.paddingLeft = spot?.at === "new-row" ? `${6 + depth * 16}px` : "";
  box.className = `typing typing-${spot?.at ?? ""}`;
  grow();
}

function grow(): void {
  box.style.height = "0";
  box.style.height = `${box.scrollHeight + 2}px`;
}
box.addEventListener("input", grow);

function valueOf(at: Spot): string {
  const { document: form } = state();
  const table = tableOf(at);
  switch (at.at) {
    case "form":
      return form.name;
    case "section":
      return sectionOf(at.section)?.title ?? "";
    case "head":
      return table?.head(at.id)?.column.title ?? "";
    case "number": {
      const leaf = table?.leaves[table.leafIndex(at.id)];
      return leaf ? labelOf(leaf) : "";
    }
    case "name":
      return table?.line(at.id)?.row.title ?? "";
    case "ordinal":
    case "unit":
      return table?.line(at.id)?.row[at.at] ?? "";
    case "cell": {
      const own = table?.section.cells?.find((cell) => cell.row === at.row && cell.column === at.column);
      return own?.state === "not_applicable" ? "x" : (own?.default ?? "");
    }
    default:
      return "";
  }
}

function commit(at: Spot, typed: string): void {
  const table = tableOf(at);
  if (at.at === "form") edit([{ op: "set", at: { kind: "template" }, key: "name", value: typed }], text("did_rename"));
  else if (at.at === "section") edit([{ op: "set", at: { kind: "section", id: at.section }, key: "title", value: typed || null }], text("did_rename"));
  else if (table) commitIn(table, at, typed);
}

function commitIn(table: Table, at: Spot, typed: string): void {
  const { document: form } = state();
  const { section } = table;
  switch (at.at) {
    case "head":
      edit(setColumns(section, [at.id], "title", typed), text("did_rename"));
      break;
    case "number":
      edit(label(section, at.id, typed), text("did_number"));
      break;
    case "name":
      edit(setRows(section, [at.id], "title", typed), text("did_rename"));
      break;
    case "ordinal":
    case "unit":
      edit(setRows(section, [at.id], at.at, typed || null), text(`did_${at.at}`));
      break;
    case "cell":
      edit(cellOps(section, at, typed), text("did_cell"));
      break;
    case "new-column":
      if (typed) edit(insertColumns(form, section, [{ id: newId(), title: typed }], null, section.columns?.at(-1)?.id ?? null), text("did_add_column"));
      break;
    case "new-row":
      if (typed) addRow(table, typed);
  }
}

/** A typed x is the mark of what does not apply, anything else what the cell begins with. */
function cellOps(section: Section, at: Extract<Spot, { at: "cell" }>, typed: string): Op[] {
  const ref = { kind: "cell", section: section.id, row: at.row, column: at.column } as const;
  if (/^x$/i.test(typed)) return [{ op: "set", at: ref, key: "state", value: "not_applicable" }];
  const own = section.cells?.find((cell) => cell.row === at.row && cell.column === at.column);
  const open: Op[] = own?.state === "not_applicable" ? [{ op: "set", at: ref, key: "state", value: null }] : [];
  if (!typed && !own?.default) return open;
  // figures are kept with a decimal point and without signs between thousands
  const figure = /^-?\d{1,3}(\.\d{3})*(,\d+)?$|^-?\d+,\d+$/.test(typed) ? typed.replace(/\./g, "").replace(",", ".") : typed;
  return [...open, { op: "set", at: ref, key: "default", value: figure || null }];
}

function addRow(table: Table, title: string): void {
  let parent = null;
  let siblings = table.section.rows?.items ?? [];
  for (let level = 0; level < depth && siblings.length; level += 1) {
    parent = siblings.at(-1) ?? null;
    siblings = parent?.children ?? [];
  }
  const after = siblings.at(-1)?.id ?? null;
  edit(insertRows(state().document, table.section, [{ id: newId(), title }], parent?.id ?? null, after), text("did_add_row"));
}

const sectionOf = (id: string): Section | undefined => state().document.sections.find((each) => each.id === id);
