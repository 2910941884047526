// The rules of the form with filters. Choosing one lights its cells on the canvas; choosing cells finds their rules.

import { find, made } from "../panel/texts";
import { called } from "../panel/nodes";
import { select, selection, state, subscribe } from "../store";
import type { Rule, Section, Selection } from "../types";

const value = (id: string): string => find<HTMLSelectElement>(id).value;

export function mountList(): void {
  for (const id of ["filter-kind", "filter-section", "filter-touching"]) find(id).addEventListener("change", drawList);
  subscribe((news) => {
    if (news.document || news.selection || news.derived) drawList();
  });
  drawList();
}

/** Draw what is seen: the list is long in a large form, and every edit asks for it. */
export function drawList(): void {
  const { document: form, derived } = state();
  const count = form.sections.reduce((sum, section) => sum + (section.rules?.length ?? 0), 0);
  find("rule-count").textContent = count ? String(count) : "";
  if (find("pane-rules").hidden) return;
  const told = find("rule-list").dataset;
  const sections = form.sections.filter((section) => section.rules?.length);
  offerSections(sections);
  const chosen = selection();
  const items = sections.flatMap((section) =>
    (section.rules ?? []).flatMap((rule) => {
      const known = derived.rules[rule.id];
      if (!passes(rule, section) || !touches(known?.cells ?? [], chosen)) return [];
      const item = made("li", "");
      const on = chosen.kind === "rule" && chosen.id === rule.id;
      const press = made("button", "", { type: "button", "aria-pressed": String(on) });
      press.addEventListener("click", () => select({ kind: "rule", section: section.id, id: rule.id }));
      const severity = rule.computed ? "computed" : (rule.severity ?? "error");
      press.append(made("strong", rule.code), made("span", told[severity] ?? "", { class: `state severity-${severity}` }), made("code", rule.text));
      item.append(press);
      if (known?.told) item.append(made("p", known.told));
      for (const finding of known?.findings ?? []) item.append(made("p", finding.told, { class: `fault fault-${finding.severity}` }));
      return [item];
    }),
  );
  find("rule-list").replaceChildren(...(items.length ? items : [made("li", told["none"] ?? "", { class: "form-text" })]));
}

function offerSections(sections: readonly Section[]): void {
  const menu = find<HTMLSelectElement>("filter-section");
  const before = menu.value;
  menu.replaceChildren(menu.options[0] as HTMLOptionElement, ...sections.map((section) => new Option(called(section), section.id)));
  menu.value = sections.some((section) => section.id === before) ? before : "";
  menu.hidden = sections.length < 2;
}

function passes(rule: Rule, section: Section): boolean {
  const kind = value("filter-kind");
  const only = value("filter-section");
  if (only && section.id !== only) return false;
  if (kind === "computed" || kind === "check") return (rule.computed === true) === (kind === "computed");
  if (kind === "findings") return (state().derived.rules[rule.id]?.findings.length ?? 0) > 0;
  return !kind || (!rule.computed && (rule.severity ?? "error") === kind);
}

/** Whether a rule reads or fills something that is chosen; one that names no cells may be about any. */
function touches(cells: readonly (readonly [string, string, string])[], chosen: Selection): boolean {
  if (!find<HTMLInputElement>("filter-touching").checked || chosen.kind === "template" || chosen.kind === "rule" || !cells.length) return true;
  return cells.some(([section, row, column]) => {
    if (section !== chosen.section) return false;
    if (chosen.kind === "columns") return chosen.ids.includes(column);
    if (chosen.kind === "rows") return chosen.ids.includes(row);
    return chosen.kind !== "cells" || (chosen.rows.includes(row) && chosen.columns.includes(column));
  });
}
