// The editor of one cell. Opened by typing, arrows commit and move on; opened by F2, they move in the text.

import type { Editor, EditorArguments, EditorValidationResult } from "slickgrid";
import type { Kind, Row } from "./model";
import { fitted, read, show } from "./numbers";

export interface Desk {
  kind(row: Row, column: number): Kind | undefined;
  lang: string;
  commit(row: Row, column: number, value: string): void;
  /** What stands in the cell while it is typed; null when that is left. */
  preview(row: Row, column: number, value: string | null): void;
  /** Say what is wrong beside the cell; an empty text takes it away. */
  complain(cell: HTMLElement | null, reading: ReturnType<typeof read> | null, choose: (value: string) => void): void;
}

/** The editor's class for one grid: SlickGrid makes one for each cell that is opened. */
export function editorFor(desk: Desk): new (args: EditorArguments) => Editor {
  return class CellEditor implements Editor {
    private readonly input: HTMLInputElement | HTMLSelectElement;
    private readonly row: Row;
    private readonly column: number;
    private readonly kind: Kind;
    private loaded = "";

    constructor(private readonly args: EditorArguments) {
      this.row = args.item as Row;
      this.column = Number(args.column.field);
      const kind = desk.kind(this.row, this.column);
      if (!kind) throw new Error("no cell here");
      this.kind = kind;
      this.input = kind.choices ? choicesOf(kind.choices) : document.createElement("input");
      this.input.className = "cell-editor";
      this.input.setAttribute("aria-label", `${this.row.title}, ${String(args.column.name)}`);
      this.input.addEventListener("keydown", (event) => this.key(event as KeyboardEvent));
      this.input.addEventListener("input", () => this.preview());
      args.container.append(this.input);
      this.input.focus();
    }

    init(): void {}

    private key(event: KeyboardEvent): void {
      const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
      const typed = openedByTyping(this.args.event as unknown);
      if (event.key === "Home" || event.key === "End" || (sideways && !typed)) event.stopImmediatePropagation();
      if (event.isComposing) event.stopImmediatePropagation();
    }

    /** What is half typed, such as a lone minus or 1.234, may mean something else in a moment. */
    private preview(): void {
      const reading = read(this.input.value, this.kind);
      if (reading.is === "value") desk.preview(this.row, this.column, reading.value);
    }

    loadValue(item: Row): void {
      this.loaded = item.values[this.column] ?? "";
      this.input.value = this.kind.choices ? this.loaded : show(this.loaded, this.kind, desk.lang, true);
      if (this.input instanceof HTMLInputElement) {
        if (openedByTyping(this.args.event as unknown)) this.input.value = "";
        else this.input.setSelectionRange(this.input.value.length, this.input.value.length);
      }
    }

    serializeValue(): string {
      const reading = read(this.input.value, this.kind);
      return reading.is === "value" ? reading.value : this.input.value;
    }

    applyValue(item: Row, state: string): void {
      desk.commit(item, this.column, state);
    }

    isValueChanged(): boolean {
      return this.input.value !== show(this.loaded, this.kind, desk.lang, true) || openedByTyping(this.args.event as unknown);
    }

    validate(): EditorValidationResult {
      const reading = read(this.input.value, this.kind);
      const valid = reading.is === "value";
      desk.complain(valid ? null : this.input.parentElement, valid ? null : reading, (value) => {
        const chosen = fitted(value, this.kind);
        if (chosen.is === "wrong") return desk.complain(this.input.parentElement, chosen, () => undefined);
        this.input.value = show(value, this.kind, desk.lang, true);
        desk.commit(this.row, this.column, value);
        desk.complain(null, null, () => undefined);
        this.args.cancelChanges();
      });
      return { valid, msg: valid ? "" : "wrong" };
    }

    focus(): void {
      this.input.focus();
    }

    destroy(): void {
      desk.preview(this.row, this.column, null);
      desk.complain(null, null, () => undefined);
      this.input.remove();
    }
  };
}

function choicesOf(choices: string[]): HTMLSelectElement {
  const select = document.createElement("select");
  for (const choice of ["", ...choices]) select.append(new Option(choice, choice));
  return select;
}

function openedByTyping(event: unknown): boolean {
  const key = (event as { key?: string } | undefined)?.key;
  return typeof key === "string" && key.length === 1;
}
