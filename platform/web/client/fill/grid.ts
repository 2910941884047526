// One section as a spreadsheet: SlickGrid with our header tree, row tree, cell looks and keys.

import { type Column as GridColumn, type ItemMetadata, SlickCellRangeSelector, SlickCellSelectionModel, SlickGrid, SlickRange } from "slickgrid";
import { type Desk, editorFor } from "./editor";
import { drawHeader } from "./header";
import type { Block } from "./paste";
import type { Change, Report, Row, Section } from "./model";
import { NUMERIC, show } from "./numbers";

const ROW_HEIGHT = 28;
const MARKED = "failed";

/** SlickGrid takes a column id like "3" for the third column. */
const idOf = (column: string): string => `c:${column}`;

export interface Keys {
  undo(): void;
  redo(): void;
  clear(block: Block): void;
  fillDown(block: Block): void;
  moved(row: Row | undefined, column: number): void;
}

export class SectionGrid {
  private readonly grid: SlickGrid;
  private readonly selection: SlickCellSelectionModel;
  private readonly frozen: number;
  private readonly header: ReturnType<typeof drawHeader>;

  constructor(
    private readonly report: Report,
    readonly section: Section,
    private readonly host: HTMLElement,
    headerHost: HTMLElement,
    desk: Desk,
    keys: Keys,
  ) {
    this.frozen = section.lead.names.length;
    const columns = this.columns(host.clientWidth);
    const data = {
      getLength: () => section.rows.length,
      getItem: (at: number) => section.rows[at] as Row,
      getItemMetadata: (at: number) => this.look(section.rows[at]),
    };
    const widths = columns.map((column) => column.width ?? 0);
    this.header = drawHeader(headerHost, section, widths, this.frozen);
    host.style.height = `${this.height(widths)}px`;
    this.grid = new SlickGrid(host, data as never, columns, {
      nonce: document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "",
      enableHtmlRendering: false,
      showColumnHeader: false,
      enableColumnReorder: false,
      enableCellNavigation: true,
      enableAsyncPostRender: false,
      editable: report.data.editable,
      autoEdit: false,
      autoEditByKeypress: true,
      autoCommitEdit: true,
      frozenColumn: this.frozen - 1,
      rowHeight: ROW_HEIGHT,
      editorFactory: { getEditor: () => editorFor(desk) } as never,
      dataItemColumnValueExtractor: (row: Row, column: GridColumn) => this.shown(row, column),
    });
    const range = { border: "2px solid #0b4f8f" } as unknown as CSSStyleDeclaration;
    this.selection = new SlickCellSelectionModel({
      selectActiveCell: true,
      cellRangeSelector: new SlickCellRangeSelector({ selectionCss: range, copyToSelectionCss: range }),
    });
    this.grid.setSelectionModel(this.selection);
    this.grid.onScroll.subscribe((_, place) => this.header.scrollTo(place.scrollLeft));
    this.grid.onKeyDown.subscribe((event) => this.key(event.getNativeEvent<KeyboardEvent>(), event, keys));
    this.grid.onActiveCellChanged.subscribe((_, place) => {
      keys.moved(section.rows[place.row ?? -1], (place.cell ?? -1) - this.frozen);
    });
    this.tame();
  }

  /** Draw cells again, also while one is being typed in. */
  refresh(changes: readonly Change[]): void {
    for (const { section, row, column } of changes) {
      if (section !== this.section.id) continue;
      const cell = this.frozen + this.report.columnAt(section, column);
      const at = this.report.rowAt(section, row);
      const isTyped = this.editing() && this.grid.getActiveCell()?.row === at && this.grid.getActiveCell()?.cell === cell;
      if (at >= 0 && !isTyped) this.grid.updateCell(at, cell);
    }
  }

  /** Draw everything again: rows came or went. */
  redraw(): void {
    this.grid.updateRowCount();
    this.grid.invalidateAllRows();
    this.grid.render();
  }

  /** Mark cells by (row key, column id) with a class each. */
  mark(cells: [string, string, string][]): void {
    const marks: Record<number, Record<string, string>> = {};
    for (const [row, column, look] of cells) {
      const at = this.report.rowAt(this.section.id, row);
      if (at >= 0) (marks[at] ??= {})[idOf(column)] = look;
    }
    if (JSON.stringify(marks) === JSON.stringify(this.grid.getCellCssStyles(MARKED) ?? {})) return;
    this.grid.setCellCssStyles(MARKED, marks as never);
  }

  goTo(row: string, column: string): void {
    const at = this.section.rows.findIndex((each) => each.key === row);
    const cell = this.frozen + this.section.columns.findIndex((each) => each.id === column);
    if (at < 0) return;
    this.grid.scrollRowIntoView(at);
    this.grid.setActiveCell(at, Math.max(cell, 0));
    this.grid.focus();
  }

  /** The chosen block, in rows and data columns; null when nothing is chosen. */
  block(): Block | null {
    const range = this.selection.getSelectedRanges().at(-1);
    if (!range) return null;
    return {
      fromRow: range.fromRow,
      toRow: range.toRow,
      fromColumn: Math.max(0, range.fromCell - this.frozen),
      toColumn: range.toCell - this.frozen,
    };
  }

  choose(block: Block): void {
    const range = new SlickRange(block.fromRow, block.fromColumn + this.frozen, block.toRow, block.toColumn + this.frozen);
    this.selection.setSelectedRanges([range], "", "");
  }

  editing(): boolean {
    return this.grid.getEditorLock().isActive();
  }

  /** Finish what is being typed; false when it cannot be read. */
  commit(): boolean {
    return this.grid.getEditorLock().commitCurrentEdit();
  }

