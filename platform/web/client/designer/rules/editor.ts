// One rule, typed: the same box as on the page of rules, and the rest of what a rule states.

import { type Answer, RuleBox } from "../../rules/box";
import { called, onChoice } from "../panel/nodes";
import { find, text } from "../panel/texts";
import { edit, light, newId, select, selection, state, subscribe } from "../store";
import type { Op, Ref, Rule, Section, Value } from "../types";
import { freeCode } from "./texts";

const input = (id: string): HTMLInputElement => find<HTMLInputElement>(`rule-${id}`);
const say = (name: string, facts = {}): string => text(name, facts, "rule-form");
let shown: Rule | null = null;
let box: RuleBox;

export function mountEditor(): void {
  const form = find<HTMLFormElement>("rule-form");
  box = new RuleBox({
    box: find("rule-text"),
    list: find("rule-offers"),
    said: find("rule-said"),
    behind: form.querySelector<HTMLElement>(".behind") as HTMLElement,
    address: form.dataset["address"] ?? "",
    targets: form.dataset["targets"] ?? "",
    question: () => ({ section: sectionChosen(), computed: input("computed").checked }),
    heard: (answer: Answer) => light(answer.cells ?? []),
  });
  for (const id of ["section", "computed"]) find(`rule-${id}`).addEventListener("change", () => void box.ask(false));
  input("computed").addEventListener("change", showChecks);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
  });
  find("rule-leave").addEventListener("click", () => leave());
  find("rule-remove").addEventListener("click", remove);
  subscribe((news) => {
    if (news.document) draw(false);
  });
  onChoice(() => draw(true));
  draw(true);
}

const sectionsWithFigures = (): Section[] => state().document.sections.filter(({ kind }) => kind === "table" || kind === "list");
const sectionChosen = (): string => find<HTMLSelectElement>("rule-section").value;

function draw(isOther: boolean): void {
  const sections = sectionsWithFigures();
  const select_ = find<HTMLSelectElement>("rule-section");
  const before = select_.value;
  select_.replaceChildren(...sections.map((section) => new Option(called(section), section.id)));
  select_.closest("label")?.toggleAttribute("hidden", sections.length < 2);
  const chosen = selection();
  const section = "section" in chosen ? chosen.section : before;
  if (sections.some((each) => each.id === section)) select_.value = section;
  const rule = chosen.kind === "rule" ? ruleOf(chosen.section, chosen.id) : undefined;
  if (rule && (rule !== shown || isOther)) fill(rule);
  else if (!rule && shown) leave(false);
  else if (!rule && !input("code").value) input("code").value = nextCode();
  for (const id of ["keep", "remove"]) find<HTMLButtonElement>(`rule-${id}`).disabled = !state().may.edit;
}

const ruleOf = (section: string, id: string): Rule | undefined =>
  state().document.sections.find((each) => each.id === section)?.rules?.find((rule) => rule.id === id);

const nextCode = (): string => freeCode(new Set(state().document.sections.flatMap((each) => each.rules?.map((rule) => rule.code) ?? [])));

const shownDay = (value: unknown): string => (typeof value === "string" ? value.split("-").reverse().join("/") : "");
const readDay = (id: string): Value => {
  const parts = input(id).value.trim().split("/");
  return parts.length === 3 ? [parts[2], parts[1]?.padStart(2, "0"), parts[0]?.padStart(2, "0")].join("-") : null;
};

function fill(rule: Rule): void {
  const typing = document.activeElement?.closest("#rule-form") && shown?.id === rule.id;
  shown = rule;
  find("rule-head").textContent = say("old", { code: rule.code });
  for (const id of ["leave", "remove"]) find(`rule-${id}`).hidden = false;
  if (typing) return;
  input("text").value = rule.text;
  input("code").value = rule.code;
  input("computed").checked = rule.computed === true;
  input("severity").value = rule.severity ?? "";
  if (rule.severity === "error") input("severity").value = "";
  input("message").value = rule.message ?? "";
  input("from").value = shownDay(rule["valid_from"]);
  input("to").value = shownDay(rule["valid_to"]);
  showChecks();
  void box.ask(false);
}

function showChecks(): void {
  input("severity").disabled = input("computed").checked;
}

/** What the form says of the rule, as keys of the file. */
function stated(): { [key: string]: Value } {
  const computed = input("computed").checked;
  const severity = computed ? null : input("severity").value || (shown?.severity === "error" ? "error" : null);
  return {
    code: input("code").value.trim(),
    text: input("text").value.trim(),
    computed: computed || null,
    severity,
    message: input("message").value.trim() || null,
    valid_from: readDay("from"),
    valid_to: readDay("to"),
  };
}

function keep(): void {
  const given = stated();
  const form = find<HTMLFormElement>("rule-form");
  if (!given["text"]) return;
  if (!form.checkValidity()) form.querySelector("details")?.setAttribute("open", ""); // what is wrong is in there
  if (!form.reportValidity()) return;
  const rule = shown;
  const chosen = selection();
  if (rule && chosen.kind === "rule") {
    const at: Ref = { kind: "rule", section: chosen.section, id: rule.id };
    const ops = Object.entries(given).flatMap(([key, value]): Op[] => ((rule[key] ?? null) === value ? [] : [{ op: "set", at, key, value }]));
    if (ops.length) edit(ops, say("old", { code: rule.code }));
    return;
  }
  const section = sectionChosen();
  const id = newId();
  const node = { id, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)) };
  const after = state().document.sections.find((each) => each.id === section)?.rules?.at(-1)?.id ?? null;
  const op: Op = { op: "insert", kind: "rule", section, parent: { kind: "section", id: section }, after, node };
  if (edit([op], say("kept"))) empty();
}

function remove(): void {
  const chosen = selection();
  if (!shown || chosen.kind !== "rule") return;
  const { id, code } = shown;
  if (edit([{ op: "delete", kind: "rule", section: chosen.section, id }], say("removed", { code }))) leave();
}

function leave(choose = true): void {
  shown = null;
  find("rule-head").textContent = say("new");
  for (const id of ["leave", "remove"]) find(`rule-${id}`).hidden = true;
  empty();
  const chosen = selection();
  if (choose && chosen.kind === "rule") select({ kind: "section", section: chosen.section });
}

function empty(): void {
  for (const id of ["text", "message", "from", "to", "severity"]) input(id).value = "";
  input("computed").checked = false;
  input("code").value = nextCode();
  find("rule-said").replaceChildren();
  light([]);
  find("rule-form").querySelector(".behind")?.replaceChildren();
  showChecks();
}
