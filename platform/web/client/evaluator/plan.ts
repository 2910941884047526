// The plan of a report's rules as `engine.plans.plan_json` writes it: shapes once, and an array for each instance.
// A node is an array whose first item names its kind, a class of `engine.plans.ground`, with that class's fields after it.

import { Decimal, readNumber } from "./numbers";
import { BLANK, Day, type End, Interval, MARK, NotApplicable, type Value } from "./values";

export type Operator = "=" | "<>" | "<" | "<=" | ">" | ">=";
export type Blanks = "zero" | "skip" | null;
export type CellKind = "number" | "text" | "date";

export interface Tolerance {
  kind: "absolute" | "relative" | "auto";
  value: Decimal;
}

/** A number as a text, true or false, null for blank, else what it is beside what it says. */
export type PlainValue = string | boolean | null | ["text" | "date" | "na", string] | ["mark"] | ["between", string, string];
export type PlainGiven = PlainValue | ["set", ...PlainValue[]];

export type Node =
  | ["constant", PlainValue]
  | ["cell", at: number, decimals: number, kind: CellKind]
  | ["cells", at: number]
  | ["given", at: number, asText: number | null]
  | ["givens", at: number]
  | ["negative", Node]
  | ["sum", Node[], (1 | -1)[]]
  | ["product", Node[], boolean[]]
  | ["call", name: string, Node[], kinds: string[], sets: boolean]
  | ["chosen", tested: Node, Operator, wanted: SideNode, summed: Node | null, Blanks]
  | ["choose", Node, Node, Node]
  | ["convert", Node, times: string, dividedBy: string]
  | ["yeartodate", ["givens", number], current: Node, latest: boolean]
  | ["compare", SideNode[], Operator[], ["tolerance", Tolerance["kind"], string] | null, Blanks]
  | ["filled", Node, boolean]
  | ["oneof", SideNode, SideNode[], negated: boolean, Blanks]
  | ["not", Node]
  | ["both", Node[]]
  | ["either", Node[]]
  | ["guard", condition: Node, then: Node, otherwise: Node | null];
export type SideNode = ["side", Node, hasReferences: boolean, isLiteral: boolean, decimals: number | null];

export type Argument = number | number[];
export type Arguments = readonly Argument[];

export function readValue(plain: PlainValue): Value {
  if (plain === null) return BLANK;
  if (typeof plain === "string") return readNumber(plain);
  if (typeof plain === "boolean") return plain;
  switch (plain[0]) {
    case "text":
      return plain[1];
    case "date":
      return new Day(plain[1]);
    case "na":
      return new NotApplicable(plain[1]);
    case "mark":
      return MARK;
    case "between":
      return new Interval(readEnd(plain[1]), readEnd(plain[2]));
  }
}

function readEnd(text: string): End {
  return text.endsWith("Infinity") ? Number(text) : readNumber(text);
}

/** What comes from elsewhere: a value, or a set of them. */
export type Given = Value | Value[];

export function readGiven(plain: PlainGiven): Given {
  if (!Array.isArray(plain) || plain[0] !== "set") return readValue(plain as PlainValue);
  return plain.slice(1).map((each) => readValue(each as PlainValue));
}

/** The cells of a section: slot = first + row × number of columns + column. */
export type Table = [section: string, rows: string[], columns: string[], first: number];
/** A statement (or the expression of a formula) and the condition of `chỉ khi`. */
export type Shape = [statement: Node, when: Node | null];
export type Instance = [rule: number, shape: number, target: string, Argument[]];
export type Formula = [slot: number, rule: number, shape: number, Argument[]];

export interface PlainPlan {
  tables: Table[];
  decimals: string; // a digit for each slot
  kinds: string; // a letter for each slot
  shapes: Shape[];
  instances: Instance[];
  formulas: Formula[]; // each after all it reads
  givens: PlainGiven[];
  bounds: PlainGiven[]; // the givens as intervals, where a rule asks for them
}
export interface Plan {
  tables: Table[];
  decimals: number[];
  kinds: CellKind[];
  shapes: Shape[];
  instances: Instance[];
  formulas: Formula[];
  givens: Given[];
  bounds: Given[];
}

const KINDS: Record<string, CellKind> = { n: "number", t: "text", d: "date" };

export function readPlan(plain: PlainPlan): Plan {
  return {
    ...plain,
    decimals: Array.from(plain.decimals, Number),
    kinds: Array.from(plain.kinds, (letter) => KINDS[letter] ?? "text"),
    givens: plain.givens.map(readGiven),
    bounds: plain.bounds.map(readGiven),
  };
}

/** Which arguments of a shape are slots or lists of slots: of single cells, and of sets. */
export function cellsOf([statement, when]: Shape): { single: number[]; sets: number[] } {
  const found = { single: [] as number[], sets: [] as number[] };
  const walk = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (part[0] === "cell") found.single.push(part[1] as number);
    else if (part[0] === "cells") found.sets.push(part[1] as number);
    else for (const inner of part) walk(inner);
  };
  walk(when);
  walk(statement);
  return found;
}
