// Indicators of the library, taken into the form as rows or columns with unit, type and formula.

import { insertColumns } from "../columns";
import { insertRows } from "../rows";
import { read } from "../server";
import { edit, newId, selection, state } from "../store";
import type { Op, Section, Value } from "../types";
import { columnsOf, rowsOf } from "./nodes";
import { find, made, text } from "./texts";

interface Indicator {
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  readonly type: string;
  readonly decimals: number;
  readonly nature: string;
  readonly roll_up: string;
  readonly formula: string; // in the language; other indicators by code in brackets: [T1] / [T2] * 100
}
type Kind = "row" | "column";
interface Bound {
  readonly code: string;
  readonly indicator: string;
}

const WAIT = 200; // ms after a key before the library is asked
const HOST = "indicator-dialog";
let found: readonly Indicator[] = [];
let asked = 0;

export function mountIndicators(): void {
  const dialog = find<HTMLDialogElement>(HOST);
  const words = find<HTMLInputElement>("indicator-words");
  let timer = 0;
  document.getElementById("take-indicators")?.addEventListener("click", () => {
    find("indicator-told").textContent = "";
    dialog.showModal();
    void look(words.value);
  });
  words.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void look(words.value), WAIT);
  });
  find("indicator-leave").addEventListener("click", () => dialog.close());
  for (const press of dialog.querySelectorAll<HTMLElement>("[data-take]")) {
    press.addEventListener("click", () => take(press.dataset["take"] as Kind));
  }
}

async function look(words: string): Promise<void> {
  const mine = ++asked;
  const offered = await read<Indicator[]>(`${find(HOST).dataset["address"]}?q=${encodeURIComponent(words)}`);
  if (mine !== asked) return; // a later question was asked meanwhile
  found = offered;
  const section = table();
  const there = new Set(section ? [...bound(section, "row"), ...bound(section, "column")].map((each) => each.indicator) : []);
  const lines = found.map(({ code, name, unit }, at) => {
    const line = made("label", "", { class: "form-check" });
    line.append(made("input", "", { type: "checkbox", class: "form-check-input", value: String(at) }), ` ${code} – ${name}${unit && ` (${unit})`}`);
    if (there.has(code)) line.append(" ", made("span", text("taken", {}, HOST), { class: "state" }));
    return line;
  });
  find("indicators-found").replaceChildren(...(lines.length ? lines : [made("p", text("none", {}, HOST))]));
}

/** The table that is worked on: the chosen one, else the first. */
function table(): Section | undefined {
  const chosen = selection();
  const sections = state().document.sections;
  const here = sections.find((each) => "section" in chosen && each.id === chosen.section);
  return here?.kind === "table" || here?.kind === "list" ? here : sections.find((each) => each.kind === "table");
}

function take(kind: Kind): void {
  const ticked = [...find("indicators-found").querySelectorAll<HTMLInputElement>("input:checked")];
  const section = table();
  const wanted = ticked.map((box) => found[Number(box.value)] as Indicator);
  if (!section || !wanted.length) return;
  const { ops, lacking } = taken(section, kind, wanted);
  if (!edit(ops, text(kind, {}, HOST))) return;
  for (const box of ticked) box.checked = false;
  find("indicator-told").textContent = lacking.join(" ");
  if (!lacking.length) find<HTMLDialogElement>(HOST).close();
}

function taken(section: Section, kind: Kind, wanted: readonly Indicator[]): { ops: Op[]; lacking: string[] } {
  const { document } = state();
  const nodes = wanted.map((each) => ({ id: newId(), title: each.name, indicator: each.code, ...properties(each) }));
  const ops =
    kind === "row"
      ? insertRows(document, section, nodes, null, section.rows?.items?.at(-1)?.id ?? null)
      : insertColumns(document, section, nodes, null, section.columns?.at(-1)?.id ?? null);
  const inserted = ops.flatMap((op) => (op.op === "insert" && op.kind === kind ? [op.node as unknown as Bound] : []));
  const names = new Map([...bound(section, kind), ...inserted].map((each) => [each.indicator, each.code]));
  const lacking: string[] = [];
  let last = section.rules?.at(-1)?.id ?? null;
  for (const each of wanted.filter(({ formula }) => formula)) {
    const missing = [...each.formula.matchAll(/\[([^\]]+)\]/g)].map((match) => match[1] as string).filter((code) => !names.has(code));
    if (missing.length) {
      lacking.push(text("lacking", { code: each.code, missing: missing.join(", ") }, HOST));
      continue;
    }
    const id = newId();
    ops.push({ op: "insert", kind: "rule", section: section.id, parent: null, after: last, node: { id, code: freeCode(section, ops), text: formula(each, kind, names), computed: true } });
    last = id;
  }
  return { ops, lacking };
}

function formula(each: Indicator, kind: Kind, names: ReadonlyMap<string, string>): string {
  const word = kind === "row" ? "dòng" : "cột";
  const right = each.formula.replace(/\[([^\]]+)\]/g, (_, code: string) => `${word} ${names.get(code)}`);
  return `${word} ${names.get(each.code)} = ${right}`;
}

function properties(each: Indicator): { [key: string]: Value } {
  const rule = each.formula ? "recompute" : each.roll_up === "weighted_mean" ? "none" : each.roll_up;
  return {
    type: each.type,
    ...(each.unit && { unit: each.unit.split(";")[0] as string }),
    ...(each.type === "integer" ? {} : { decimals: each.decimals }),
    nature: each.nature,
    ...(rule === "sum" ? {} : { aggregation: rule }),
  };
}

function bound(section: Section, kind: Kind): Bound[] {
  const nodes: readonly { readonly code: string; readonly [key: string]: unknown }[] = kind === "row" ? rowsOf(section) : columnsOf(section);
  return nodes.filter((node) => node["indicator"]).map((node) => ({ code: node.code, indicator: String(node["indicator"]) }));
}

/** The next rule code that neither the template nor this edit has. */
function freeCode(section: Section, ops: readonly Op[]): string {
  const all = state().document.sections.flatMap((each) => each.rules ?? []).map((rule) => rule.code);
  const made = ops.flatMap((op) => (op.op === "insert" && op.kind === "rule" ? [String((op.node as { code?: string }).code)] : []));
  const codes = new Set([...all, ...made]);
  let n = (section.rules?.length ?? 0) + 1;
  while (codes.has(`K${n}`)) n += 1;
  return `K${n}`;
}
