// What is wrong or doubtful, each with a way to its spot.

import { select, state, subscribe } from "../store";
import type { Finding, Selection, Where } from "../types";
import { sectionOf } from "./nodes";
import { find, made } from "./texts";

export function mountFindings(open: (tab: string) => void): void {
  const draw = (): void => {
    const { findings } = state().derived;
    find("no-findings").hidden = findings.length > 0;
    find("finding-list").replaceChildren(...findings.map((finding) => findingLine(finding, open)));
    const count = findings.filter((finding) => finding.severity === "error").length;
    find("finding-count").textContent = findings.length ? String(count || findings.length) : "";
    find("finding-count").classList.toggle("is-error", count > 0);
  };
  subscribe((news) => {
    if (news.derived) draw();
  });
  draw();
}

/** A finding as a line; a button where it has a spot. */
export function findingLine(finding: Finding, open: (tab: string) => void): HTMLElement {
  const item = made("li", "", { class: `finding-${finding.severity}` });
  const chosen = finding.where && selectionOf(finding.where);
  if (!chosen) {
    item.textContent = finding.told;
    if (finding.where?.kind === "example") item.append(jump(() => open("tab-examples")));
    return item;
  }
  const code = chosen.kind === "rule" ? sectionOf(chosen.section)?.rules?.find((rule) => rule.id === chosen.id)?.code : "";
  const press = made("button", [code, finding.told].filter(Boolean).join(": "), { type: "button" });
  press.addEventListener("click", () => {
    open("tab-canvas");
    select(chosen);
    open(chosen.kind === "rule" ? "tab-rules" : "tab-chosen");
  });
  item.append(press);
  return item;
}

function jump(work: () => void): HTMLElement {
  const press = made("button", "→", { type: "button" });
  press.addEventListener("click", work);
  return press;
}

function selectionOf({ kind, section = "", id = "", row, column }: Where): Selection | null {
  switch (kind) {
    case "section":
      return { kind: "section", section: section || id };
    case "column":
    case "row":
      return { kind: kind === "row" ? "rows" : "columns", section, ids: [id || row || column || ""] };
    case "cell":
      return { kind: "cells", section, rows: [row ?? ""], columns: [column ?? ""] };
    case "rule":
    case "part":
      return { kind, section, id };
    default:
      return null;
  }
}
