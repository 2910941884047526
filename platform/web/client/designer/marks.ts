// What is wrong, on the spots of the canvas: a cell, a row or a column that a finding is about, the cells of a rule.

import type { Derived, Finding } from "./types";

export interface Mark {
  readonly severity: Finding["severity"];
  readonly told: string;
}
const WEIGHT = { error: 2, warning: 1, note: 0 };

/** By `at/section/ids`: the worst that is found there, and all of it in words. */
export function marksOf({ findings, rules }: Derived): ReadonlyMap<string, Mark> {
  const marks = new Map<string, Mark>();
  const mark = (key: string, { severity, told }: Finding): void => {
    const before = marks.get(key);
    const worst = before && WEIGHT[before.severity] > WEIGHT[severity] ? before.severity : severity;
    if (!before?.told.split("\n").includes(told)) marks.set(key, { severity: worst, told: before ? `${before.told}\n${told}` : told });
  };
  for (const finding of findings) {
    const { kind, section = "", id = "", row = "", column = "" } = finding.where ?? { kind: "" };
    const cells = kind === "rule" ? (rules[id]?.cells ?? []) : [];
    cells.forEach((place) => mark(`cell/${place.join("/")}`, finding));
    if (kind === "rule" && !cells.length) mark(`section/${section}`, finding); // it touches nothing that is there
    else if (kind === "cell") mark(`cell/${section}/${row}/${column}`, finding);
    else if (kind === "row") mark(`name/${section}/${id || row}`, finding);
    else if (kind === "column") mark(`head/${section}/${id || column}`, finding);
    else if (kind === "section") mark(`section/${section || id}`, finding);
  }
  return marks;
}

/** Show a mark on an element; its words are read out with it. */
export function marked<T extends HTMLElement>(element: T, mark: Mark | undefined): T {
  if (!mark) return element;
  element.classList.add("has-finding", `finding-${mark.severity}`);
  element.title = mark.told;
  return element;
}
