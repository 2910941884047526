// Rules made by pointing: choose the target, say the relation, then press the other parts on the canvas. The rule's
// text is written meanwhile and told as a sentence; nothing is kept before that is agreed to.

import { sayings, tryRule } from "../../rules/box";
import { called, columnsOf, leavesOf, onChoice, rowsOf, sectionOf, spell } from "../panel/nodes";
import { find, made, text } from "../panel/texts";
import { edit, light, newId, select, selection, state, subscribe } from "../store";
import type { Op, Section, Selection } from "../types";
import { COMPUTES, freeCode, OPERANDS, type Pointed, ruleText, type Way } from "./texts";

type Target = Extract<Selection, { kind: "columns" | "rows" | "cells" }> | Extract<Selection, { kind: "section" }>;
interface Draft {
  readonly way: Way;
  readonly target: Target;
  operands: { name: string; text: string }[];
}
const WAYS: { readonly [kind in Target["kind"]]: readonly Way[] } = {
  section: ["children"],
  columns: ["sum", "difference", "most", "percent", "cumulative", "previous", "filled"],
  rows: ["children", "sum", "difference", "most", "percent", "filled"],
  cells: ["children", "sum", "difference", "most", "percent", "cumulative", "previous", "filled"],
};
const MOST_AT_ONCE = 20;
const MOST_POINTED = 200;
let draft: Draft | null = null;
let asked = 0;

const say = (name: string, facts = {}): string => text(name, facts, "pointing");

export function mountPointing(): void {
  find("pointing-keep").addEventListener("click", keep);
  find("pointing-leave").addEventListener("click", leave);
  find("pointing-computed").addEventListener("change", () => void tell());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && draft) leave();
  });
  subscribe((news) => {
    if (news.document && !draft) offer();
  });
  onChoice(() => (draft ? point(selection()) : offer()));
  offer();
}

/** The ways that fit what is chosen. */
function offer(): void {
  const chosen = targetOf(selection());
  const section = chosen && sectionOf(chosen.section);
  find("pointing-target").textContent = section ? say("target", { name: nameOf(chosen, section) }) : say("nothing");
  const ways = section ? WAYS[chosen.kind].filter((way) => way !== "children" || hasChildren(chosen, section)) : [];
  find("pointing-kinds").replaceChildren(
    ...ways.map((way) => {
      const press = made("button", say(chosen?.kind === "section" ? "childrenAll" : way), { type: "button", class: "btn btn-sm" });
      press.addEventListener("click", () => chosen && begin(way, chosen));
      return press;
    }),
  );
}

function targetOf(chosen: Selection): Target | null {
  if (chosen.kind === "section") return sectionOf(chosen.section)?.kind === "table" ? chosen : null;
  return chosen.kind === "columns" || chosen.kind === "rows" || chosen.kind === "cells" ? chosen : null;
}

function hasChildren(target: Target, section: Section): boolean {
  if (target.kind === "columns") return false;
  const rows = rowsOf(section);
  const ids = target.kind === "section" ? rows.map((row) => row.id) : target.kind === "rows" ? target.ids : target.rows;
  const found = rows.filter((row) => ids.includes(row.id) && row.children?.length);
  return found.some((row) => row.kind === undefined || row.kind === "data" || row.kind === "total");
}

function begin(way: Way, target: Target): void {
  draft = { way, target, operands: [] };
  find("pointing-draft").hidden = false;
  find("pointing-asks").textContent = say(`asks${way[0]?.toUpperCase()}${way.slice(1)}`);
  find("pointing-computes").hidden = !COMPUTES.has(way);
  find<HTMLInputElement>("pointing-computed").checked = COMPUTES.has(way) && way !== "children";
  draw();
}

/** What is pressed on the canvas while a rule is made is one of its parts. */
function point(chosen: Selection): void {
  if (!draft || OPERANDS[draft.way][1] === 0) return;
  const section = "section" in chosen ? sectionOf(chosen.section) : undefined;
  const kind = draft.target.kind;
  if (!section || chosen.kind !== kind || chosen.section !== draft.target.section) return;
  const most = OPERANDS[draft.way][1];
  const targets = new Set(pointed(draft.target, section).map((each) => each.text));
  for (const each of named(chosen, section)) {
    if (targets.has(each.text) || draft.operands.some((operand) => operand.text === each.text)) continue;
    draft.operands = [...draft.operands, each].slice(0, Math.max(most, 1));
    if (draft.operands.length === most && most <= 2 && draft.operands.at(-1)?.text !== each.text) draft.operands[most - 1] = each;
  }
  draw();
}

