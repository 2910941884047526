// The cells that, each by itself, would repair what failed: offered after a save, gone with the next change.

import type { History } from "./history";
import type { Change, Report } from "./model";
import { show } from "./numbers";

export interface Suggestion extends Change {
  was: string;
  rules: string[];
}

export function drawRepairs(report: Report, host: HTMLElement, suggestions: readonly Suggestion[], history: History): void {
  host.hidden = suggestions.length === 0;
  host.replaceChildren(...suggestions.map((each) => line(report, each, history)));
}

function line(report: Report, { section: id, row: key, column, value, was, rules }: Suggestion, history: History): HTMLElement {
  const section = report.section(id);
  const row = report.row(id, key);
  const at = report.columnAt(id, column);
  const kind = row && report.kind(section, row, at);
  const shown = (text: string) => (kind ? show(text, kind, report.data.lang) : text) || report.text("blank");
  const cell = `${row?.title || key} / ${section.columns[at]?.title ?? column}`;
  const item = document.createElement("p");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm";
  button.textContent = report.text("repair_do", { value: shown(value) });
  button.addEventListener("click", () => history.apply([{ section: id, row: key, column, value }], "typed"));
  item.append(report.text("repair", { cell, was: shown(was), value: shown(value), rules: rules.join(", ") }), " ", button);
  return item;
}
