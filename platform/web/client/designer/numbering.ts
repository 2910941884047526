// Ordinals by themselves: the usual styles (I, 1, 1.1, a, -), known again from what stands there, so that an edit of
// the tree leaves a run of ordinals a run.

import type { Op, Row } from "./types";

export type Style = "upper-roman" | "lower-roman" | "number" | "padded" | "letter" | "upper-letter" | "dash" | "plus" | "none";
/** How siblings are numbered: a style from `start` on, after the parent's ordinal and a dot or not. */
export interface Numbering {
  readonly style: Style;
  readonly start: number;
  readonly nested: boolean;
  readonly end: string;
}

const LETTERS = "abcdđeghiklmnopqrstuvxy"; // as paragraphs of Vietnamese documents are lettered
const ENDS = ["", ".", ")"];
const STYLES: readonly Style[] = ["upper-roman", "number", "padded", "letter", "lower-roman", "upper-letter", "dash", "plus"];

const NONE: Numbering = { style: "none", start: 1, nested: false, end: "" };

/** The ordinal of the n-th of a style. */
export function write(style: Style, n: number): string {
  switch (style) {
    case "upper-roman":
      return roman(n);
    case "lower-roman":
      return roman(n).toLowerCase();
    case "number":
      return String(n);
    case "padded":
      return String(n).padStart(2, "0");
    case "letter":
      return LETTERS[n - 1] ?? `${LETTERS[(n - 1) % LETTERS.length]}${Math.floor((n - 1) / LETTERS.length) + 1}`;
    case "upper-letter":
      return String.fromCharCode(64 + n);
    case "dash":
      return "-";
    case "plus":
      return "+";
    case "none":
      return "";
  }
}

/** How these ordinals run below a parent's; null where they do not run, or there are none. */
export function infer(ordinals: readonly string[], parent: string): Numbering | null {
  const given = ordinals.filter(Boolean);
  if (!given.length) return null;
  for (const nested of parent ? [true, false] : [false]) {
    const before = nested ? `${parent.replace(/[.)]$/, "")}.` : "";
    for (const end of ENDS) {
      for (const style of STYLES) {
        const start = startOf(given[0] as string, style, before, end);
        if (start === null) continue;
        if (given.every((each, at) => each === `${before}${write(style, start + at)}${end}`)) return { style, start, nested, end };
      }
    }
  }
  return null;
}

/** The ordinal of the n-th sibling, counted from 0. */
export function ordinal(numbering: Numbering, parent: string, n: number): string {
  const before = numbering.nested ? `${parent.replace(/[.)]$/, "")}.` : "";
  return numbering.style === "none" ? "" : `${before}${write(numbering.style, numbering.start + n)}${numbering.end}`;
}

/**
 * The operations that make runs of ordinals run again after an edit of the tree. A list that ran before keeps its way;
 * a new one takes the way of others at its depth. Rows without an ordinal among numbered ones stay without.
 */
export function renumber(section: string, before: readonly Row[], after: readonly Row[], made: ReadonlySet<string>): Op[] {
  const ways = new Map<string, Numbering | null>(); // null: written by hand, left alone
  const usual = new Map<number, Numbering>();
  collect(before, "", "", 0, ways, usual);
  const ops: Op[] = [];
  const go = (rows: readonly Row[], parent: string, ordinalOfParent: string, way: Numbering | null, depth: number): void => {
    const isNew = !ways.has(parent) && rows.some((row) => made.has(row.id));
    const numbering = isNew ? (usual.get(depth) ?? below(way)) : (ways.get(parent) ?? null);
    let n = 0;
    for (const row of rows) {
      const was = row.ordinal ?? "";
      const counts = numbering && (was !== "" || (made.has(row.id) && row.kind !== "total" && row.part === undefined));
      const is = counts ? ordinal(numbering, ordinalOfParent, n++) : was;
      if (is !== was) ops.push(setOrdinal(section, row, is));
      go(row.children ?? [], row.id, is, numbering, depth + 1);
    }
  };
  go(after, "", "", null, 0);
  return ops;
}

