// The fill page: wires the report, its grid, the history of changes, saving and findings together.

import "slickgrid/dist/styles/css/slick.grid.css";
import "./fill.css";
import { askStyle, spoken } from "./ask";
import { NARROW, RowCards } from "./cards";
import { drawConflict } from "./conflicts";
import type { Desk } from "./editor";
import { Findings } from "./findings";
import { SectionGrid } from "./grid";
import { History } from "./history";
import { Live } from "./live";
import { type Change, type LiveData, Report, type ReportData, type Row, type Section } from "./model";
import { show } from "./numbers";
import { type Block, clearBlock, copyText, fillDown, readBlock, settle } from "./paste";
import { drawRepairs } from "./repairs";
import { drawAdders, removeRow } from "./rows";
import { type Answer, type SaveState, Saving } from "./saving";
import { WordPanels } from "./words";

const find = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no #${id}`);
  return element;
};

export const report = new Report(JSON.parse(find("report-data").textContent ?? "") as ReportData);
let grid: SectionGrid | RowCards | null = null;
let words: WordPanels | null = null;
let chosen: Row | undefined;

export const findings = new Findings(report, find("findings"), find("finding-count"), (section, row, column) => {
  if (words?.has(section)) {
    open(section);
    words.goTo(section, row);
    return;
  }
  if (report.rowAt(section, row) < 0) return;
  open(section);
  grid?.goTo(row, column);
});
let told = report.data.findings; // by the server
let live = liveOf(report.data.live);
report.onChange((changes, grown) => {
  if (grid && grown.has(grid.section.id)) {
    grid.redraw();
    grid.mark(findings.marks(grid.section.id));
  }
  grid?.refresh(changes);
  words?.follow(changes);
  drawRepairs(report, find("repairs"), [], history);
  follow(changes);
});
const history = new History(report, (changes, how) => saving.add(changes, how));
const saving = new Saving(report, {
  state: showState,
  answered: take,
  rows: () => live?.rows ?? null,
  outdated: redraw,
});
words = new WordPanels(report, history, saving, notice);

/** Draw the page in the form as it is now, once what is being typed stands in its cell. */
function redraw(): void {
  notice([report.text("other_version")]);
  words?.commit();
  if (grid?.editing()) window.setTimeout(redraw, 500);
  else window.location.reload();
}

function liveOf(data: LiveData | null): Live | null {
  return data && new Live(report, data, findings.reasons);
}

/** Compute and check what hangs on figures that are typed. */
function follow(changes: readonly Change[]): void {
  display(live?.follow(changes) ?? []);
}

function display(computed: readonly Change[]): void {
  if (live && live.opened !== report.opened) {
    report.opened = live.opened;
    if (!grid?.editing()) grid?.redraw();
  }
  for (const change of computed) report.set(change);
  grid?.refresh(computed);
  const isNew = findings.replace(live?.findings(told) ?? told);
  if (isNew) grid?.mark(findings.marks(grid.section.id));
}

/** The server's answer to a save is the truth: what the page computed and found before must be the same. */
function take(answer: Answer, computed: Change[]): void {
  told = answer.findings;
  findings.remember(told);
  report.put(answer.rejected);
  if (answer.live) {
    live = liveOf(answer.live);
    display(live?.computed() ?? []);
  }
  follow(computed.filter((change) => live?.declines(change)));
  if (live && !saving.pending && !grid?.editing()) {
    const others = live.differences(told, computed);
    if (others.length) console.error("the server says otherwise", JSON.stringify(others.slice(0, 5)));
  }
  display(live && saving.pending ? live.computed() : computed);
  if (!saving.pending) drawRepairs(report, find("repairs"), answer.suggestions, history);
  words?.draw(answer.words);
  for (const conflict of answer.conflicts) drawConflict(report, find("conflicts"), conflict, history);
  if (answer.rejected.length) {
    notice(answer.rejected.map((each) => `${report.row(each.section, each.row)?.title ?? each.row}: ${each.message}`));
  }
  showStanding(answer.standing);
}

