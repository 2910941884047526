// The designer's page: the store, the canvas with its mouse and keys, and the panel beside it.

import "./designer.css";
import { Canvas } from "./canvas";
import * as clipboard from "./clipboard";
import * as editing from "./editing";
import * as keyboard from "./keyboard";
import { find, page } from "./page";
import { mountPanel } from "./panel";
import * as pointer from "./pointer";
import * as selection from "./selection";
import { read } from "./server";
import { selection as chosen, start, subscribe } from "./store";
import * as toolbar from "./toolbar";
import type { State } from "./types";

await start(page.urls, page.who, await read<State>(page.urls.state));
const canvas = new Canvas(find("canvas"));

let wasPart = false; // a heading of a narrative is drawn otherwise while it is chosen

function redraw(): void {
  const hasFocus = canvas.host.contains(document.activeElement) || document.activeElement === document.body;
  canvas.draw();
  selection.settle(canvas.tables);
  canvas.paint(hasFocus);
  const part = chosen();
  if (part.kind === "part" && hasFocus) canvas.host.querySelector<HTMLElement>(`[data-part="${part.id}"]`)?.focus();
  editing.follow(canvas);
}

subscribe((news) => {
  const isPart = chosen().kind === "part";
  const isOtherPart = news.selection && (isPart || wasPart);
  wasPart = isPart;
  if (news.document || news.derived || isOtherPart) redraw();
  if (!news.selection) return;
  const spot = selection.follow();
  if (spot) canvas.reveal(spot);
  canvas.paint();
});
find("canvas").addEventListener("scroll", () => editing.follow(canvas));
redraw();
const showShortcuts = toolbar.shortcuts();
toolbar.listen(canvas, showShortcuts);
keyboard.listen(canvas, showShortcuts);
pointer.listen(canvas);
clipboard.listen(canvas, (sentence) => {
  find("told").textContent = sentence;
});
mountPanel();