  destroy(): void {
    this.grid.destroy();
    this.host.replaceChildren();
  }

  private key(event: KeyboardEvent, slick: { stopImmediatePropagation(): void }, keys: Keys): void {
    const control = event.ctrlKey || event.metaKey;
    this.grid.getOptions().autoEditByKeypress = !control && !event.altKey;
    const run = (work: () => void) => {
      event.preventDefault();
      slick.stopImmediatePropagation();
      work();
    };
    if (event.key === "Enter" && !control) {
      run(() => void (event.shiftKey ? this.grid.navigateUp() : this.grid.navigateDown()));
      return;
    }
    if (this.editing()) return;
    const block = this.block();
    const key = event.key.toLowerCase();
    if (control && key === "z" && !event.shiftKey) run(() => keys.undo());
    else if (control && (key === "y" || (key === "z" && event.shiftKey))) run(() => keys.redo());
    else if (control && key === "d" && block) run(() => keys.fillDown(block));
    else if ((event.key === "Delete" || event.key === "Backspace") && block) run(() => keys.clear(block));
    else if (event.key === "F2") run(() => this.grid.editActiveCell(null as never));
  }

  private columns(room: number): GridColumn[] {
    const { section } = this;
    const units = this.frozen > 2 ? 90 : 0;
    const longest = Math.max(12, ...section.rows.map((row) => row.title.length + 2 * row.depth));
    const wanted = Math.max(220, Math.min(420, 44 + 7.2 * longest));
    const share = (room - 52 - Math.min(wanted, 290) - units - 2) / section.columns.length;
    const wide = section.columns.map((column, at) => (column.text ? 200 : this.numberWidth(at, share)));
    const rest = room - 52 - units - wide.reduce((sum, width) => sum + width, 0) - 18;
    const name = Math.max(Math.min(wanted, 290), Math.min(wanted, rest));
    const lead: GridColumn[] = [
      { id: "#ordinal", name: "STT", field: "#ordinal", width: 52, cssClass: "lead", selectable: false, focusable: false },
      { id: "#title", name: section.lead.names[1] ?? "", field: "#title", width: Math.round(name), cssClass: "lead title", selectable: false, focusable: false },
    ];
    if (this.frozen > 2) {
      lead.push({ id: "#unit", name: section.lead.names[2] ?? "", field: "#unit", width: 90, cssClass: "lead", selectable: false, focusable: false });
    }
    const cells = section.columns.map((column, at) => ({
      id: idOf(column.id),
      name: column.title,
      field: String(at),
      width: wide[at] ?? 96,
      cssClass: column.text ? "text" : "number",
    }));
    return [...lead, ...cells];
  }

  /** Wide enough for the longest figure that stands there; narrower than usual where all columns then fit. */
  private numberWidth(at: number, share: number): number {
    const longest = Math.max(0, ...this.section.rows.map((row) => (row.values[at] ?? "").length));
    const usual = Math.max(72, Math.min(130, Math.floor(share)));
    return Math.max(usual, Math.min(200, 24 + longest * 9.5));
  }

  private height(widths: number[]): number {
    const overflow = widths.reduce((sum, width) => sum + width, 0) > this.host.clientWidth;
    const wanted = this.section.rows.length * ROW_HEIGHT + (overflow ? 18 : 2);
    const room = window.innerHeight - this.host.getBoundingClientRect().top - 170;
    return Math.min(wanted, Math.max(260, room));
  }

  private shown(row: Row, column: GridColumn): string {
    switch (column.field) {
      case "#ordinal":
        return row.ordinal;
      case "#title":
        return row.title;
      case "#unit":
        return row.unit;
    }
    const at = Number(column.field);
    const kind = this.report.kind(this.section, row, at);
    return kind ? show(row.values[at] ?? "", kind, this.report.data.lang) : "";
  }

  private look(row: Row | undefined): ItemMetadata | null {
    if (!row) return null;
    const columns: Record<string, { cssClass?: string; focusable?: boolean; editor?: null }> = {};
    this.section.columns.forEach((column, at) => {
      const kind = this.report.kind(this.section, row, at);
      const state = this.report.state(this.section, row, at);
      const looks = [!kind ? "none" : state === "open" ? "" : `is-${state}`, kind && !NUMERIC.includes(kind.type) ? "is-text" : ""];
      const cssClass = looks.filter(Boolean).join(" ");
      if (!this.report.mayType(this.section, row, at)) columns[idOf(column.id)] = { cssClass, editor: null };
      else if (cssClass) columns[idOf(column.id)] = { cssClass };
    });
    return { cssClasses: `row-${row.kind} depth-${Math.min(row.depth, 6)}`, columns } as ItemMetadata;
  }

  /** SlickGrid makes every pane a tab stop; one way in is enough, and the hidden parts say nothing. */
  private tame(): void {
    for (const pane of this.host.querySelectorAll<HTMLElement>(".slick-pane, .slick-viewport")) pane.tabIndex = -1;
    for (const hidden of this.host.querySelectorAll<HTMLElement>(".slick-pane-header")) hidden.remove();
    // The container holds more than rows: each of its two canvases is a grid of its own.
    this.host.setAttribute("role", "group");
    this.host.setAttribute("aria-label", this.section.title || this.section.code);
    for (const canvas of this.host.querySelectorAll<HTMLElement>(".grid-canvas-top")) {
      const names = canvas.classList.contains("grid-canvas-left");
      canvas.setAttribute("role", "grid");
      canvas.setAttribute("aria-label", names ? (this.section.lead.names[1] ?? "") : this.section.title);
      canvas.setAttribute("aria-rowcount", String(this.section.rows.length));
    }
  }
}