const desk: Desk = {
  kind: (row, column) => grid?.section && report.kind(grid.section, row, column),
  lang: report.data.lang,
  commit: (row, at, value) => {
    const section = grid?.section;
    const column = section?.columns[at];
    if (section && column) history.apply([{ section: section.id, row: row.key, column: column.id, value }], "typed");
  },
  preview: (row, at, value) => {
    const section = grid?.section;
    const column = section?.columns[at];
    if (!section || !column) return;
    follow([{ section: section.id, row: row.key, column: column.id, value: value ?? row.values[at] ?? "" }]);
  },
  complain: (cell, reading, choose) => {
    const host = find("complaint");
    host.replaceChildren();
    host.hidden = !reading || reading.is === "value";
    if (!cell || !reading || reading.is === "value") return;
    const box = cell.getBoundingClientRect();
    host.style.left = `${Math.min(box.left, window.innerWidth - 340)}px`;
    host.style.top = `${box.bottom + 4}px`;
    if (reading.is === "wrong") {
      host.textContent = report.text(reading.why, reading.facts);
      return;
    }
    host.append(report.text("which_reading"), " ");
    for (const value of reading.readings) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = spoken(value, report.data.lang);
      button.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(value);
      });
      host.append(button, " ");
    }
  },
};

function open(id: string): void {
  if (grid && !grid.commit()) return;
  const isWords = words?.has(id) ?? false;
  for (const tab of document.querySelectorAll<HTMLElement>("[data-section]")) {
    tab.setAttribute("aria-pressed", String(tab.dataset["section"] === id));
  }
  for (const panel of document.querySelectorAll<HTMLElement>("[data-panel]")) {
    panel.hidden = panel.dataset["panel"] !== (isWords ? id : "");
  }
  if (isWords || grid?.section.id === id) return;
  grid?.destroy();
  const section = report.section(id);
  const Sheet = find("grid").clientWidth < NARROW ? RowCards : SectionGrid;
  grid = new Sheet(report, section, find("grid"), find("grid-header"), desk, {
    undo: () => history.undo(),
    redo: () => history.redo(),
    clear: (block) => history.apply(clearBlock(report, section, block), "typed"),
    fillDown: (block) => history.apply(fillDown(report, section, block), "typed"),
    moved: showCell,
  });
  grid.mark(findings.marks(id));
  drawAdders(report, section, find("adders"), (row) => {
    const first = section.columns.findIndex((_, at) => report.mayType(section, row, at));
    grid?.goTo(row.key, section.columns[Math.max(first, 0)]?.id ?? "");
  });
}

function showCell(row: Row | undefined, at: number): void {
  chosen = row;
  const section = grid?.section;
  const column = section?.columns[at];
  const kind = row && section && report.state(section, row, at);
  const state = kind && kind !== "open" ? ` · ${report.text(kind)}` : "";
  find("cell-name").textContent = row && column ? `${row.title || row.key} · ${column.title} (${column.ordinal})${state}` : "";
  find("cell-earlier").textContent = row && column && section ? earlierFigures(section, row, at).join(" · ") : "";
  find("remove-row").hidden = !(row?.removable && report.data.editable);
}

/** What stood in a cell in earlier reports. */
function earlierFigures(section: Section, row: Row, at: number): string[] {
  const kind = report.kind(section, row, at);
  return report.data.earlier.map(({ name, figures }) => {
    const value = figures[section.id]?.[row.key]?.[section.columns[at]?.id ?? ""] ?? "";
    return `${name}: ${kind && value ? show(value, kind, report.data.lang) : report.text("blank")}`;
  });
}

function showState(state: SaveState, detail: string): void {
  const element = find("save-state");
  element.dataset["state"] = state;
  element.textContent = report.text(state) + (detail ? `: ${detail}` : "");
}

function showStanding({ cells, filled }: { cells: number; filled: number }): void {
  const bar = find("progress") as HTMLProgressElement;
  bar.max = Math.max(cells, 1);
  bar.value = filled;
  find("progress-text").textContent = `${filled}/${cells}`;
  bar.parentElement?.toggleAttribute("hidden", cells === 0);
}

