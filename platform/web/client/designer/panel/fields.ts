// Fields of a form about chosen nodes. A control names the key it edits (`data-key`) and how its text is read
// (`data-as`); what it holds becomes an edit as soon as it is left. Several nodes at once are edited together.

import { edit, state } from "../store";
import type { Op, Ref, Value } from "../types";
import { nodeAt, valueAt } from "./nodes";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Node = { readonly [key: string]: unknown };
interface Reading {
  show(control: Control, value: Value): void;
  read(control: Control): Value;
}

const MOST_SHOWN = 500; // nodes that are compared to show what they state; an edit reaches them all

const ENGLISH = document.documentElement.lang === "en";

const textOf = (value: Value): string => (value === null ? "" : String(value));
const lines = (text: string): string[] => text.split("\n").flatMap((line) => line.trim() || []);
const isTicked = (control: Control): boolean => (control as HTMLInputElement).checked;
const tick = (control: Control, ticked: boolean): void => {
  (control as HTMLInputElement).checked = ticked;
};

const plain: Reading = {
  show: (control, value) => void (control.value = textOf(value)),
  read: (control) => control.value.trim() || null,
};
const READINGS: { readonly [as: string]: Reading } = {
  text: plain,
  prose: { show: plain.show, read: (control) => (control.value.trim() ? control.value : null) },
  number: { show: (control, value) => void (control.value = textOf(value).replace(".", ENGLISH ? "." : ",")), read: (control) => numberOf(control.value) },
  whole: { show: plain.show, read: (control) => (control.value.trim() === "" ? null : Number(control.value)) },
  day: {
    show: (control, value) => void (control.value = textOf(value).split("-").reverse().join("/")),
    read: (control) => dayOf(control.value),
  },
  lines: {
    show: (control, value) => void (control.value = ((value ?? []) as string[]).join("\n")),
    read: (control) => (lines(control.value).length ? lines(control.value) : null),
  },
  words: {
    show: (control, value) => void (control.value = ((value ?? []) as string[]).join(", ")),
    read: (control) => control.value.toLowerCase().match(/[a-z0-9]+/g) ?? null,
  },
  flag: { show: (control, value) => tick(control, value === true), read: (control) => isTicked(control) || null },
  unless: { show: (control, value) => tick(control, value !== false), read: (control) => (isTicked(control) ? null : false) },
  // yes, no, or nothing said
  answer: {
    show: (control, value) => {
      tick(control, value === true);
      (control as HTMLInputElement).indeterminate = value === null;
    },
    read: isTicked,
  },
  // one box of several that share a key
  one_of_many: {
    show: (control, value) => tick(control, ((value ?? []) as string[]).includes(control.value)),
    read: (control) => {
      const boxes = control.closest("fieldset")?.querySelectorAll<HTMLInputElement>(`[data-key="${control.dataset["key"]}"]`);
      const ticked = [...(boxes ?? [])].filter((box) => box.checked).map((box) => box.value);
      return ticked.length ? ticked : null;
    },
  },
  many: {
    show: (control, value) => {
      for (const option of (control as HTMLSelectElement).options) option.selected = ((value ?? []) as string[]).includes(option.value);
    },
    read: (control) => {
      const chosen = [...(control as HTMLSelectElement).selectedOptions].map((option) => option.value);
      return chosen.length ? chosen : null;
    },
  },
  revised: {
    show: (control, value) => void (control.value = textOf(valueAt(value as Node | null ?? {}, "column"))),
    read: (control) => (control.value ? { column: control.value, period: "previous" } : null),
  },
  aggregation: {
    show: (control, value) => void (control.value = value !== null && typeof value === "object" ? textOf(valueAt(value as Node, "rule")) : textOf(value)),
    read: (control) => (control.value === "weighted_mean" ? { rule: "weighted_mean", by: firstWeight(control) } : control.value || null),
  },
  weight: {
    show: (control, value) => void (control.value = textOf(valueAt((value ?? {}) as Node, "by"))),
    read: (control) => ({ rule: "weighted_mean", by: control.value }),
  },
};

/** A number as the page's readers write it, 1.234,5 or 1,234.5; null where it is none. */
function numberOf(text: string): Value {
  const written = text.replaceAll(/[\s\u00a0]/g, "");
  const grouped = ENGLISH ? written.replaceAll(",", "") : written.replace(/\.(?=\d{3}(\.|,|$))/g, "");
  const value = grouped.replace(",", ".");
  if (!/^-?\d{1,25}(\.\d{1,9})?$/.test(value)) return null;
  return /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

function dayOf(text: string): Value {
  const found = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})\s*$/.exec(text);
  return found ? [found[3], found[2]?.padStart(2, "0"), found[1]?.padStart(2, "0")].join("-") : null;
}

