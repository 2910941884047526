// Everything that can be done on the canvas, by name: buttons, keys and the list of shortcuts all come from here.

import type { Canvas } from "./canvas";
import * as columns from "./columns";
import * as editing from "./editing";
import { restyle } from "./numbering";
import { text } from "./page";
import * as rows from "./rows";
import { activeSpot, chosen, goTo, tableOf } from "./selection";
import { edit, newId, redo, selection, state, transpose, undo } from "./store";
import { hasCells, type Spot, type Table } from "./table";
import type { Op, Row, Value } from "./types";

export interface Action {
  /** As `KeyboardEvent.key` says it, after Ctrl+, Alt+ and Shift+ in this order. */
  readonly keys: readonly string[];
  /** Whether it can be done with what is chosen. */
  readonly fits: () => boolean;
  readonly run: (canvas: Canvas) => void;
}

const mayEdit = (): boolean => state().may.edit;
const has = (what: "rows" | "columns" | "cells") => (): boolean => mayEdit() && selection().kind === what;
const hasRowsOrColumns = (): boolean => has("rows")() || has("columns")();
const here = (): Table => tableOf(activeSpot()) as Table;
const ids = (): readonly string[] => {
  const found = chosen();
  return found?.rows.length ? found.rows : (found?.columns ?? []);
};

/** The actions in the order of the list of shortcuts. */
export const ACTIONS: { readonly [name: string]: Action } = {
  rename: { keys: ["F2", "Enter"], fits: () => mayEdit() && activeSpot() !== null, run: (canvas) => editing.open(canvas) },
  insert_after: { keys: ["Ctrl+Enter"], fits: hasRowsOrColumns, run: (canvas) => insert(canvas, false) },
  insert_before: { keys: ["Ctrl+Shift+Enter"], fits: hasRowsOrColumns, run: (canvas) => insert(canvas, true) },
  add_column: { keys: ["Alt+c"], fits: () => mayEdit() && sectionTable() !== null, run: (canvas) => begin(canvas, "new-column") },
  add_row: { keys: ["Alt+r"], fits: () => mayEdit() && Boolean(sectionTable()?.takesRows), run: (canvas) => begin(canvas, "new-row") },
  remove: { keys: ["Delete", "Backspace"], fits: () => mayEdit() && chosen() !== null, run: (canvas) => remove(canvas) },
  group: { keys: ["Alt+Shift+ArrowUp"], fits: has("columns"), run: groupColumns },
  ungroup: { keys: ["Alt+Shift+ArrowDown"], fits: () => has("columns")() && isGroup(), run: () => change(columns.ungroup(form(), here().section, ids().at(-1) ?? ""), "did_ungroup") },
  split: { keys: ["Alt+s"], fits: () => has("columns")() && !isGroup() && ids().length === 1, run: splitColumn },
  merge: { keys: ["Alt+m"], fits: () => has("columns")() && (isGroup() || ids().length > 1), run: () => change(columns.merge(form(), here().section, ids()), "did_merge") },
  indent: { keys: ["Alt+ArrowRight"], fits: hasRowsOrColumns, run: () => sideways(1) },
  outdent: { keys: ["Alt+ArrowLeft"], fits: hasRowsOrColumns, run: () => sideways(-1) },
  up: { keys: ["Alt+ArrowUp"], fits: has("rows"), run: () => change(rows.shiftRows(form(), here().section, ids(), -1), "did_move") },
  down: { keys: ["Alt+ArrowDown"], fits: has("rows"), run: () => change(rows.shiftRows(form(), here().section, ids(), 1), "did_move") },
  kind_data: { keys: ["Alt+1"], fits: has("rows"), run: () => stateRows("kind", null) },
  kind_group: { keys: ["Alt+2"], fits: has("rows"), run: () => stateRows("kind", "group") },
  kind_total: { keys: ["Alt+3"], fits: has("rows"), run: () => stateRows("kind", "total") },
  kind_open: { keys: ["Alt+4"], fits: has("rows"), run: () => stateRows("kind", "open") },
  of_which: { keys: ["Alt+5"], fits: hasRowsOrColumns, run: () => toggle("part", "of_which") },
  lock: { keys: ["Alt+l"], fits: has("cells"), run: () => stateCells("locked") },
  not_applicable: { keys: ["Alt+x"], fits: has("cells"), run: () => stateCells("not_applicable") },
  transpose: { keys: ["Alt+t"], fits: () => mayEdit() && Boolean(sectionTable()?.lines.length && sectionTable()?.leaves.length), run: () => transpose(sectionTable()?.section.id ?? "") },
  units: {
    keys: ["Alt+u"],
    fits: () => true,
    run: (canvas) => {
      canvas.toggleUnits();
      canvas.draw();
    },
  },
  undo: { keys: ["Ctrl+z"], fits: () => mayEdit() && state().undo !== null, run: undo },
  redo: { keys: ["Ctrl+y", "Ctrl+Shift+z"], fits: () => mayEdit() && state().redo !== null, run: redo },
};

/** Number the chosen rows' list, or all rows, in one of the usual ways: a style for each depth, from the top. */
export function numberRows(styles: readonly string[]): void {
  const table = sectionTable();
  if (table) edit(restyle(table.section.id, rows.itemsOf(table.section), styles), text("did_number"));
}

const form = () => state().document;
const isGroup = (): boolean => Boolean(here()?.head(ids().at(-1) ?? "")?.column.children?.length);

