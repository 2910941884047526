// Keys on the canvas: arrows walk over the form, letters type, the rest are actions.

import { ACTIONS } from "./actions";
import type { Canvas } from "./canvas";
import * as editing from "./editing";
import { activeSpot, goTo, tableOf } from "./selection";
import { state } from "./store";
import type { Spot } from "./table";

const STEPS: { readonly [key: string]: readonly [number, number] } = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-15, 0],
  PageDown: [15, 0],
};

export function listen(canvas: Canvas, showShortcuts: () => void): void {
  document.addEventListener("keydown", (event) => {
    if (editing.isEditing()) {
      if (editing.keyInBox(canvas, event)) event.preventDefault();
      return;
    }
    const target = event.target as HTMLElement;
    const isTyping = target.matches("input, select, textarea, [contenteditable]") || target.closest("dialog") !== null;
    if (isTyping) return;
    const keys = keysOf(event);
    if (keys === "?" || keys === "Shift+?") return run(event, showShortcuts);
    if (keys === "Ctrl+z" || keys === "Ctrl+y" || keys === "Ctrl+Shift+z") return act(canvas, event, keys);
    // the cell that had the focus may have been scrolled away, and is no longer drawn
    if (canvas.host.contains(target) || (target === document.body && activeSpot())) onCanvas(canvas, event, keys);
  });
}

/** A key with what is held down, as actions name it. */
function keysOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : "", event.shiftKey ? "Shift" : "", key].filter(Boolean).join("+");
}

function onCanvas(canvas: Canvas, event: KeyboardEvent, keys: string): void {
  if ((event.target as HTMLElement).closest(".outline")) return; // a narrative has keys of its own
  const step = STEPS[event.key];
  if (step && !event.altKey) return run(event, () => walk(canvas, step, event.ctrlKey || event.metaKey, event.shiftKey));
  if (event.key === "Home" || event.key === "End") {
    return run(event, () => walk(canvas, [event.ctrlKey ? (event.key === "Home" ? -1 : 1) : 0, event.ctrlKey ? 0 : event.key === "Home" ? -1 : 1], true, event.shiftKey));
  }
  if (keys === "Ctrl+a") return run(event, () => chooseAll(canvas));
  if (act(canvas, event, keys)) return;
  const isStroke = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && event.key !== " ";
  // the box has the focus before the browser puts the stroke in, so input methods begin in it
  if ((isStroke || event.key === "Process") && activeSpot()) editing.open(canvas, "");
}

function act(canvas: Canvas, event: KeyboardEvent, keys: string): boolean {
  const action = Object.values(ACTIONS).find((each) => each.keys.includes(keys));
  if (!action?.fits()) return false;
  run(event, () => action.run(canvas));
  return true;
}

function run(event: KeyboardEvent, work: () => void): void {
  event.preventDefault();
  work();
}

/** To the neighbour, or with `far` to the last in that direction. */
function walk(canvas: Canvas, [lines, fields]: readonly [number, number], far: boolean, extend: boolean): void {
  const start = activeSpot() ?? ({ at: "form" } as const);
  let spot = next(start, Math.sign(lines), Math.sign(fields));
  for (let left = far ? 1000 : Math.max(Math.abs(lines), 1) - 1; spot && left > 0; left -= 1) {
    const further = tableOf(spot)?.step(spot, Math.sign(lines), Math.sign(fields));
    if (!further || (far && further.at !== spot.at)) break;
    spot = further;
  }
  if (!spot) return;
  goTo(spot, extend);
  canvas.reveal(spot);
  canvas.paint(true);
}

/** From the title into the first section, from a section's title into its table, from there on to the next. */
function next(spot: Spot, lines: number, fields: number): Spot | null {
  const { sections } = state().document;
  if (spot.at === "form") {
    const first = sections[0];
    return lines > 0 && first ? { at: "section", section: first.id } : null;
  }
  const inside = tableOf(spot);
  if (spot.at !== "section") {
    const step = inside?.step(spot, lines, fields);
    if (step || fields) return step ?? null;
    return lines < 0 ? { at: "section", section: spot.section } : beside(spot.section, 1);
  }
  if (fields) return null;
  if (lines > 0 && inside) return inside.spotAt({ line: 0, field: inside.lead.length });
  return lines > 0 ? beside(spot.section, 1) : (beside(spot.section, -1) ?? { at: "form" });
}

function beside(section: string, by: number): Spot | null {
  const { sections } = state().document;
  const other = sections[sections.findIndex((each) => each.id === section) + by];
  return other ? { at: "section", section: other.id } : null;
}

/** All of the kind that is active: the header's top line, all rows, all cells. */
function chooseAll(canvas: Canvas): void {
  const active = activeSpot();
  const table = tableOf(active);
  if (!active || !table || !("section" in active)) return;
  const section = active.section;
  const [firstLeaf, lastLeaf] = [table.leaves[0], table.leaves.at(-1)];
  const [firstLine, lastLine] = [table.lines[0], table.lines.at(-1)];
  if ((active.at === "head" || active.at === "number") && firstLeaf && lastLeaf) {
    goTo({ at: "number", section, id: firstLeaf.id });
    goTo({ at: "number", section, id: lastLeaf.id }, true);
  } else if (active.at === "cell" && firstLeaf && lastLeaf && firstLine && lastLine) {
    goTo({ at: "cell", section, row: firstLine.row.id, column: firstLeaf.id });
    goTo({ at: "cell", section, row: lastLine.row.id, column: lastLeaf.id }, true);
  } else if (firstLine && lastLine) {
    goTo({ at: "name", section, id: firstLine.row.id });
    goTo({ at: "name", section, id: lastLine.row.id }, true);
  }
  canvas.paint(true);
}
