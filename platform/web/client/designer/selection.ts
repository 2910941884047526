// Where the keyboard is on the canvas and what is chosen from there: from the spot where choosing began to the active one.

import { select, selection, state } from "./store";
import { type Spot, Table, walk } from "./table";
import type { Selection } from "./types";

let tables: ReadonlyMap<string, Table> = new Map();
let active: Spot | null = null;
let anchor: Spot | null = null;
let told = ""; // the selection that this module made

/** Take the tables of a new state of the document; spots that are gone are left. */
export function settle(next: ReadonlyMap<string, Table>): void {
  tables = next;
  if (active && !exists(active)) active = null;
  if (!anchor || !exists(anchor)) anchor = active;
}

export const activeSpot = (): Spot | null => active;
export const tableOf = (spot: Spot | null): Table | undefined => (spot && "section" in spot ? tables.get(spot.section) : undefined);

/** Go to a spot; `extend` chooses all from where choosing began. */
export function goTo(spot: Spot, extend = false): void {
  active = spot;
  if (!extend || !anchor || !isAlike(anchor, spot)) anchor = spot;
  const next = chosenBetween(anchor, spot);
  told = JSON.stringify(next);
  select(next);
}

/** Follow a selection that another part of the page made; the spot to show, null where nothing changed. */
export function follow(): Spot | null {
  const now = selection();
  if (JSON.stringify(now) === told) return null;
  told = JSON.stringify(now);
  active = anchor = spotOf(now);
  return active;
}

/** The chosen rows, columns, cells as they stand; empty where something else is chosen. */
export function chosen(): { section: string; rows: readonly string[]; columns: readonly string[]; cells: boolean } | null {
  const now = selection();
  if (now.kind === "rows") return { section: now.section, rows: now.ids, columns: [], cells: false };
  if (now.kind === "columns") return { section: now.section, rows: [], columns: now.ids, cells: false };
  if (now.kind === "cells") return { section: now.section, rows: now.rows, columns: now.columns, cells: true };
  return null;
}

function exists(spot: Spot): boolean {
  if (spot.at === "form") return true;
  const table = tables.get(spot.section);
  if (!table) return spot.at === "section" && state().document.sections.some((each) => each.id === spot.section);
  const place = table.placeOf(spot);
  return spot.at === "section" || (place !== null && table.spotAt(place) !== null);
}

type Group = "columns" | "rows" | "cells" | "other";
function groupOf(spot: Spot): Group {
  switch (spot.at) {
    case "head":
    case "number":
      return "columns";
    case "ordinal":
    case "name":
    case "unit":
      return "rows";
    case "cell":
      return "cells";
    default:
      return "other";
  }
}

const isAlike = (a: Spot, b: Spot): boolean =>
  groupOf(a) === groupOf(b) && "section" in a && "section" in b && a.section === b.section;

function chosenBetween(from: Spot, to: Spot): Selection {
  if (to.at === "form") return { kind: "template" };
  const { section } = to;
  const table = tables.get(section);
  if (!table) return { kind: "section", section };
  if ((to.at === "head" || to.at === "number") && (from.at === "head" || from.at === "number")) {
    const isLine = from.at === "number" && to.at === "number";
    const ids = isLine ? slice(table.leaves.map((leaf) => leaf.id), from.id, to.id) : columnsBetween(table, from.id, to.id);
    return { kind: "columns", section, ids };
  }
  if (to.at === "cell" && from.at === "cell") {
    const rows = slice(table.lines.map(({ row }) => row.id), from.row, to.row);
    return { kind: "cells", section, rows, columns: slice(table.leaves.map((leaf) => leaf.id), from.column, to.column) };
  }
  if (groupOf(to) === "rows" && groupOf(from) === "rows") {
    const ids = table.lines.map(({ row }) => row.id);
    return { kind: "rows", section, ids: slice(ids, (from as { id: string }).id, (to as { id: string }).id) };
  }
  return { kind: "section", section };
}

/** Header cells from one to the other: on their level where both stand side by side, else the leaves they cover. */
function columnsBetween(table: Table, from: string, to: string): string[] {
  if (from === to) return [to];
  const [a, b] = [table.head(from), table.head(to)];
  if (!a || !b) return [to];
  const siblings = (a.parent ? (a.parent.children ?? []) : (table.section.columns ?? [])).map((each) => each.id);
  if (siblings.includes(to)) return slice(siblings, from, to);
  const [start, end] = [Math.min(a.from, b.from), Math.max(a.from + a.leaves, b.from + b.leaves)];
  return table.leaves.slice(start, end).map((leaf) => leaf.id);
}

/** From one to the other, the other last. */
function slice(ids: readonly string[], from: string, to: string): string[] {
  const [a, b] = [ids.indexOf(from), ids.indexOf(to)];
  return a <= b ? ids.slice(a, b + 1) : ids.slice(b, a + 1).reverse();
}

function spotOf(chosen: Selection): Spot | null {
  switch (chosen.kind) {
    case "template":
      return null;
    case "section":
      return { at: "section", section: chosen.section };
    case "columns":
      return { at: "head", section: chosen.section, id: chosen.ids.at(-1) ?? "" };
    case "rows":
      return { at: "name", section: chosen.section, id: chosen.ids.at(-1) ?? "" };
    case "cells":
      return { at: "cell", section: chosen.section, row: chosen.rows.at(-1) ?? "", column: chosen.columns.at(-1) ?? "" };
    default:
      return null;
  }
}

/** Everything that stands below chosen columns, for showing them whole. */
export function withBelow(table: Table, ids: readonly string[]): ReadonlySet<string> {
  return new Set(table.heads.filter((head) => ids.includes(head.column.id)).flatMap((head) => walk([head.column])).map((each) => each.id));
}
