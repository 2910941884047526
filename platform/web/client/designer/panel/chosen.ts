// The properties of what is chosen. One form for each kind of node; what does not apply is not shown.

import { edit, selection, state, subscribe } from "../store";
import type { Column, Ref, Row, Section, Selection } from "../types";
import { mountMerge } from "../sections/merge";
import { mountConditions } from "./conditions";
import { Fields, insertBeside, offer } from "./fields";
import { called, cellName, columnsOf, leavesOf, nodeAt, refsOf, rowsOf, sectionOf, valueAt } from "./nodes";
import { find, text } from "./texts";

type Node = { readonly [key: string]: unknown };

let form = ""; // which of the forms is drawn, for which section
let bound = ""; // what it was drawn for
let fields: Fields | null = null;

export function mountChosen(): void {
  find("chosen").addEventListener("change", insertBeside);
  subscribe((news) => {
    if (news.selection || news.document) draw();
  });
  draw();
}

function draw(): void {
  const chosen = existing(selection());
  const refs = refsOf(chosen);
  const now = JSON.stringify(chosen);
  const isOther = now !== bound;
  bound = now;
  if (isOther) fields?.commit();
  const kind = refs[0]?.kind ?? "template";
  find("chosen-name").textContent = nameOf(chosen);
  find("sections").hidden = kind !== "template" && kind !== "section";
  const needed = JSON.stringify([kind, "section" in chosen ? chosen.section : ""]);
  if (needed !== form) {
    form = needed;
    const host = document.createElement("div");
    host.append(find<HTMLTemplateElement>(`for-${kind}`).content.cloneNode(true));
    find("chosen").replaceChildren(host);
    fields = new Fields(host, (node, isOnly) => factsOf(kind, node, isOnly));
    if (kind === "part") mountMerge(host);
    mountConditions(host);
    host.querySelector("#headline")?.addEventListener("change", toggleHeadline);
  }
  const section = "section" in chosen ? sectionOf(chosen.section) : undefined;
  if (section) offerColumns(find("chosen"), section);
  fields?.show(refs, isOther);
  showHeadline(chosen);
}

/** Nodes that another designer has taken away are no longer chosen. */
function existing(chosen: Selection): Selection {
  if (chosen.kind === "template") return chosen;
  const first = refsOf(firstOf(chosen))[0];
  return first && nodeAt(first) ? chosen : { kind: "template" };
}

/** Of many cells only one is looked at to see whether they are there. */
function firstOf(chosen: Selection): Selection {
  if (chosen.kind !== "cells") return chosen;
  return { ...chosen, rows: chosen.rows.slice(0, 1), columns: chosen.columns.slice(0, 1) };
}

function offerColumns(host: HTMLElement, section: Section): void {
  const leaves = leavesOf(section).map((column) => [column.id, called(column)] as const);
  offer(host, "columns", leaves);
  offer(host, "numbers", leaves);
}

const NUMERIC = new Set(["integer", "decimal", "money", "percent"]);

function factsOf(kind: Ref["kind"], node: Node, isOnly: boolean): Set<string> {
  const facts = new Set<string>();
  const type = (node["type"] as string | undefined) ?? "";
  if (isOnly) facts.add("one");
  if (!type || NUMERIC.has(type)) facts.add("numeric");
  if (type) facts.add(type);
  if (["aggregation.rule", "aggregation.default.rule"].some((key) => valueAt(node, key) === "weighted_mean")) facts.add("weighted");
  if (node["part"] === "of_which") facts.add("of_which");
  else if (node["part"]) facts.add("breakdown");
  if (kind === "column") facts.add((node as Column).children?.length ? "group" : "leaf");
  if ((node["repeat"] as Node | undefined)?.["over"] === "list") facts.add("listed");
  if (kind === "row") {
    const rowKind = (node as Row).kind ?? "data";
    facts.add(rowKind === "open" ? "open" : "fixed");
    if (rowKind !== "group") facts.add("cells");
  }
  if (kind === "cell" && node["state"]) facts.add("shut");
  if (kind === "section") {
    const section = node as Section;
    facts.add(section.kind);
    if (section.kind === "table" || section.kind === "list") facts.add("figures");
    if (section.rows?.kind === "agencies") facts.add("agencies");
  }
  return facts;
}

function nameOf(chosen: Selection): string {
  if (chosen.kind === "template") return text("template");
  if (chosen.kind === "section") return text("section", { name: called(sectionOf(chosen.section)) });
  const section = sectionOf(chosen.section);
  if (chosen.kind === "cells") {
    const [row, column] = [chosen.rows[0], chosen.columns[0]];
    if (chosen.rows.length * chosen.columns.length > 1) return text("cells", { count: chosen.rows.length * chosen.columns.length });
    return text("cell", {
      row: called(section && rowsOf(section).find((each) => each.id === row)),
      column: called(section && columnsOf(section).find((each) => each.id === column)),
    });
  }
  if (chosen.kind === "columns" || chosen.kind === "rows") {
    const name = chosen.kind === "rows" ? "row" : "column";
    if (chosen.ids.length > 1) return text(chosen.kind, { count: chosen.ids.length });
    return text(name, { name: called(nodeAt(refsOf(chosen)[0] as Ref)) });
  }
  if (chosen.kind === "part") return text("part", { name: called(nodeAt(refsOf(chosen)[0] as Ref)) });
  return String(nodeAt(refsOf(chosen)[0] as Ref)?.["code"] ?? "");
}

// --- headline cells

function chosenCell(chosen: Selection): string | null {
  const section = "section" in chosen ? sectionOf(chosen.section) : undefined;
  if (chosen.kind !== "cells" || !section || chosen.rows.length * chosen.columns.length !== 1) return null;
  return cellName(section, chosen.rows[0] ?? "", chosen.columns[0] ?? "");
}

const headline = (): readonly string[] => (state().document["headline"] as string[] | undefined) ?? [];

function showHeadline(chosen: Selection): void {
  const box = document.querySelector<HTMLInputElement>("#headline");
  const cell = chosenCell(chosen);
  if (box && cell) box.checked = headline().includes(cell);
}

function toggleHeadline(): void {
  const cell = chosenCell(selection());
  if (!cell) return;
  const others = headline().filter((each) => each !== cell);
  const next = others.length < headline().length ? others : [...others, cell];
  edit([{ op: "set", at: { kind: "template" }, key: "headline", value: next.length ? next : null }], text("headline"));
}
