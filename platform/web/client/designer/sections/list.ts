// The sections of the form: chosen, added, put in another order, taken away.

import { called } from "../panel/nodes";
import { button, find, made, text } from "../panel/texts";
import { edit, newId, select, selection, state, subscribe } from "../store";
import type { Section, Value } from "../types";

export function mountSections(): void {
  for (const press of document.querySelectorAll<HTMLElement>("[data-add-section]")) {
    press.addEventListener("click", () => add(press.dataset["addSection"] as Section["kind"]));
  }
  subscribe((news) => {
    if (news.document || news.selection) draw();
  });
  draw();
}

function draw(): void {
  const { sections } = state().document;
  const chosen = selection();
  const items = sections.map((section, at) => {
    const item = made("li", "");
    const name = button(called(section) || section.code, called(section) || section.code, () => select({ kind: "section", section: section.id }));
    name.classList.add("section-name");
    name.setAttribute("aria-pressed", String(chosen.kind === "section" && chosen.section === section.id));
    item.append(name, made("small", text(`kind${section.kind[0]?.toUpperCase()}${section.kind.slice(1)}`)));
    if (at > 0) item.append(button("↑", `${text("up")}: ${section.code}`, () => move(at, at - 2)));
    if (at < sections.length - 1) item.append(button("↓", `${text("down")}: ${section.code}`, () => move(at, at + 1)));
    if (sections.length > 1) item.append(button("×", text("remove", { name: section.code }), () => remove(section)));
    return item;
  });
  find("section-list").replaceChildren(...items);
}

function move(at: number, after: number): void {
  const { sections } = state().document;
  const id = sections[at]?.id ?? "";
  edit([{ op: "move", kind: "section", id, parent: null, after: sections[after]?.id ?? null }], text("move"));
}

function remove(section: Section): void {
  if (edit([{ op: "delete", kind: "section", id: section.id }], text("remove", { name: section.code }))) select({ kind: "template" });
}

/** A section begins with what a person would draw first: one column and one row, or one heading. */
function add(kind: Section["kind"]): void {
  const { sections } = state().document;
  const taken = new Set(sections.map((section) => section.code));
  const code = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].find((letter) => !taken.has(letter)) ?? newId();
  const id = newId();
  const column = { id: newId(), code: "1", title: text("firstColumn") };
  const node: { [key: string]: Value } = { id, code, kind };
  if (kind === "table" || kind === "list") node["columns"] = [column];
  if (kind === "table") node["rows"] = { items: [{ id: newId(), code: "1", ordinal: "1", title: text("firstRow") }] };
  if (kind === "outline") node["parts"] = [{ id: newId(), code: "I", title: text("firstPart") }];
  if (kind === "attachment") node["types"] = ["docx", "pdf"];
  const op = { op: "insert", kind: "section", parent: null, after: sections.at(-1)?.id ?? null, node } as const;
  if (edit([op], text("add"))) select({ kind: "section", section: id });
}
