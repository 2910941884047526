// What an expression can come to: a number, a text, a date, true or false, nothing, or "does not apply".

import { Decimal } from "./numbers";

/** A cell without a number: nothing entered, or marked x. */
export class Missing {
  constructor(readonly shown: string) {}
}
export const BLANK = new Missing("");
export const MARK = new Missing("x");

/** No value, and why. */
export class NotApplicable {
  constructor(readonly reason: string) {}
}
export const REASONS = ["no_form", "no_period", "no_children", "divided", "div0", "mark", "blank"];
export const MARKED = new NotApplicable("mark");
export const IF_BLANK = new NotApplicable("blank");
export const DIVIDED_BY_ZERO = new NotApplicable("div0");
export const GUARDED = new NotApplicable("guard");

/** A day, counted from 1970. */
export class Day {
  readonly number: number;
  constructor(readonly text: string) {
    this.number = Date.parse(`${text}T00:00:00Z`) / 86_400_000;
  }
}

/** An end of an interval; a JavaScript number is an infinite one. */
export type End = Decimal | number;

/** The bounds that declared decimals leave open (`sai số tự động`), both included. */
export class Interval {
  constructor(
    readonly low: End,
    readonly high: End,
  ) {}
}

export type Counted = Decimal | Interval;
export type Value = Counted | string | Day | boolean | Missing | NotApplicable;
export type Truth = boolean | NotApplicable;

/** The reason that wins among those of `values`; a reason without a rank comes last. */
export function firstReason(values: readonly Value[]): NotApplicable | null {
  let first: NotApplicable | null = null;
  for (const value of values) {
    if (value instanceof NotApplicable && (first === null || rank(value) < rank(first))) first = value;
  }
  return first;
}

function rank({ reason }: NotApplicable): number {
  const at = REASONS.indexOf(reason);
  return at < 0 ? REASONS.length : at;
}

export function unmarked(value: Value): Value {
  return value === MARK ? MARKED : value;
}

export function isEntered<V extends Value>(value: V): value is Exclude<V, Missing> {
  return !(value instanceof Missing);
}

const FITS: Record<string, (value: Value) => boolean> = {
  number: (value) => value instanceof Decimal || value instanceof Interval,
  date: (value) => value instanceof Day,
  text: (value) => typeof value === "string",
};

/** `value`, or blank where what an attribute holds cannot be an argument of `kind`. */
export function fitting(kind: string, value: Value): Value {
  if (value instanceof Missing || value instanceof NotApplicable) return value;
  return FITS[kind]?.(value) ?? true ? value : BLANK;
}
