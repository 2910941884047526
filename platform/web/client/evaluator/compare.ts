// Comparing two sides: what blank means, how much is rounded, what a tolerance forgives.

import { compareEnds } from "./arithmetic";
import { absolute, add, compareNumbers, Decimal, multiply, negate, round, ZERO } from "./numbers";
import type { Blanks, Operator, Tolerance } from "./plan";
import { BLANK, Day, firstReason, IF_BLANK, type Interval, NotApplicable, type Truth, unmarked, type Value } from "./values";

const SPARE_DECIMALS = 10;

/** One side; `decimals` is that of a single figure, null for an expression. */
export interface Side {
  value: Value;
  hasReferences: boolean;
  isLiteral: boolean;
  decimals: number | null;
}
/** How the rule counts blanks, and how much it forgives. */
export interface Terms {
  tolerance: Tolerance | null;
  blanks: Blanks;
}

/** Whether the comparison holds, with all tolerances but `tự động`. */
export function holds(left: Side, operator: Operator, right: Side, terms: Terms): Truth {
  const reason = notComparable(left, right);
  if (reason) return reason;
  const pair = withoutBlanks(left, right, terms.blanks);
  if (pair instanceof NotApplicable) return pair;
  let [a, b] = pair;
  if (!(a instanceof Decimal && b instanceof Decimal)) return ordered(a, operator, b);
  const decimals = sharedDecimals(left, right);
  if (decimals !== null) [a, b] = [round(a, decimals), round(b, decimals)];
  return within(a, operator, b, allowance(a, b, terms.tolerance));
}

export function notComparable(left: Side, right: Side): NotApplicable | null {
  return firstReason([unmarked(left.value), unmarked(right.value)]);
}

/** Both values with blanks counted as the rule wants, or n/a. */
export function withoutBlanks(left: Side, right: Side, blanks: Blanks): [Value, Value] | NotApplicable {
  const [noLeft, noRight] = [left.value === BLANK, right.value === BLANK];
  if (!noLeft && !noRight) return [left.value, right.value];
  if (blanks === "skip") return IF_BLANK;
  const other = noLeft ? right : left;
  if (blanks !== "zero" && ((noLeft && noRight) || !other.hasReferences)) return IF_BLANK;
  const zero = zeroLike(other.value);
  if (zero === null) return IF_BLANK;
  return [noLeft ? zero : left.value, noRight ? zero : right.value];
}

function zeroLike(value: Value): Value | null {
  if (typeof value === "string") return "";
  return value instanceof Day || typeof value === "boolean" ? null : ZERO;
}

/** To how many decimals both sides are rounded; null compares exactly (a figure against a literal). */
export function sharedDecimals(left: Side, right: Side): number | null {
  const single = [left.decimals, right.decimals].filter((each) => each !== null);
  if (single.length === 1 && (left.isLiteral || right.isLiteral)) return null;
  return single.length ? Math.max(...single) : SPARE_DECIMALS;
}

function allowance(a: Decimal, b: Decimal, tolerance: Tolerance | null): Decimal {
  if (tolerance === null || tolerance.kind === "auto") return ZERO;
  if (tolerance.kind === "absolute") return tolerance.value;
  const [x, y] = [absolute(a), absolute(b)];
  const share = new Decimal(tolerance.value.units, tolerance.value.scale + 2);
  return multiply(compareNumbers(x, y) < 0 ? y : x, share);
}

function within(a: Decimal, operator: Operator, b: Decimal, allowed: Decimal): boolean {
  const gap = add([a, negate(b)]);
  switch (operator) {
    case "=":
      return compareNumbers(absolute(gap), allowed) <= 0;
    case "<>":
      return compareNumbers(absolute(gap), allowed) > 0;
    case "<=":
      return compareNumbers(gap, allowed) <= 0;
    case ">=":
      return compareNumbers(gap, negate(allowed)) >= 0;
    case "<":
      return compareNumbers(gap, allowed) < 0;
    case ">":
      return compareNumbers(gap, negate(allowed)) > 0;
  }
}

function ordered(a: Value, operator: Operator, b: Value): boolean {
  const order = orderOf(a, b);
  return order === null ? operator === "<>" : stands(order, operator);
}

function stands(order: number, operator: Operator): boolean {
  switch (operator) {
    case "=":
      return order === 0;
    case "<>":
      return order !== 0;
    case "<=":
      return order <= 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case ">":
      return order > 0;
  }
}

/** −1, 0 or 1; null for values of two types. */
function orderOf(a: Value, b: Value): number | null {
  if (typeof a === "string" && typeof b === "string") return orderOfTexts(a, b);
  if (a instanceof Day && b instanceof Day) return Math.sign(a.number - b.number);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  return null;
}

/** By code points; JavaScript's own order goes by halves of those beyond U+FFFF. */
function orderOfTexts(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  for (let at = 0; at < Math.min(x.length, y.length); at += 1) {
    const gap = (x[at]?.codePointAt(0) ?? 0) - (y[at]?.codePointAt(0) ?? 0);
    if (gap !== 0) return Math.sign(gap);
  }
  return Math.sign(x.length - y.length);
}

/** Whether some values within the bounds satisfy the comparison (`sai số tự động`). */
export function canHold(left: Interval, operator: Operator, right: Interval): boolean {
  switch (operator) {
    case "=":
      return compareEnds(left.low, right.high) <= 0 && compareEnds(right.low, left.high) <= 0;
    case "<>":
      return compareEnds(left.high, right.low) < 0 || compareEnds(right.high, left.low) < 0;
    case "<=":
      return compareEnds(left.low, right.high) <= 0;
    case "<":
      return compareEnds(left.low, right.high) < 0;
    case ">=":
      return compareEnds(left.high, right.low) >= 0;
    case ">":
      return compareEnds(left.high, right.low) > 0;
  }
}