function named(chosen: Selection, section: Section): { name: string; text: string }[] {
  if (chosen.kind === "section") return [];
  const texts = pointed(chosen as Target, section);
  return texts.map((each) => ({ name: each.text, text: each.text }));
}

/** What is chosen, as rules name it; a header group stands for its columns. Of very much the first. */
function pointed(chosen: Target, section: Section): Pointed[] {
  const rows = rowsOf(section);
  const leaves = leavesOf(section);
  const row = (id: string): string => spell(rows.find((each) => each.id === id) ?? { id, code: id }, rows);
  const column = (id: string): string => spell(leaves.find((each) => each.id === id) ?? { id, code: id }, leaves);
  if (chosen.kind === "section") return [{ text: "dòng cha" }];
  if (chosen.kind === "columns") {
    const below = chosen.ids.flatMap((id) => leavesBelow(section, id));
    return [...new Set(below)].slice(0, MOST_POINTED).map((id) => ({ text: `cột ${column(id)}` }));
  }
  if (chosen.kind === "rows") {
    return chosen.ids.slice(0, MOST_POINTED).map((id) => ({ text: `dòng ${row(id)}`, children: `dòng con của ${row(id)}` }));
  }
  const width = Math.ceil(MOST_POINTED / chosen.rows.length);
  return chosen.rows.slice(0, MOST_POINTED).flatMap((at) =>
    chosen.columns.slice(0, width).map((id) => ({
      text: `ô [${row(at)}; ${column(id)}]`,
      children: `ô [dòng con của ${row(at)}; ${column(id)}]`,
    })),
  );
}

function leavesBelow(section: Section, id: string): string[] {
  const column = columnsOf(section).find((each) => each.id === id);
  return column?.children?.length ? column.children.flatMap((child) => leavesBelow(section, child.id)) : [id];
}

function texts(): string[] {
  const section = draft && sectionOf(draft.target.section);
  if (!draft || !section || draft.operands.length < OPERANDS[draft.way][0]) return [];
  const { way, operands } = draft;
  const targets = pointed(draft.target, section).slice(0, MOST_AT_ONCE);
  return targets.map((target) => ruleText(way, target, operands.map((each) => each.text)));
}

function draw(): void {
  find("pointing-operands").replaceChildren(
    ...(draft?.operands ?? []).map((operand) => {
      const chip = made("li", `${operand.name} `);
      const remove = made("button", "×", { type: "button", class: "btn btn-sm", "aria-label": say("take", { name: operand.name }) });
      remove.addEventListener("click", () => {
        if (draft) draft.operands = draft.operands.filter((each) => each !== operand);
        draw();
      });
      chip.append(remove);
      return chip;
    }),
  );
  void tell();
}

/** What the rule would say; only one that says something can be kept. */
async function tell(): Promise<void> {
  const made_ = texts();
  const keep = find<HTMLButtonElement>("pointing-keep");
  keep.disabled = true;
  const number = (asked += 1);
  if (!draft || !made_.length) return find("pointing-said").replaceChildren();
  const form = find("rule-form").dataset;
  const body = { section: draft.target.section, computed: computes(), text: made_[0], cursor: 0 };
  const answer = await tryRule(form["address"] ?? "", body).catch(() => null);
  if (!answer || number !== asked) return;
  light(answer.cells ?? []);
  find("pointing-said").replaceChildren(...sayings(answer, form["targets"] ?? ""));
  if (made_.length > 1) find("pointing-said").append(...made_.slice(1).map((each) => made("code", each)));
  keep.disabled = answer.text === undefined;
}

const computes = (): boolean => draft !== null && COMPUTES.has(draft.way) && find<HTMLInputElement>("pointing-computed").checked;

function keep(): void {
  if (!draft) return;
  const { section, kind } = draft.target;
  const taken = new Set(state().document.sections.flatMap((each) => each.rules?.map((rule) => rule.code) ?? []));
  let after = sectionOf(section)?.rules?.at(-1)?.id ?? null;
  const ops = texts().map((written): Op => {
    const code = freeCode(taken);
    taken.add(code);
    const node = { id: newId(), code, text: written, ...(computes() ? { computed: true } : {}) };
    const op: Op = { op: "insert", kind: "rule", section, parent: { kind: "section", id: section }, after, node };
    after = node.id;
    return op;
  });
  const { target } = draft;
  if (edit(ops, say("kept")) && kind !== "section") select(target);
  leave();
}

function leave(): void {
  draft = null;
  light([]);
  find("pointing-draft").hidden = true;
  offer();
}

function nameOf(target: Target, section: Section): string {
  if (target.kind === "section") return called(section);
  return pointed(target, section)
    .slice(0, 4)
    .map((each) => each.text)
    .join(", ");
}
