// The box a rule is typed in: what may come next, what is wrong and where, what it says. The server knows; the box
// asks it at each stroke and forgets answers that come too late.

export interface Offer {
  text: string;
  start: number;
  kind: string;
  title: string;
}
export interface Answer {
  offers: Offer[];
  faults: { start: number; end: number; message: string }[];
  told: Partial<Record<"vi" | "en", string>>;
  text?: string;
  targets?: number;
  cells?: [section: string, row: string, column: string][]; // that it mentions; of very many the first
}
/**
 * The elements of a box; `question` gives what is asked besides text and cursor. Where only a part of a rule is typed,
 * `opening` is what stands before it, and `offers` which of what may come next fit such a part.
 */
export interface Parts {
  readonly box: HTMLTextAreaElement | HTMLInputElement;
  readonly list: HTMLUListElement;
  readonly said: HTMLElement;
  readonly behind: HTMLElement;
  readonly address: string;
  readonly targets: string;
  readonly opening?: string;
  offers?(offer: Offer): boolean;
  question(): { section: string; computed: boolean };
  heard?(answer: Answer): void;
}

const WAIT = 60; // milliseconds of rest before asking
const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

// The server counts characters, the browser halves of some of them.
const length = (text: string): number => [...text].length;
const cut = (text: string, from: number, to?: number): string => [...text].slice(from, to).join("");

/** What the server says of a rule's text. */
export async function tryRule(address: string, body: object, signal?: AbortSignal): Promise<Answer | null> {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
  return response.ok ? ((await response.json()) as Answer) : null;
}

/** What a rule says, or what is wrong with it, as lines. */
export function sayings(answer: Answer, targets: string): HTMLElement[] {
  const lines = answer.faults.map((fault) => line("p", fault.message, "fault"));
  if (answer.text === undefined) return lines;
  const english = document.documentElement.lang === "en";
  return [
    ...lines,
    line("p", answer.told[english ? "en" : "vi"] ?? "", "told"),
    line("p", answer.told[english ? "vi" : "en"] ?? "", "told other"),
    line("code", answer.text, "code"),
    line("p", targets.replace("{n}", String(answer.targets ?? 0)), "form-text"),
  ];
}

export class RuleBox {
  private offers: Offer[] = [];
  private active = -1;
  private timer = 0;
  private asking: AbortController | null = null;
  private opens = false; // whether the answer under way may show its offers

  constructor(private readonly parts: Parts) {
    const { box, list } = parts;
    box.addEventListener("input", () => this.soon());
    box.addEventListener("scroll", () => {
      parts.behind.scrollTop = box.scrollTop;
    });
    box.addEventListener("blur", () => window.setTimeout(() => this.dismiss(), 150));
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.take([...list.children].indexOf((event.target as Element).closest("li") as Element));
    });
    box.addEventListener("keydown", (event) => this.key(event as KeyboardEvent));
  }

  /** Ask about the text as it stands. */
  async ask(offering: boolean): Promise<void> {
    const { parts } = this;
    const { box } = parts;
    this.opens = offering;
    this.asking?.abort();
    this.asking = new AbortController();
    const { opening = "" } = parts;
    const text = box.value;
    const cursor = length(opening + text.slice(0, box.selectionStart ?? text.length));
    const body = { ...parts.question(), text: opening + text, cursor };
    try {
      const answer = await tryRule(parts.address, body, this.asking.signal);
      if (!answer || box.value !== text) return;
      this.tell(answer, text);
      const fitting = answer.offers.filter((each) => each.start >= length(opening) && (parts.offers?.(each) ?? true));
      this.offer(this.opens ? fitting : []);
    } catch {
      // a later question is under way, or the line is away: the next stroke asks again
    }
  }

  private tell(answer: Answer, text: string): void {
    this.parts.said.replaceChildren(...sayings(answer, this.parts.targets));
    this.parts.box.setAttribute("aria-invalid", String(answer.faults.length > 0));
    this.mark(text, answer.faults);
    this.parts.heard?.(answer);
  }

  /** The same text behind the box, with a line under what is wrong. */
  private mark(text: string, faults: Answer["faults"]): void {
    const { behind, box } = this.parts;
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

  private offer(found: Offer[]): void {
    const { box, list } = this.parts;
    this.offers = found;
    this.active = -1;
    list.hidden = found.length === 0;
    list.replaceChildren(
      ...found.map((each, at) => {
        const item = line("li", "", `offer offer-${each.kind}`);
        item.id = `${list.id}-${at}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.append(line("strong", each.text, ""), line("span", each.title, ""));
        return item;
      }),
    );
    box.removeAttribute("aria-activedescendant");
  }

  /** Close the list, also to an answer that is still to come. */
  private dismiss(): void {
    this.opens = false;
    this.offer([]);
  }

  private choose(at: number): void {
    const { box, list } = this.parts;
    this.active = (at + this.offers.length) % this.offers.length;
    [...list.children].forEach((item, each) => item.setAttribute("aria-selected", String(each === this.active)));
    box.setAttribute("aria-activedescendant", `${list.id}-${this.active}`);
  }

  private take(at: number): void {
    const { box, opening = "" } = this.parts;
    const chosen = this.offers[at];
    if (!chosen) return;
    const before = cut(box.value, 0, chosen.start - length(opening)) + chosen.text + (chosen.text.endsWith("(") ? "" : " ");
    const after = box.value.slice(box.selectionStart ?? box.value.length).replace(/^ /, "");
    box.value = before + after;
    box.setSelectionRange(before.length, before.length);
    box.focus();
    void this.ask(true);
  }

  private soon(): void {
    this.mark(this.parts.box.value, []);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(true), WAIT);
  }

  private key(event: KeyboardEvent): void {
    const { list } = this.parts;
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      void this.ask(true);
    } else if (event.key === "Escape") {
      if (!list.hidden) {
        event.preventDefault();
        event.stopPropagation(); // what is typed stays
      }
      this.dismiss();
    } else if (list.hidden) {
      return;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.choose(event.key === "ArrowDown" ? this.active + 1 : this.active < 0 ? -1 : this.active - 1);
    } else if ((event.key === "Enter" || event.key === "Tab") && this.active >= 0) {
      event.preventDefault();
      event.stopPropagation(); // it is not kept yet
      this.take(this.active);
    }
  }
}

function line(tag: string, text: string, name: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}
