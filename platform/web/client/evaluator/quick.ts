// The common case in doubles: sums and products of whole units that stay below 2^53 are exact. What does not fit
// (a mark, a text, a division, a value from elsewhere, a large number) is left to the general closures.

import { sharedDecimals } from "./compare";
import { ELSEWHERE, type Figures, NOTHING } from "./figures";
import { Decimal } from "./numbers";
import { type Arguments, type Node, readValue, type SideNode } from "./plan";
import { BLANK, IF_BLANK, type Truth, type Value } from "./values";

/** Units at `scale`; NOTHING where blank, ELSEWHERE where the general closures must answer. */
export interface Quick {
  scale: number;
  units: (args: Arguments) => number;
  cell?: number; // the argument, where it is a cell as it stands
}

const LARGEST_SCALE = 12;

/** The quick form of an expression, if it has one. */
export function quick(node: Node, figures: Figures): Quick | null {
  switch (node[0]) {
    case "constant": {
      const value = readValue(node[1]);
      if (!(value instanceof Decimal)) return null;
      const units = Number(value.units);
      return Number.isSafeInteger(units) ? { scale: value.scale, units: () => units } : null;
    }
    case "cell": {
      const [, at, decimals, kind] = node;
      const { units } = figures;
      return kind === "number" ? { scale: decimals, units: (args) => units[args[at] as number] as number, cell: at } : null;
    }
    case "negative": {
      const inner = quick(node[1], figures);
      return inner && sumOf([inner], [-1], figures);
    }
    case "sum": {
      const terms = node[1].map((term) => quick(term, figures));
      return terms.every((term) => term !== null) ? sumOf(terms, node[2], figures) : null;
    }
    case "product": {
      const factors = node[1].map((factor) => quick(factor, figures));
      return factors.every((factor) => factor !== null) && !node[2].includes(true) ? productOf(factors, figures) : null;
    }
  }
  return null;
}

function sumOf(terms: Quick[], signs: readonly number[], figures: Figures): Quick | null {
  const scale = Math.max(...terms.map((term) => term.scale));
  if (scale > LARGEST_SCALE) return null;
  const times = terms.map((term, at) => (signs[at] as number) * 10 ** (scale - term.scale));
  const size = terms.length;
  return {
    scale,
    units: (args) => {
      let sum = NOTHING;
      for (let at = 0; at < size; at += 1) {
        const term = unitsOf(terms[at] as Quick, figures, args);
        if (term === NOTHING) continue;
        sum = checked((sum === NOTHING ? 0 : sum) + checked(term * (times[at] as number)));
        if (Number.isNaN(sum)) return ELSEWHERE;
      }
      return sum;
    },
  };
}

function productOf(factors: Quick[], figures: Figures): Quick | null {
  const scale = factors.reduce((sum, factor) => sum + factor.scale, 0);
  if (scale > LARGEST_SCALE) return null;
  const size = factors.length;
  return {
    scale,
    units: (args) => {
      let product = 1;
      let isBlank = false;
      for (let at = 0; at < size; at += 1) {
        const found = unitsOf(factors[at] as Quick, figures, args);
        if (Number.isNaN(found)) return ELSEWHERE;
        if (found === NOTHING) isBlank = true;
        else product = checked(product * found);
      }
      return isBlank ? NOTHING : product;
    },
  };
}

/** A cell is read without the detour over its closure. */
function unitsOf({ cell, units }: Quick, figures: Figures, args: Arguments): number {
  return cell === undefined ? units(args) : (figures.units[args[cell] as number] as number);
}

/** The sum of a set whose cells have the same decimals; null where the general closures must answer. */
export function quickTotal(slots: readonly number[], { units, decimals }: Figures): Value | null {
  const scale = decimals[slots[0] ?? -1];
  let sum = NOTHING;
  for (let at = 0; at < slots.length; at += 1) {
    const slot = slots[at] as number;
    const found = units[slot] as number;
    if (found === NOTHING) continue;
    if (decimals[slot] !== scale) return null;
    sum = checked((sum === NOTHING ? 0 : sum) + found);
    if (Number.isNaN(sum)) return null;
  }
  return sum === NOTHING ? BLANK : new Decimal(BigInt(sum), scale as number);
}

function checked(units: number): number {
  return units >= Number.MIN_SAFE_INTEGER && units <= Number.MAX_SAFE_INTEGER ? units : ELSEWHERE;
}

/** `units` at `from` decimals told with `to` decimals, half away from zero; ELSEWHERE where that grows too large. */
export function rescaled(units: number, from: number, to: number): number {
  if (from <= to) return from === to ? units : checked(units * 10 ** (to - from));
  const unit = 10 ** (from - to);
  const left = units % unit;
  const whole = (units - left) / unit;
  return Math.abs(left) * 2 >= unit ? whole + Math.sign(left) : whole;
}

/** A single comparison without tolerance, answered quickly where that is possible and by `general` elsewhere. */
export function quickTruth(
  [, sides, operators, tolerance, blanks]: Extract<Node, { 0: "compare" }>,
  figures: Figures,
  general: (args: Arguments) => Truth,
): (args: Arguments) => Truth {
  const [left, right] = sides.map(([, operand]) => quick(operand, figures));
  if (sides.length !== 2 || !left || !right || tolerance !== null) return general;
  const shared = sharedDecimals(plain(sides[0] as SideNode), plain(sides[1] as SideNode));
  const scale = shared ?? Math.max(left.scale, right.scale);
  const needsNoWords = blanks === null && sides.every((side) => side[2]);
  const operator = operators[0];
  return (args) => {
    let a = left.units(args);
    let b = right.units(args);
    if (a === NOTHING || b === NOTHING) {
      if (!needsNoWords) return general(args);
      if (a === b) return IF_BLANK;
      if (a === NOTHING) a = 0;
      else b = 0;
    }
    const x = rescaled(a, left.scale, scale);
    const y = rescaled(b, right.scale, scale);
    if (Number.isNaN(x) || Number.isNaN(y)) return general(args);
    switch (operator) {
      case "=":
        return x === y;
      case "<>":
        return x !== y;
      case "<=":
        return x <= y;
      case ">=":
        return x >= y;
      case "<":
        return x < y;
      default:
        return x > y;
    }
  };
}

function plain([, , hasReferences, isLiteral, decimals]: SideNode): Parameters<typeof sharedDecimals>[0] {
  return { value: false, hasReferences, isLiteral, decimals };
}
