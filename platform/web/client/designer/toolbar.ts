// The buttons above the canvas, what they may do now, whether all is saved, and what could not be.

import { ACTIONS, numberRows } from "./actions";
import type { Canvas } from "./canvas";
import * as editing from "./editing";
import { find, made, text } from "./page";
import { pending, refused, saved, sentAgain, settle, state, subscribe } from "./store";

const bar = find("toolbar");
const numbering = find<HTMLSelectElement>("numbering");

export function listen(canvas: Canvas, showShortcuts: () => void): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-do]");
    const action = button && ACTIONS[button.dataset["do"] ?? ""];
    if (!action?.fits()) return;
    if (editing.isEditing()) editing.finish();
    action.run(canvas);
    if (!editing.isEditing()) canvas.paint(true);
  });
  numbering.addEventListener("change", () => {
    numberRows(numbering.value.split(" "));
    numbering.value = "";
    canvas.paint(true);
  });
  find("show-shortcuts").addEventListener("click", showShortcuts);
  subscribe(refresh);
  refresh();
}

/** All shortcuts in a dialog. */
export function shortcuts(): () => void {
  const dialog = find<HTMLDialogElement>("shortcuts");
  const rows = Object.entries(ACTIONS).map(([name, { keys }]) =>
    made("tr", {}, made("th", { scope: "row" }, text(`do_${name}`)), made("td", {}, ...keys.flatMap((key, at) => [at ? " · " : "", made("kbd", {}, shown(key))]))),
  );
  find("shortcut-rows").append(...rows);
  return () => dialog.showModal();
}

const shown = (keys: string): string =>
  keys
    .replace("Arrow", "")
    .replace(/\b([a-z])$/, (key) => key.toUpperCase())
    .replace("Up", "↑")
    .replace("Down", "↓")
    .replace("Left", "←")
    .replace("Right", "→");

function refresh(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-do]")) {
    const name = button.dataset["do"] ?? "";
    const action = ACTIONS[name];
    button.disabled = !action?.fits();
    const step = name === "undo" ? state().undo : name === "redo" ? state().redo : null;
    const keys = action?.keys[0] ? ` (${shown(action.keys[0])})` : "";
    button.title = `${text(`do_${name}`)}${step ? `: ${step}` : ""}${keys}`;
  }
  numbering.disabled = !state().may.edit;
  bar.classList.toggle("is-readonly", !state().may.edit);
  const { is, trouble } = saved();
  const shownState = find("save-state");
  shownState.dataset["state"] = is;
  shownState.textContent = is === "stopped" ? text("stopped", { why: trouble }) : is === "offline" ? text("offline", { count: pending() }) : text(is);
  if (is === "saved" && sentAgain()) shownState.append(` · ${text("sent_again", { count: sentAgain() })}`);
  drawRefusals();
}

/** What was refused: both sides, and the way to go on. */
function drawRefusals(): void {
  const host = find("refusals");
  const items = refused().map((refusal) => {
    const item = made("li", { class: "alert alert-warning" }, made("strong", {}, refusal.told), " ");
    for (const { told } of refusal.findings) item.append(told, " ");
    const again = made("button", { type: "button", class: "btn btn-sm" }, text("again"));
    again.addEventListener("click", () => settle(refusal, true));
    const leave = made("button", { type: "button", class: "btn btn-sm" }, text("leave"));
    leave.addEventListener("click", () => settle(refusal, false));
    if (refusal.ops.length) item.append(again, " ");
    item.append(leave);
    return item;
  });
  if (items.length !== host.childElementCount || items.length) host.replaceChildren(...items);
}
