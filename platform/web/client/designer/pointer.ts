// The mouse on the canvas: press chooses, drag chooses a range, dragging what is chosen moves it, a second press types.

import { type Canvas } from "./canvas";
import { sameSpot, spotOf } from "./spots";
import { group, homeOf as columnHome, moveColumns } from "./columns";
import { applyEdit } from "./document";
import * as editing from "./editing";
import { text } from "./page";
import { homeOf as rowHome, moveRows } from "./rows";
import { activeSpot, chosen, goTo, tableOf } from "./selection";
import { edit, newId, state } from "./store";
import type { Spot } from "./table";
import type { Section } from "./types";

const SLACK = 6; // pixels that a press may wander

interface Drag {
  readonly spot: Spot;
  readonly x: number;
  readonly y: number;
  readonly moves: boolean; // what was chosen before
  far: boolean;
}
interface Target {
  readonly spot: Spot;
  readonly place: "before" | "into" | "after";
}

let drag: Drag | null = null;
let target: Target | null = null;

export function listen(canvas: Canvas): void {
  canvas.host.addEventListener("pointerdown", (event) => press(canvas, event));
  document.addEventListener("pointermove", (event) => wander(canvas, event));
  document.addEventListener("pointerup", () => release(canvas));
  canvas.host.addEventListener("dblclick", (event) => {
    if (spotOf(event.target as Element)) editing.open(canvas);
  });
  canvas.host.addEventListener("focusin", (event) => {
    const spot = spotOf(event.target as Element);
    if (spot && !activeSpot()) goTo(spot);
  });
}

function press(canvas: Canvas, event: PointerEvent): void {
  const spot = spotOf(event.target as Element);
  if (!spot || event.button !== 0) return;
  event.preventDefault();
  if (editing.isEditing()) editing.finish();
  const wasChosen = (event.target as Element).closest(".is-chosen") !== null;
  const moves = wasChosen && !event.shiftKey && (spot.at === "head" || spot.at === "ordinal" || spot.at === "name") && state().may.edit;
  drag = { spot, x: event.clientX, y: event.clientY, moves, far: false };
  if (!moves) goTo(spot, event.shiftKey);
  canvas.paint(true);
  if (spot.at === "new-column" || spot.at === "new-row") {
    drag = null;
    editing.open(canvas);
  }
}

function wander(canvas: Canvas, event: PointerEvent): void {
  if (!drag) return;
  drag.far ||= Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > SLACK;
  if (!drag.far) return;
  const element = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>("[data-at]") ?? null;
  const spot = element && canvas.host.contains(element) ? spotOf(element) : null;
  if (!spot || !element) return;
  if (drag.moves) {
    target = placeOn(drag.spot, spot, element, event);
    show(canvas, target);
  } else if (!activeSpot() || !sameSpot(activeSpot() as Spot, spot)) {
    goTo(spot, true);
    canvas.paint();
  }
}

function release(canvas: Canvas): void {
  const [done, on] = [drag, target];
  drag = target = null;
  show(canvas, null);
  if (!done?.moves) return;
  if (done.far && on) drop(canvas, on);
  else if (!done.far) goTo(done.spot);
  if (!editing.isEditing()) canvas.paint(true);
}

/** The first and last third of a target are beside it, the middle is into it. */
function placeOn(from: Spot, spot: Spot, element: HTMLElement, event: PointerEvent): Target | null {
  const isRow = from.at !== "head";
  if (isRow ? !["ordinal", "name", "unit", "cell"].includes(spot.at) : spot.at !== "head") return null;
  const box = element.getBoundingClientRect();
  const share = isRow ? (event.clientY - box.top) / box.height : (event.clientX - box.left) / box.width;
  return { spot, place: share < 0.3 ? "before" : share > 0.7 ? "after" : "into" };
}

function show(canvas: Canvas, on: Target | null): void {
  for (const marked of canvas.host.querySelectorAll("[data-drop]")) marked.removeAttribute("data-drop");
  if (on) canvas.element(on.spot)?.setAttribute("data-drop", on.place);
}

function drop(canvas: Canvas, { spot, place }: Target): void {
  const found = chosen();
  const table = tableOf(spot);
  if (!found || !table || !("section" in spot) || spot.section !== found.section) return;
  const { section } = table;
  const form = state().document;
  const isRow = found.rows.length > 0;
  const id = spot.at === "cell" ? spot.row : "id" in spot ? spot.id : "";
  const home = isRow ? rowHome(section, id) : columnHome(section, id);
  if (!home || found.rows.includes(id) || found.columns.includes(id)) return;
  const move = isRow ? moveRows : moveColumns;
  const ids = isRow ? found.rows : found.columns;
  const parent = home.parent?.id ?? null;
  if (place !== "into") {
    const others = home.siblings.slice(0, home.at).filter((each) => !ids.includes(each.id));
    edit(move(form, section, ids, parent, place === "after" ? id : (others.at(-1)?.id ?? null)), text("did_move"));
    return;
  }
  const node = home.siblings[home.at];
  if (isRow || node?.children?.length) edit(move(form, section, ids, id, node?.children?.at(-1)?.id ?? null), text("did_move"));
  else together(canvas, section, id, ids, parent);
}

/** Columns dropped on another: all under one header cell, which is named at once. */
function together(canvas: Canvas, section: Section, onto: string, dropped: readonly string[], parent: string | null): void {
  const form = state().document;
  const moved = moveColumns(form, section, dropped, parent, onto);
  const between = applyEdit(form, moved);
  const there = between?.sections.find((each) => each.id === section.id);
  if (!between || !there) return;
  const id = newId();
  if (!edit([...moved, ...group(between, there, [onto, ...dropped], id, "")], text("did_group"))) return;
  goTo({ at: "head", section: section.id, id });
  editing.open(canvas);
}
