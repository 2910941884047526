// A narrative on the canvas: its headings as a tree with their guidance and prepared text, each a button that
// chooses it; the keys and buttons by which headings come, go and move are those of rows.

import { called, partsOf, sectionOf, walk } from "../panel/nodes";
import { button, made, text } from "../panel/texts";
import { edit, newId, select, selection, subscribe } from "../store";
import type { Op, Part, Ref, Section } from "../types";

interface Place {
  readonly part: Part;
  readonly parent: Part | null;
  readonly among: readonly Part[];
  readonly at: number;
}

const hosts = new Map<string, HTMLElement>();

/** Show which heading is chosen, also where nothing but that has changed. */
export function followSelection(): void {
  subscribe((news) => {
    if (!news.selection) return;
    for (const [id, host] of hosts) {
      const section = sectionOf(id);
      if (!section || !host.isConnected) hosts.delete(id);
      else drawOutline(host, section);
    }
  });
}

/** Draw an outline section into its place on the canvas. */
export function drawOutline(host: HTMLElement, section: Section): void {
  const focused = host.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["part"] : undefined;
  hosts.set(section.id, host);
  const chosen = selection();
  const list = tree(section.parts ?? [], (part) => {
    const on = chosen.kind === "part" && chosen.section === section.id && chosen.id === part.id;
    const name = button(part.title, part.title, () => select({ kind: "part", section: section.id, id: part.id }));
    name.classList.add("part-name");
    name.dataset["part"] = part.id;
    name.setAttribute("aria-pressed", String(on));
    name.addEventListener("keydown", (event) => key(event, section.id, part.id));
    const about = [part.required ? "*" : "", part.guidance ?? ""].filter(Boolean).join(" ");
    return [name, made("small", about), ...(part.text ? [made("p", part.text)] : []), ...(on ? [tools(section.id, part.id)] : [])];
  });
  const add = button(`+ ${text("newPart", {}, "outline-texts")}`, text("newPart", {}, "outline-texts"), () => addPart(section.id, null));
  host.replaceChildren(list, add);
  host.classList.add("outline");
  if (focused) host.querySelector<HTMLElement>(`[data-part="${focused}"]`)?.focus();
}

function tree(parts: readonly Part[], draw: (part: Part) => HTMLElement[]): HTMLElement {
  const list = made("ul", "");
  for (const part of parts) {
    const item = made("li", "");
    item.append(...draw(part));
    if (part.children?.length) item.append(tree(part.children, draw));
    list.append(item);
  }
  return list;
}

function tools(section: string, id: string): HTMLElement {
  const bar = made("span", "", { class: "part-tools", role: "group" });
  const tool = (sign: string, name: string, work: () => void) => button(sign, text(name, {}, "outline-texts"), work);
  bar.append(
    tool("+", "below", () => addPart(section, id)),
    tool("↑", "up", () => shift(section, id, -1)),
    tool("↓", "down", () => shift(section, id, 1)),
    tool("→", "indent", () => indent(section, id)),
    tool("←", "outdent", () => outdent(section, id)),
    tool("×", "delete", () => remove(section, id)),
  );
  return bar;
}

function key(event: KeyboardEvent, section: string, id: string): void {
  const work: { readonly [keys: string]: () => void } = {
    Enter: () => addPart(section, id),
    Delete: () => remove(section, id),
    "Alt+ArrowUp": () => shift(section, id, -1),
    "Alt+ArrowDown": () => shift(section, id, 1),
    "Alt+ArrowRight": () => indent(section, id),
    "Alt+ArrowLeft": () => outdent(section, id),
    ArrowUp: () => step(section, id, -1),
    ArrowDown: () => step(section, id, 1),
  };
  const todo = work[`${event.altKey ? "Alt+" : ""}${event.key}`];
  if (!todo) return;
  event.preventDefault();
  event.stopPropagation();
  todo();
  focusChosen();
}

export function focusChosen(): void {
  const chosen = selection();
  if (chosen.kind !== "part") return;
  window.setTimeout(() => document.querySelector<HTMLElement>(`[data-part="${chosen.id}"]`)?.focus());
}

function step(section: string, id: string, by: number): void {
  const parts = partsOf(sectionOf(section) as Section);
  const next = parts[parts.findIndex((part) => part.id === id) + by];
  if (next) select({ kind: "part", section, id: next.id });
}

const refOf = (section: string, part: Part | null): Ref =>
  part ? { kind: "part", section, id: part.id } : { kind: "section", id: section };

function placeOf(section: string, id: string): Place | null {
  const search = (among: readonly Part[], parent: Part | null): Place | null => {
    for (const [at, part] of among.entries()) {
      if (part.id === id) return { part, parent, among, at };
      const below = search(part.children ?? [], part);
      if (below) return below;
    }
    return null;
  };
  return search(sectionOf(section)?.parts ?? [], null);
}

/** A heading after the one that is chosen, else at the end. */
function addPart(section: string, after: string | null): void {
  const place = after === null ? null : placeOf(section, after);
  const top = sectionOf(section)?.parts ?? [];
  const id = newId();
  const node = { id, code: freeCode(section), title: text("newPart", {}, "outline-texts") };
  const op: Op = { op: "insert", kind: "part", section, parent: refOf(section, place?.parent ?? null), after: after ?? top.at(-1)?.id ?? null, node };
  if (edit([op], text("newPart", {}, "outline-texts"))) select({ kind: "part", section, id });
}

function freeCode(section: string): string {
  const taken = new Set([...walk(sectionOf(section)?.parts)].map((part) => part.code));
  let number = taken.size + 1;
  while (taken.has(String(number))) number += 1;
  return String(number);
}

function move(section: string, id: string, parent: Part | null, after: string | null, name: string): void {
  edit([{ op: "move", kind: "part", section, id, parent: refOf(section, parent), after }], text(name, {}, "outline-texts"));
}

function shift(section: string, id: string, by: 1 | -1): void {
  const place = placeOf(section, id);
  const after = place?.among[by > 0 ? place.at + 1 : place.at - 2];
  if (!place || (by > 0 ? !after : place.at === 0)) return;
  move(section, id, place.parent, after?.id ?? null, by > 0 ? "down" : "up");
}

function indent(section: string, id: string): void {
  const place = placeOf(section, id);
  const parent = place?.among[place.at - 1];
  if (parent) move(section, id, parent, parent.children?.at(-1)?.id ?? null, "indent");
}

function outdent(section: string, id: string): void {
  const place = placeOf(section, id);
  if (!place?.parent) return;
  const above = placeOf(section, place.parent.id);
  move(section, id, above?.parent ?? null, place.parent.id, "outdent");
}

function remove(section: string, id: string): void {
  const place = placeOf(section, id);
  const next = place && (place.among[place.at + 1] ?? place.among[place.at - 1] ?? place.parent);
  const name = called(place?.part);
  if (!edit([{ op: "delete", kind: "part", section, id }], `${text("delete", {}, "outline-texts")}: ${name}`)) return;
  select(next ? { kind: "part", section, id: next.id } : { kind: "section", section });
}
