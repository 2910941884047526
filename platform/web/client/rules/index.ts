// A rule while it is typed: what may come next, what is wrong and where, what it says. The server knows; the page
// asks it at each stroke and forgets answers that come too late.

import "./rules.css";

interface Offer {
  text: string;
  start: number;
  kind: string;
  title: string;
}

interface Answer {
  offers: Offer[];
  faults: { start: number; end: number; message: string }[];
  told: Partial<Record<"vi" | "en", string>>;
  text?: string;
  targets?: number;
}

const WAIT = 60; // milliseconds of rest before asking

const find = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const form = find<HTMLFormElement>("try");
const box = find<HTMLTextAreaElement>("text");
const list = find<HTMLUListElement>("offers");
const said = find("said");
const behind = form.querySelector<HTMLElement>(".behind") as HTMLElement;
const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

let offers: Offer[] = [];
let active = -1;
let timer = 0;
let asking: AbortController | null = null;
let opens = false; // whether the answer under way may show its offers

// The server counts characters, the browser halves of some of them.
const length = (text: string): number => [...text].length;
const cut = (text: string, from: number, to?: number): string => [...text].slice(from, to).join("");

async function ask(offering: boolean): Promise<void> {
  opens = offering;
  asking?.abort();
  asking = new AbortController();
  const text = box.value;
  const body = {
    section: find<HTMLSelectElement>("section").value,
    computed: find<HTMLInputElement>("computed").checked,
    text,
    cursor: length(text.slice(0, box.selectionStart)),
  };
  try {
    const response = await fetch(form.dataset["address"] ?? "", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
      body: JSON.stringify(body),
      signal: asking.signal,
    });
    if (!response.ok || box.value !== text) return;
    const answer: Answer = await response.json();
    tell(answer, text);
    offer(opens ? answer.offers : []);
  } catch {
    // a later question is under way, or the line is away: the next stroke asks again
  }
}

function tell(answer: Answer, text: string): void {
  said.replaceChildren();
  for (const fault of answer.faults) said.append(line("p", fault.message, "fault"));
  if (answer.text !== undefined) {
    said.append(line("p", answer.told[document.documentElement.lang === "en" ? "en" : "vi"] ?? "", "told"));
    said.append(line("p", answer.told[document.documentElement.lang === "en" ? "vi" : "en"] ?? "", "told other"));
    said.append(line("code", answer.text, "code"));
    said.append(line("p", (form.dataset["targets"] ?? "").replace("{n}", String(answer.targets ?? 0)), "form-text"));
  }
  box.setAttribute("aria-invalid", String(answer.faults.length > 0));
  mark(text, answer.faults);
}

/** The same text behind the box, with a line under what is wrong. */
function mark(text: string, faults: Answer["faults"]): void {
  behind.replaceChildren();
  let done = 0;
  for (const { start, end } of [...faults].sort((a, b) => a.start - b.start)) {
    if (start < done) continue;
    const wrong = document.createElement("mark");
    wrong.textContent = cut(text, start, end) || " ";
    behind.append(cut(text, done, start), wrong);
    done = end;
  }
  behind.append(cut(text, done));
  behind.scrollTop = box.scrollTop;
}

function line(tag: string, text: string, name: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

function offer(found: Offer[]): void {
  offers = found;
  active = -1;
  list.hidden = found.length === 0;
  list.replaceChildren(
    ...found.map((each, at) => {
      const item = line("li", "", `offer offer-${each.kind}`);
      item.id = `offer-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.append(line("strong", each.text, ""), line("span", each.title, ""));
      return item;
    }),
  );
  box.removeAttribute("aria-activedescendant");
}

/** Close the list, also to an answer that is still to come. */
function dismiss(): void {
  opens = false;
  offer([]);
}

function choose(at: number): void {
  active = (at + offers.length) % offers.length;
  [...list.children].forEach((item, each) => item.setAttribute("aria-selected", String(each === active)));
  box.setAttribute("aria-activedescendant", `offer-${active}`);
}

function take(at: number): void {
  const chosen = offers[at];
  if (!chosen) return;
  const before = cut(box.value, 0, chosen.start) + chosen.text + (chosen.text.endsWith("(") ? "" : " ");
  const after = box.value.slice(box.selectionStart).replace(/^ /, "");
  box.value = before + after;
  box.setSelectionRange(before.length, before.length);
  box.focus();
  void ask(true);
}

function soon(): void {
  mark(box.value, []);
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void ask(true), WAIT);
}

box.addEventListener("input", soon);
box.addEventListener("scroll", () => {
  behind.scrollTop = box.scrollTop;
});
for (const id of ["section", "computed"]) find(id).addEventListener("change", () => void ask(false));
box.addEventListener("blur", () => window.setTimeout(dismiss, 150));
form.addEventListener("submit", (event) => event.preventDefault());
list.addEventListener("mousedown", (event) => {
  event.preventDefault();
  take([...list.children].indexOf((event.target as Element).closest("li") as Element));
});
box.addEventListener("keydown", (event) => {
  if (event.key === " " && event.ctrlKey) {
    event.preventDefault();
    void ask(true);
  } else if (event.key === "Escape") {
    if (!list.hidden) event.preventDefault();
    dismiss();
  } else if (list.hidden) {
    return;
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
  } else if ((event.key === "Enter" || event.key === "Tab") && active >= 0) {
    event.preventDefault();
    take(active);
  }
});
