// Cells that somebody else changed meanwhile: both values, who and when; the clerk chooses.

import type { History } from "./history";
import type { Report } from "./model";
import { show } from "./numbers";
import type { Conflict } from "./saving";

export function drawConflict(report: Report, host: HTMLElement, conflict: Conflict, history: History): void {
  const section = report.section(conflict.section);
  const row = report.row(conflict.section, conflict.row);
  const at = report.columnAt(conflict.section, conflict.column);
  const kind = row && report.kind(section, row, at);
  const shown = (value: string) => (kind ? show(value, kind, report.data.lang) : value) || report.text("blank");
  const box = document.createElement("div");
  box.className = "conflict alert alert-warning";
  box.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = report.text("conflict", {
    cell: `${row?.title ?? conflict.row} / ${section.columns[at]?.title ?? conflict.column}`,
    actor: conflict.actor,
    at: conflict.at,
    theirs: shown(conflict.theirs),
    mine: shown(conflict.mine),
  });
  const keep = button(report.text("keep_mine", { value: shown(conflict.mine) }));
  const take = button(report.text("take_theirs", { value: shown(conflict.theirs) }));
  const { section: id, row: key, column, mine } = conflict;
  keep.addEventListener("click", () => {
    history.apply([{ section: id, row: key, column, value: mine }], "typed");
    box.remove();
  });
  take.addEventListener("click", () => box.remove());
  box.append(words, keep, take);
  host.append(box);
}

function button(text: string): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "btn btn-sm";
  element.textContent = text;
  return element;
}