function notice(lines: string[]): void {
  const host = find("notice");
  host.hidden = lines.length === 0;
  host.replaceChildren(
    ...lines.slice(0, 8).map((line) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      return paragraph;
    }),
  );
}

/** Copy and paste belong to the grid unless a text field has the focus. */
function blockInFocus(): Block | null {
  const active = document.activeElement;
  if (!grid || grid.editing() || active?.matches("input, textarea, select, dialog *")) return null;
  return find("grid").contains(active) ? grid.block() : null;
}

document.addEventListener("copy", (event) => {
  const block = blockInFocus();
  if (!block || !grid) return;
  event.preventDefault();
  event.clipboardData?.setData("text/plain", copyText(report, grid.section, block));
});
document.addEventListener("cut", (event) => {
  const block = blockInFocus();
  if (!block || !grid) return;
  event.preventDefault();
  event.clipboardData?.setData("text/plain", copyText(report, grid.section, block));
  history.apply(clearBlock(report, grid.section, block), "typed");
});
document.addEventListener("paste", (event) => {
  const block = blockInFocus();
  const text = event.clipboardData?.getData("text/plain");
  if (!block || !grid || !text || !report.data.editable) return;
  event.preventDefault();
  void paste(block, text);
});

async function paste(block: Block, text: string): Promise<void> {
  if (!grid) return;
  const pasted = readBlock(report, grid.section, block, text.replace(/\r?\n$/, ""));
  const [first] = pasted.ambiguous;
  if (first) {
    const style = await askStyle(report, pasted.ambiguous.length, first.given, first.readings);
    if (style) settle(pasted, style === "vi" ? 0 : 1);
  }
  history.apply(pasted.changes, "pasted");
  const lines = pasted.wrong.map(({ place, given }) => report.text("paste_wrong", { place, given }));
  if (pasted.skipped) lines.push(report.text("paste_skipped", { count: pasted.skipped }));
  notice(lines);
}

for (const tab of document.querySelectorAll<HTMLElement>("[data-section]")) {
  tab.addEventListener("click", () => open(tab.dataset["section"] ?? ""));
}
for (const each of document.querySelectorAll<HTMLElement>("[data-goto]")) {
  each.addEventListener("click", () => {
    const [section = "", row = "", column = ""] = JSON.parse(each.dataset["goto"] ?? "[]") as string[];
    open(section);
    grid?.goTo(row, column);
  });
}
find("undo").addEventListener("click", () => history.undo());
find("redo").addEventListener("click", () => history.redo());
find("remove-row").addEventListener("click", () => {
  if (chosen && grid) removeRow(report, grid.section, chosen, history);
  showCell(undefined, -1);
});

const send = document.getElementById("send") as HTMLFormElement | null;
send?.addEventListener("submit", (event) => {
  if (send.dataset["ready"]) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (grid && !grid.commit()) return;
  words?.commit();
  void saving.settled().then(() => {
    const { errors, unexplained } = findings.missing();
    const lines: string[] = [];
    if (saving.pending) lines.push(report.text("send_unsaved"));
    if (errors) lines.push(report.text("send_errors", { count: errors }));
    if (unexplained) lines.push(report.text("send_unexplained", { count: unexplained }));
    notice(lines);
    if (lines.length) {
      if (errors || unexplained) findings.focusFirst();
      return;
    }
    send.dataset["ready"] = "yes";
    window.setTimeout(() => send.requestSubmit()); // not while the refused submission is still being told
  });
});

let resized = 0;
let width = window.innerWidth;
window.addEventListener("resize", () => {
  if (grid instanceof RowCards && width === window.innerWidth) return; // only the keyboard of a telephone
  width = window.innerWidth;
  window.clearTimeout(resized);
  resized = window.setTimeout(() => {
    const id = grid?.section.id;
    if (!id || find("grid").closest("[hidden]") || !grid?.commit()) return;
    grid.destroy();
    grid = null;
    open(id);
  }, 200);
});

if (!saving.pending) showState("saved", "");
open(report.data.sections[0]?.id ?? report.data.words[0]?.id ?? "");
display(live?.computed() ?? []);
performance.mark("fill:usable");
