// Two ways to count: exactly, and with the bounds that declared decimals leave open (`sai số tự động`).

import * as exact from "./numbers";
import { compareNumbers, Decimal, ZERO } from "./numbers";
import { type Counted, type End, Interval } from "./values";

export interface Arithmetic<N extends Counted = Counted> {
  /** A number that is known exactly. */
  literal(value: Decimal): N;
  /** A number that was entered with so many decimals. */
  figure(value: Decimal, decimals: number): N;
  add(terms: readonly N[]): N;
  negate(x: N): N;
  multiply(x: N, y: N): N;
  /** null when y is zero. */
  divide(x: N, y: N): N | null;
  least(values: readonly N[]): N;
  greatest(values: readonly N[]): N;
  round(x: N, decimals: number): N;
  absolute(x: N): N;
}

export const EXACT: Arithmetic<Decimal> = {
  literal: (value) => value,
  figure: (value) => value,
  add: exact.add,
  negate: exact.negate,
  multiply: exact.multiply,
  divide: (x, y) => (y.units === 0n ? null : exact.divide(x, y)),
  least: (values) => values.reduce((least, each) => (compareNumbers(each, least) < 0 ? each : least)),
  greatest: (values) => values.reduce((most, each) => (compareNumbers(each, most) > 0 ? each : most)),
  round: exact.round,
  absolute: exact.absolute,
};

export const BOUNDS: Arithmetic<Interval> = {
  literal: (value) => new Interval(value, value),
  figure: (value, decimals) => {
    const half = new Decimal(5n, decimals + 1);
    return new Interval(exact.add([value, exact.negate(half)]), exact.add([value, half]));
  },
  add: (terms) => new Interval(addEnds(terms.map((each) => each.low)), addEnds(terms.map((each) => each.high))),
  negate: (x) => new Interval(negateEnd(x.high), negateEnd(x.low)),
  multiply: (x, y) => spanned(x, y, multiplyEnds),
  divide: (x, y) => {
    const holdsZero = compareEnds(y.low, ZERO) <= 0 && compareEnds(y.high, ZERO) >= 0;
    return holdsZero ? new Interval(-Infinity, Infinity) : spanned(x, y, divideEnds);
  },
  least: (values) => new Interval(least(values.map((each) => each.low)), least(values.map((each) => each.high))),
  greatest: (values) => new Interval(greatest(values.map((each) => each.low)), greatest(values.map((each) => each.high))),
  round: (x, decimals) => new Interval(roundEnd(x.low, decimals), roundEnd(x.high, decimals)),
  absolute: (x) => {
    const [low, high] = [absoluteEnd(x.low), absoluteEnd(x.high)];
    const isAcross = compareEnds(x.low, ZERO) <= 0 && compareEnds(x.high, ZERO) >= 0;
    return new Interval(isAcross ? ZERO : least([low, high]), greatest([low, high]));
  },
};

export function compareEnds(a: End, b: End): number {
  if (a instanceof Decimal && b instanceof Decimal) return compareNumbers(a, b);
  const [x, y] = [a instanceof Decimal ? 0 : a, b instanceof Decimal ? 0 : b];
  return x < y ? -1 : x > y ? 1 : 0;
}

function spanned(x: Interval, y: Interval, meet: (a: End, b: End) => End): Interval {
  const corners = [meet(x.low, y.low), meet(x.low, y.high), meet(x.high, y.low), meet(x.high, y.high)];
  return new Interval(least(corners), greatest(corners));
}

function least(ends: readonly End[]): End {
  return ends.reduce((least, each) => (compareEnds(each, least) < 0 ? each : least));
}

function greatest(ends: readonly End[]): End {
  return ends.reduce((most, each) => (compareEnds(each, most) > 0 ? each : most));
}

function addEnds(ends: readonly End[]): End {
  return ends.find((each) => !(each instanceof Decimal)) ?? exact.add(ends as readonly Decimal[]);
}

function negateEnd(end: End): End {
  return end instanceof Decimal ? exact.negate(end) : -end;
}

function absoluteEnd(end: End): End {
  return end instanceof Decimal ? exact.absolute(end) : Math.abs(end);
}

function roundEnd(end: End, decimals: number): End {
  return end instanceof Decimal ? exact.round(end, decimals) : end;
}

function multiplyEnds(a: End, b: End): End {
  if (a instanceof Decimal && b instanceof Decimal) return exact.multiply(a, b);
  const sign = signOf(a) * signOf(b);
  return sign === 0 ? ZERO : sign * Infinity;
}

function divideEnds(a: End, b: End): End {
  if (!(b instanceof Decimal)) return ZERO;
  return a instanceof Decimal ? exact.divide(a, b) : a * signOf(b);
}

function signOf(end: End): number {
  return compareEnds(end, ZERO);
}
