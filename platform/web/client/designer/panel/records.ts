// A list of small objects that belongs to one key of the template, such as the documents of its legal basis: a line
// of fields each, made from a template element; every change sets the whole list.

import { edit, state, subscribe } from "../store";
import type { Value } from "../types";
import { valueAt } from "./nodes";
import { button, text } from "./texts";

type Item = { [key: string]: string | undefined };

/** `host` has data-records (the key), data-name, and the template element of one line. */
export function mountRecords(host: HTMLElement): void {
  const key = host.dataset["records"] ?? "";
  const line = host.querySelector("template") as HTMLTemplateElement;
  const list = host.querySelector("ul, ol") as HTMLElement;
  const add = host.querySelector<HTMLButtonElement>("[data-add-record]");
  const isTable = "table" in host.dataset; // an object by the first field, not a list
  let shown = "";

  const read = (): Item[] => {
    const value = valueAt(state().document, key);
    if (isTable) return Object.entries((value ?? {}) as Item).map(([name, told]) => ({ name, told }));
    return ((value ?? []) as (Item | string)[]).map((each) => (typeof each === "string" ? { told: each } : { ...each }));
  };
  const write = (items: Item[]): void => {
    const whole = items.filter((item) => item[line.dataset["needs"] ?? ""]).map((item) => (isTable ? { name: item["name"], told: item["told"] ?? "" } : item));
    const value = isTable ? Object.fromEntries(whole.map(({ name, told }) => [name ?? "", told ?? ""])) : whole;
    shown = JSON.stringify(whole); // what is typed in stays as it is
    edit([{ op: "set", at: { kind: "template" }, key, value: whole.length ? (value as Value) : null }], host.dataset["name"] ?? key);
  };
  /** Set the list and draw it anew, where lines came, went or moved. */
  const rewrite = (items: Item[]): void => {
    write(items);
    shown = "";
    draw();
  };
  const now = (): Item[] => [...list.children].map((item) => itemOf(item as HTMLElement));
  const draw = (items = read()): void => {
    const told = JSON.stringify(items);
    if (told === shown || (list.contains(document.activeElement) && shown)) return;
    shown = told;
    list.replaceChildren(...items.map((item, at) => drawn(item, at, items.length)));
    if (add) add.disabled = !state().may.edit;
  };
  const drawn = (item: Item, at: number, count: number): HTMLElement => {
    const element = (line.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    for (const field of fieldsOf(element)) {
      const value = item[field.dataset["field"] ?? ""] ?? "";
      field.value = field.dataset["as"] === "day" ? value.split("-").reverse().join("/") : value;
    }
    const swap = (other: number): void => {
      const all = now();
      [all[at], all[other]] = [all[other] as Item, all[at] as Item];
      rewrite(all);
    };
    if (at > 0 && !isTable) element.append(button("↑", `${text("up")} ${at + 1}`, () => swap(at - 1)));
    if (at < count - 1 && !isTable) element.append(button("↓", `${text("down")} ${at + 1}`, () => swap(at + 1)));
    element.append(button("×", `${text("delete")} ${at + 1}`, () => rewrite(now().filter((_, each) => each !== at))));
    return element;
  };

  list.addEventListener("change", (event) => {
    const field = event.target as HTMLInputElement;
    field.setAttribute("aria-invalid", String(!field.checkValidity()));
    if (!field.checkValidity()) return;
    const items = now();
    if (items.every((item) => item[line.dataset["needs"] ?? ""])) write(items);
  });
  add?.addEventListener("click", () => {
    shown = "";
    draw([...read(), {}]);
    list.lastElementChild?.querySelector<HTMLElement>("input, select")?.focus();
  });
  subscribe((news) => {
    if (news.document) draw();
  });
  draw();
}

const fieldsOf = (element: HTMLElement): NodeListOf<HTMLInputElement> => element.querySelectorAll<HTMLInputElement>("[data-field]");

function itemOf(element: HTMLElement): Item {
  const item: Item = {};
  for (const field of fieldsOf(element)) {
    const day = field.dataset["as"] === "day" ? field.value.trim().split("/") : null;
    const value = day ? day.reverse().map((part, at) => part.padStart(at ? 2 : 4, "0")).join("-") : field.value.trim();
    if (field.value.trim()) item[field.dataset["field"] ?? ""] = value;
  }
  return item;
}
