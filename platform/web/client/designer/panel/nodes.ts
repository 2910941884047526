// Nodes of the document by their place, and what people call them.

import { selection, state, subscribe } from "../store";
import type { Cell, Column, Ref, Row, Rule, Section, Selection, Template, Value } from "../types";

type Tree = { readonly id: string; readonly children?: readonly Tree[] };

/** A list of trees in the order people see it, each node before those below it. */
export function* walk<T extends Tree>(nodes: readonly T[] = []): Generator<T> {
  for (const node of nodes) {
    yield node;
    yield* walk(node.children as readonly T[] | undefined);
  }
}

export const sectionOf = (id: string): Section | undefined => state().document.sections.find((each) => each.id === id);
export const columnsOf = (section: Section): Column[] => [...walk(section.columns)];
export const leavesOf = (section: Section): Column[] => columnsOf(section).filter((column) => !column.children?.length);
export const rowsOf = (section: Section): Row[] => [...walk(section.rows?.items)];
export const partsOf = (section: Section) => [...walk(section.parts)];

/** The node that an operation would work on; of a cell that states nothing an empty one. */
export function nodeAt(at: Ref): { readonly [key: string]: unknown } | undefined {
  const { document } = state();
  if (at.kind === "template") return document;
  if (at.kind === "section") return sectionOf(at.id);
  if (at.kind === "example") return document.examples?.find((each) => each.name === at.id);
  const section = sectionOf(at.section);
  if (!section) return undefined;
  if (at.kind === "cell") return cellAt(section, at.row, at.column);
  if (at.kind === "rule") return section.rules?.find((rule: Rule) => rule.id === at.id);
  const list = { column: columnsOf, row: rowsOf, part: partsOf }[at.kind](section);
  return list.find((node) => node.id === at.id);
}

export function cellAt(section: Section, row: string, column: string): Cell {
  return section.cells?.find((cell) => cell.row === row && cell.column === column) ?? { row, column };
}

/** What a dotted key holds. */
export function valueAt(node: { readonly [key: string]: unknown } | undefined, key: string): Value {
  const found = key.split(".").reduce<unknown>((value, each) => (value as Template | undefined)?.[each], node);
  return (found ?? null) as Value;
}

/** The nodes that are chosen. */
export function refsOf(chosen: Selection): Ref[] {
  switch (chosen.kind) {
    case "template":
      return [{ kind: "template" }];
    case "section":
      return [{ kind: "section", id: chosen.section }];
    case "columns":
    case "rows":
      return chosen.ids.map((id) => ({ kind: chosen.kind === "rows" ? "row" : "column", section: chosen.section, id }));
    case "cells":
      return chosen.rows.flatMap((row) => chosen.columns.map((column): Ref => ({ kind: "cell", section: chosen.section, row, column })));
    default:
      return [{ kind: chosen.kind, section: chosen.section, id: chosen.id }];
  }
}

const PLAIN = /^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/;
interface Named {
  readonly id: string;
  readonly code: string;
  readonly ordinal?: string;
  readonly title?: string;
}

/** The shortest way to name a row or column in a rule that finds it and nothing else. */
export function spell(node: Named, among: readonly Named[]): string {
  const finds = (text: string): boolean => among.every((each) => each === node || (each.code !== text && each.ordinal !== text));
  const names = [node.code, node.ordinal ?? ""].filter((name) => name && finds(name));
  const plain = names.find((name) => PLAIN.test(name));
  return plain ?? quoted(names[0] ?? node.title ?? node.code);
}

export const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** A node as the page calls it: its label and its title. */
export function called(node: { readonly [key: string]: unknown } | undefined): string {
  if (!node) return "";
  const label = (node["ordinal"] ?? node["code"] ?? "") as string;
  return [label, node["title"] as string | undefined].filter(Boolean).join(" ");
}

/** A cell as headlines and merge fields name it: `A[THU;3]`. */
export function cellName(section: Section, row: string, column: string): string {
  const codes = [rowsOf(section).find((each) => each.id === row)?.code, columnsOf(section).find((each) => each.id === column)?.code];
  return `${section.code}[${codes[0] ?? row};${codes[1] ?? column}]`;
}

/** Hear when something else is chosen; what is lit anew does not count. */
export function onChoice(work: () => void): void {
  let before = selection();
  subscribe(() => {
    const now = selection();
    if (now === before) return;
    before = now;
    work();
  });
}
