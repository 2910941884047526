// Cells that somebody else changed meanwhile: both values, who and when; the clerk chooses.

import type { History } from "./history";
import type { Report } from "./model";
import { show } from "./numbers";
import type { Conflict } from "./saving";

const LONGEST = 200; // characters of a text that is told

export function drawConflict(report: Report, host: HTMLElement, conflict: Conflict, history: History): void {
  const section = report.sections.get(conflict.section);
  const row = report.row(conflict.section, conflict.row);
  const at = report.columnAt(conflict.section, conflict.column);
  const kind = section && row && report.kind(section, row, at);
  const shown = (value: string) => short(kind ? show(value, kind, report.data.lang) : value) || report.text("blank");
  const box = document.createElement("div");
  box.className = "conflict alert alert-warning";
  box.setAttribute("role", "alert");
  const words = document.createElement("p");
  const told = section ? ["conflict", "keep_mine", "take_theirs"] : ["words_conflict", "words_keep", "words_take"];
  const [question = "", mineStands = "", theirsStands = ""] = told;
  words.textContent = report.text(question, {
    cell: section ? `${row?.title ?? conflict.row} / ${section.columns[at]?.title ?? conflict.column}` : headingOf(report, conflict),
    actor: conflict.actor,
    at: conflict.at,
    theirs: shown(conflict.theirs),
    mine: shown(conflict.mine),
  });
  const keep = button(report.text(mineStands, { value: shown(conflict.mine) }));
  const take = button(report.text(theirsStands, { value: shown(conflict.theirs) }));
  const { section: id, row: key, column, mine } = conflict;
  keep.addEventListener("click", () => {
    history.apply([{ section: id, row: key, column, value: mine }], "typed");
    box.remove();
  });
  take.addEventListener("click", () => box.remove());
  box.append(words, keep, take);
  host.append(box);
}

function headingOf(report: Report, { section, row }: Conflict): string {
  const chapter = report.data.words.find((each) => each.id === section);
  return chapter?.parts.find((part) => part.id === row)?.title ?? row;
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function button(text: string): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "btn btn-sm";
  element.textContent = text;
  return element;
}
