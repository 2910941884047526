// Narratives and documents: texts saved as cells are, read below with their figures; documents sent one by one.

import type { History } from "./history";
import { type Change, type Chapter, type Piece, placeOf, type Report, TEXT } from "./model";
import type { Answer, Saving } from "./saving";

const PAUSE = 1500; // ms after the last keystroke
const UPLOAD = 120_000; // ms

type Field = HTMLTextAreaElement;
interface Problem {
  title?: string;
  detail?: string;
  findings?: { message: string }[];
}

export class WordPanels {
  private readonly fields = new Map<string, Field>();
  private timer = 0;

  constructor(
    private readonly report: Report,
    private readonly history: History,
    private readonly saving: Saving,
    private readonly complain: (lines: string[]) => void,
  ) {
    for (const field of document.querySelectorAll<Field>("textarea[data-part]")) {
      this.fields.set(placeOf(this.placeOf(field)), field);
      field.addEventListener("input", () => this.later(field));
      field.addEventListener("change", () => this.commit());
    }
    for (const input of document.querySelectorAll<HTMLInputElement>("input[data-attach]")) {
      input.addEventListener("change", () => void this.send(input));
    }
    this.refresh([...report.texts].map(([place, value]) => ({ place, value })));
    this.draw(report.data.words);
  }

  has(section: string): boolean {
    return this.report.data.words.some(({ id }) => id === section);
  }

  goTo(section: string, row: string): void {
    this.fields.get(placeOf({ section, row, column: TEXT }))?.focus();
  }

  /** Take what stands in the fields; they are safe from then on. */
  commit(): void {
    window.clearTimeout(this.timer);
    const changes = [...this.fields.values()].map((field) => ({ ...this.placeOf(field), value: field.value.trim() }));
    this.history.apply(changes, "typed");
  }

  /** Show texts that came from elsewhere, but never over one that is being typed. */
  follow(changes: readonly Change[]): void {
    this.refresh(changes.map((change) => ({ place: placeOf(change), value: change.value })));
  }

  /** The words as the server reads them now. */
  draw(chapters: readonly Chapter[]): void {
    for (const { id, parts, files } of chapters) {
      for (const part of parts) {
        const place = { section: id, row: part.id, column: TEXT };
        const host = document.querySelector(`[data-reading="${CSS.escape(placeOf(place))}"]`);
        host?.replaceChildren(...this.reading(part.pieces, place, part.text));
      }
      const list = document.querySelector(`[data-files="${CSS.escape(id)}"]`);
      list?.replaceChildren(...files.map((file) => this.file(id, file)));
    }
  }

  private refresh(texts: readonly { place: string; value: string }[]): void {
    for (const { place, value } of texts) {
      const field = this.fields.get(place);
      if (field && document.activeElement !== field && field.value.trim() !== value) field.value = value;
    }
  }

  private placeOf(field: Field): { section: string; row: string; column: string } {
    return { section: field.dataset["chapter"] ?? "", row: field.dataset["part"] ?? "", column: TEXT };
  }

  private later(field: Field): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => document.contains(field) && this.commit(), PAUSE);
  }

  /** The text with its figures; nothing where it has none. */
  private reading(pieces: readonly Piece[], place: Omit<Change, "value">, value: string): (Node | string)[] {
    if (!pieces.some(({ field }) => field)) return [];
    const told = pieces.map(({ text, field, was }) => (field ? this.figure(text, field, was) : text));
    if (!this.report.data.editable || !pieces.some(({ was }) => was)) return told;
    const keep = document.createElement("button");
    keep.type = "button";
    keep.className = "btn btn-sm";
    keep.textContent = this.report.text("words_stand");
    keep.addEventListener("click", () => {
      this.saving.add([{ ...place, value }], "typed");
      keep.remove();
    });
    return [...told, " ", keep];
  }

  private figure(text: string, field: string, was: string): HTMLElement {
    const element = document.createElement("mark");
    element.textContent = text || `{{${field}}}`;
    element.className = text ? (was ? "is-moved" : "") : "is-missing";
    element.title = was ? this.report.text("words_were", { field, was }) : field;
    return element;
  }

  private file(section: string, file: Chapter["files"][number]): HTMLElement {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = file.url;
    link.textContent = file.name;
    item.append(link, ` · ${sizeOf(file.size, this.report.data.lang)} · ${file.at}`);
    if (this.report.data.editable) {
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "btn btn-sm";
      remove.textContent = this.report.text("file_remove");
      remove.setAttribute("aria-label", `${remove.textContent} ${file.name}`);
      remove.addEventListener("click", () => {
        remove.disabled = true;
        void this.ask(`${this.report.data.filesUrl}/remove`, { section, digest: file.digest });
      });
      item.append(" ", remove);
    }
    return item;
  }

  private async send(input: HTMLInputElement): Promise<void> {
    const section = input.dataset["attach"] ?? "";
    const complaints: string[] = [];
    input.disabled = true;
    for (const file of input.files ?? []) complaints.push(...(await this.ask(this.report.data.filesUrl, { section, file })));
    input.disabled = false;
    input.value = "";
    this.complain(complaints);
  }

  /** What the server refuses. */
  private async ask(url: string, given: Record<string, string | File>): Promise<string[]> {
    const body = new FormData();
    for (const [name, value] of Object.entries(given)) body.append(name, value);
    const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    try {
      const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(UPLOAD) });
      if (response.ok) {
        this.saving.hear((await response.json()) as Answer);
        return [];
      }
      const problem = (await response.json().catch(() => ({}))) as Problem;
      const told = problem.findings?.map(({ message }) => message) ?? [];
      return told.length ? told : [problem.detail ?? problem.title ?? String(response.status)];
    } catch {
      return [this.report.text("file_unsent")];
    }
  }
}

function sizeOf(bytes: number, lang: string): string {
  const [size, unit] = bytes < 1_000_000 ? [bytes / 1_000, "kB"] : [bytes / 1_000_000, "MB"];
  return `${new Intl.NumberFormat(lang, { maximumFractionDigits: size < 10 ? 1 : 0 }).format(size)} ${unit}`;
}