function change(ops: readonly Op[], told: string): void {
  edit(ops, text(told));
}

/** The table that is worked in: that of the active spot, else the first. */
function sectionTable(): Table | null {
  const active = tableOf(activeSpot());
  if (active) return active;
  const first = form().sections.find((section) => section.kind === "table" || section.kind === "list");
  return first ? (tableOf({ at: "section", section: first.id }) ?? null) : null;
}

/** Go to where a further column or row is typed and begin. */
function begin(canvas: Canvas, at: "new-column" | "new-row"): void {
  const table = sectionTable();
  if (!table) return;
  goTo({ at, section: table.section.id });
  editing.open(canvas);
}

function insert(canvas: Canvas, before: boolean): void {
  const { section } = here();
  const id = newId();
  const isRow = selection().kind === "rows";
  const at = (before ? ids()[0] : ids().at(-1)) ?? "";
  const home = isRow ? rows.homeOf(section, at) : columns.homeOf(section, at);
  if (!home) return;
  const parent = home.parent?.id ?? null;
  const after = before ? (home.siblings[home.at - 1]?.id ?? null) : at;
  const ops = isRow
    ? rows.insertRows(form(), section, [{ id, title: "" }], parent, after)
    : columns.insertColumns(form(), section, [{ id, title: "" }], parent, after);
  if (!edit(ops, text(isRow ? "did_add_row" : "did_add_column"))) return;
  goTo({ at: isRow ? "name" : "head", section: section.id, id });
  editing.open(canvas);
}

function remove(canvas: Canvas): void {
  const found = chosen();
  if (!found) return;
  const table = here();
  const { section } = table;
  if (found.cells) {
    const bare = (section.cells ?? []).filter((cell) => found.rows.includes(cell.row) && found.columns.includes(cell.column));
    change(bare.map((cell) => ({ op: "delete", kind: "cell", section: section.id, id: `${cell.row}/${cell.column}` })), "did_clear");
    return;
  }
  const next = neighbour(table);
  const isRow = found.rows.length > 0;
  change(isRow ? rows.deleteRows(form(), section, found.rows) : columns.deleteColumns(form(), section, found.columns), isRow ? "did_delete_row" : "did_delete_column");
  if (next) {
    goTo(next);
    canvas.paint(true);
  }
}

/** Where the keyboard goes when what is chosen has gone. */
function neighbour(table: Table): Spot | null {
  const active = activeSpot();
  if (!active || !("id" in active)) return null;
  const section = table.section.id;
  if (active.at === "head" || active.at === "number") {
    const head = table.head(active.id);
    const leaf = head && (table.leaves[head.from + head.leaves] ?? table.leaves[head.from - 1]);
    return leaf ? { at: "head", section, id: leaf.id } : { at: "new-column", section };
  }
  const at = table.lineIndex(active.id);
  const end = at + 1 + table.lines.slice(at + 1).findIndex(({ depth }) => depth <= (table.lines[at]?.depth ?? 0));
  const row = (end > at && table.lines[end]?.row) || table.lines[at - 1]?.row;
  return row && !ids().includes(row.id) ? { at: active.at, section, id: row.id } : { at: "new-row", section };
}

function groupColumns(canvas: Canvas): void {
  const { section } = here();
  const id = newId();
  if (!edit(columns.group(form(), section, ids(), id, ""), text("did_group"))) return;
  goTo({ at: "head", section: section.id, id });
  editing.open(canvas);
}

function splitColumn(canvas: Canvas): void {
  const { section } = here();
  const id = ids()[0] ?? "";
  if (!edit(columns.split(form(), section, id, [newId(), newId()]), text("did_split"))) return;
  goTo({ at: "head", section: section.id, id });
  editing.open(canvas);
}

/** Rows go in and out of each other, columns change places. */
function sideways(by: 1 | -1): void {
  const { section } = here();
  if (selection().kind === "columns") change(columns.shiftColumns(form(), section, ids(), by), "did_move");
  else change(by > 0 ? rows.indent(form(), section, ids()) : rows.outdent(form(), section, ids()), by > 0 ? "did_indent" : "did_outdent");
}

function stateRows(key: string, value: Value): void {
  change(rows.setRows(here().section, ids(), key, value), "did_kind");
}

function toggle(key: string, value: string): void {
  const { section } = here();
  const isRow = selection().kind === "rows";
  const nodes = ids().map((id) => (isRow ? here().line(id)?.row : here().head(id)?.column));
  const next = nodes.every((node) => node?.[key] === value) ? null : value;
  change(isRow ? rows.setRows(section, ids(), key, next) : columns.setColumns(section, ids(), key, next), "did_kind");
}

/** Give the chosen cells a state, or take it from them where all have it. */
function stateCells(value: "locked" | "not_applicable"): void {
  const found = chosen();
  const table = here();
  if (!found) return;
  const own = new Map((table.section.cells ?? []).map((cell) => [`${cell.row}/${cell.column}`, cell.state]));
  const withCells = found.rows.filter((id) => hasCells(table.line(id)?.row as Row));
  const places = withCells.flatMap((row) => found.columns.map((column) => ({ row, column })));
  const next = places.every(({ row, column }) => own.get(`${row}/${column}`) === value) ? null : value;
  const ops = places.map(({ row, column }): Op => ({ op: "set", at: { kind: "cell", section: table.section.id, row, column }, key: "state", value: next }));
  change(ops, "did_cell");
}