/** Number a list and what is below by a style for each depth. */
export function restyle(section: string, rows: readonly Row[], styles: readonly string[]): Op[] {
  const ops: Op[] = [];
  const go = (list: readonly Row[], parent: string, depth: number): void => {
    const name = styles[Math.min(depth, styles.length - 1)] as string;
    const numbering: Numbering = { style: (name === "nested" ? "number" : name) as Style, start: 1, nested: name === "nested", end: "" };
    let n = 0;
    for (const row of list) {
      const isLeftOut = row.kind === "total" && depth === 0;
      const is = isLeftOut ? "" : ordinal(numbering, parent, n++);
      if (is !== (row.ordinal ?? "")) ops.push(setOrdinal(section, row, is));
      go(row.children ?? [], is, depth + 1);
    }
  };
  go(rows, "", 0);
  return ops;
}

/** The style an ordinal alone is of, for trees that are pasted: its depth goes by the styles above it. */
export function styleOf(text: string): { style: Style; levels: number } | null {
  const bare = text.replace(/[.)]$/, "");
  if (/^\d+(\.\d+)+$/.test(bare)) return { style: "number", levels: bare.split(".").length };
  if (/^[IVXLC]+(\.\d+)+$/.test(bare)) return { style: "number", levels: bare.split(".").length };
  if (/^[IVXL]+$/.test(bare)) return { style: "upper-roman", levels: 1 };
  if (/^\d{1,3}$/.test(bare)) return { style: "number", levels: 1 };
  if (/^[a-zđ]$/.test(bare)) return { style: "letter", levels: 1 };
  if (/^[A-Z]$/.test(bare)) return { style: "upper-letter", levels: 1 };
  if (/^[-–]$/.test(bare)) return { style: "dash", levels: 1 };
  if (/^[+*]$/.test(bare)) return { style: "plus", levels: 1 };
  return null;
}

function collect(
  rows: readonly Row[],
  parent: string,
  above: string,
  depth: number,
  ways: Map<string, Numbering | null>,
  usual: Map<number, Numbering>,
): void {
  const numbering = infer(rows.map((row) => row.ordinal ?? ""), above);
  if (numbering && !usual.has(depth)) usual.set(depth, { ...numbering, start: 1 });
  if (rows.length) ways.set(parent, numbering ?? (rows.some((row) => row.ordinal) ? null : NONE));
  for (const row of rows) collect(row.children ?? [], row.id, row.ordinal ?? "", depth + 1, ways, usual);
}

/** How children are usually numbered below a parent that is numbered so. */
function below(way: Numbering | null): Numbering | null {
  switch (way?.style) {
    case "upper-letter":
      return { ...NONE, style: "upper-roman" };
    case "upper-roman":
      return { ...NONE, style: "number" };
    case "number":
      return { ...NONE, style: "number", nested: true };
    case "letter":
      return { ...NONE, style: "dash" };
    default:
      return null;
  }
}

const setOrdinal = (section: string, row: Row, to: string): Op => ({
  op: "set",
  at: { kind: "row", section, id: row.id },
  key: "ordinal",
  value: to || null,
});

function startOf(first: string, style: Style, before: string, end: string): number | null {
  if (!first.startsWith(before) || !first.endsWith(end)) return null;
  const bare = first.slice(before.length, first.length - end.length);
  for (let n = 1; n <= (style === "number" || style === "padded" ? 0 : 60); n += 1) if (write(style, n) === bare) return n;
  if (style === "number" && /^[1-9]\d{0,4}$/.test(bare)) return Number(bare);
  if (style === "padded" && /^0\d$/.test(bare)) return Number(bare);
  return null;
}

function roman(n: number): string {
  const signs: readonly [number, string][] = [
    [100, "C"], [90, "XC"], [50, "L"], [40, "XL"], [10, "X"], [9, "IX"], [5, "V"], [4, "IV"], [1, "I"],
  ];
  let text = "";
  for (const [value, sign] of signs) for (; n >= value; n -= value) text += sign;
  return text;
}
