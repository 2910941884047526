// A merge field in a prepared text: one presses the button, then a cell of a table, and its name stands in the text.

import { cellName, nodeAt, sectionOf } from "../panel/nodes";
import { find, text } from "../panel/texts";
import { edit, select, selection, subscribe } from "../store";
import type { Selection } from "../types";

let writing: { part: Extract<Selection, { kind: "part" }>; at: number } | null = null;

/** The button within the form of a part. */
export function mountMerge(host: HTMLElement): void {
  const box = host.querySelector<HTMLTextAreaElement>('[data-key="text"]');
  const press = host.querySelector<HTMLButtonElement>("#merge");
  press?.addEventListener("click", () => {
    const part = selection();
    if (part.kind !== "part" || !box) return;
    writing = writing ? null : { part, at: box.selectionStart };
    showAsking();
  });
}

/** Listen for the cell that is pressed after the button. */
export function listenForMerge(): void {
  subscribe((news) => {
    const chosen = selection();
    if (news.selection && writing && chosen.kind === "cells") put(chosen);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !writing) return;
    writing = null;
    showAsking();
  });
}

export const isMerging = (): boolean => writing !== null;

function put(chosen: Extract<Selection, { kind: "cells" }>): void {
  const section = sectionOf(chosen.section);
  if (!writing || !section) return;
  const { part, at } = writing;
  writing = null;
  const ref = { kind: "part", section: part.section, id: part.id } as const;
  const before = String(nodeAt(ref)?.["text"] ?? "");
  const gap = /\S$/.test(before.slice(0, at)) ? " " : "";
  const field = `${gap}{{${cellName(section, chosen.rows.at(-1) ?? "", chosen.columns.at(-1) ?? "")}}}`;
  edit([{ op: "set", at: ref, key: "text", value: before.slice(0, at) + field + before.slice(at) }], text("merge"));
  select(part);
}

function showAsking(): void {
  const told = document.getElementById("merging");
  if (!told) return;
  told.textContent = writing ? text("asks", {}, "merging") : "";
  find("merge").setAttribute("aria-pressed", String(writing !== null));
}