const firstWeight = (control: Control): string =>
  control.closest("[data-fields]")?.querySelector<HTMLSelectElement>('[data-as="weight"]')?.options[0]?.value ?? "";

/** The controls within `host`; they edit the nodes that they were last shown for. */
export class Fields {
  private refs: readonly Ref[] = [];

  constructor(
    private readonly host: HTMLElement,
    private readonly facts: (node: Node, isOnly: boolean) => ReadonlySet<string> = () => new Set(),
  ) {
    host.dataset["fields"] = "";
    host.addEventListener("change", (event) => this.changed(event.target as HTMLElement));
    host.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target instanceof HTMLInputElement) this.changed(event.target);
      if (event.key === "Escape") this.show(this.refs, true);
    });
  }

  /** Take what is being typed before other nodes are shown. */
  commit(): void {
    const active = document.activeElement;
    if (active instanceof HTMLElement && this.host.contains(active)) this.changed(active);
  }

  /** Show what nodes state now; a control that somebody types in is left alone unless `all` are to be shown. */
  show(refs: readonly Ref[], all = false): void {
    this.refs = refs;
    const nodes = this.nodes(MOST_SHOWN);
    const [first] = nodes;
    if (!first) return;
    const facts = nodes.map((node) => this.facts(node, refs.length === 1));
    for (const part of this.host.querySelectorAll<HTMLElement>("[data-if]")) {
      const wanted = part.dataset["if"]?.split(" ") ?? [];
      part.hidden = !facts.every((each) => wanted.every((fact) => (fact[0] === "!" ? !each.has(fact.slice(1)) : each.has(fact))));
    }
    for (const control of this.controls()) {
      if (control === document.activeElement && !all && !control.matches("select, [type=checkbox]")) continue;
      const key = control.dataset["key"] ?? "";
      const values = nodes.map((node) => valueAt(node, key));
      const same = values.every((value) => JSON.stringify(value) === JSON.stringify(values[0]));
      this.reading(control).show(control, same ? (values[0] ?? null) : null);
      control.toggleAttribute("data-differs", !same);
      control.disabled = !state().may.edit;
      if (!same && "placeholder" in control) control.placeholder = "…";
    }
  }

  private changed(control: HTMLElement): void {
    if (!control.matches("[data-key]")) return;
    const field = control as Control;
    const key = field.dataset["key"] ?? "";
    const value = this.reading(field).read(field);
    const wrong = value === null && (field.required || (["number", "day"].includes(field.dataset["as"] ?? "") && field.value.trim() !== ""));
    field.setAttribute("aria-invalid", String(wrong));
    if (wrong || !field.checkValidity()) return;
    const ops = this.refs.flatMap((at): Op[] => {
      const before = valueAt(nodeAt(at), key);
      return JSON.stringify(before) === JSON.stringify(value) ? [] : [{ op: "set", at, key, value }];
    });
    if (ops.length) edit(ops, field.labels?.[0]?.dataset["name"] ?? field.labels?.[0]?.textContent?.trim() ?? key);
  }

  private nodes(most: number): Node[] {
    return this.refs.slice(0, most).flatMap((at): Node[] => {
      const node = nodeAt(at);
      return node ? [node] : [];
    });
  }

  private controls(): NodeListOf<Control> {
    return this.host.querySelectorAll<Control>("[data-key]");
  }

  private reading(control: Control): Reading {
    return READINGS[control.dataset["as"] ?? "text"] ?? plain;
  }
}

/** Selects that offer nodes of the form: `data-offers="columns"` and so on; the first offer of all stays. */
export function offer(host: HTMLElement, name: string, options: readonly (readonly [value: string, told: string])[]): void {
  for (const select of host.querySelectorAll<HTMLSelectElement>(`select[data-offers="${name}"]`)) {
    const kept = [...select.options].filter((option) => option.value === "");
    select.replaceChildren(...kept, ...options.map(([value, told]) => new Option(told, value)));
  }
}

/** Menus that put a word into the text beside them, where its cursor is. */
export function insertBeside(event: Event): void {
  const menu = event.target as HTMLSelectElement;
  if (!menu.matches?.("select[data-inserts]") || !menu.value) return;
  const field = menu.closest(".field")?.querySelector<HTMLInputElement | HTMLTextAreaElement>("[data-key]");
  if (field) putIn(field, menu.value);
  menu.value = "";
}

export function putIn(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  const at = field.selectionStart ?? field.value.length;
  field.setRangeText(text, at, field.selectionEnd ?? at, "end");
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
