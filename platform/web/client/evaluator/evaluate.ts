// Closures over the figures of one report that mean what `engine.evaluate` says, for every node of a plan.

import { type Arithmetic, BOUNDS, EXACT } from "./arithmetic";
import { canHold, holds, notComparable, type Side, type Terms, withoutBlanks } from "./compare";
import type { Figures } from "./figures";
import { BODIES, MULTIPLIES, quotient, total, whole } from "./functions";
import { Decimal, readNumber } from "./numbers";
import { type Arguments, type Given, type Node, readValue, type SideNode } from "./plan";
import { quickTotal, quickTruth } from "./quick";
import {
  BLANK, type Counted, firstReason, fitting, GUARDED, IF_BLANK, Interval, isEntered, MARK, MARKED, Missing, NotApplicable,
  type Truth, unmarked, type Value,
} from "./values";

export type ValueOf = (args: Arguments) => Value;
export type ValuesOf = (args: Arguments) => Value[];
export type TruthOf = (args: Arguments) => Truth;

/** A function that only the server has, such as a plug-in's. */
export class Unknown extends Error {}

export class Evaluator {
  constructor(
    readonly figures: Figures,
    private readonly givens: readonly Given[],
    private readonly bounds: readonly Given[],
  ) {}

  // --- conditions

  /** What a condition, or a value in its place, comes to. */
  truth(node: Node): TruthOf {
    switch (node[0]) {
      case "compare":
        return quickTruth(node, this.figures, this.compare(node));
      case "filled": {
        const [, operand, wanted] = node;
        const value = this.value(operand);
        return (args) => {
          const found = value(args);
          return found instanceof NotApplicable ? found : (found !== BLANK) === wanted;
        };
      }
      case "oneof":
        return this.oneOf(node);
      case "not": {
        const inner = this.truth(node[1]);
        return (args) => {
          const found = inner(args);
          return found instanceof NotApplicable ? found : !found;
        };
      }
      case "both":
        return this.all(node[1], false);
      case "either":
        return this.all(node[1], true);
      case "guard":
        return this.guard(node);
    }
    const value = this.value(node);
    return (args) => {
      const found = value(args);
      if (found instanceof Missing) return found === MARK ? MARKED : IF_BLANK;
      return found instanceof NotApplicable ? found : isTrue(found);
    };
  }

  /** Kleene's and (false decides) and or (true decides). */
  private all(parts: readonly Node[], decides: boolean): TruthOf {
    const truths = parts.map((part) => this.truth(part));
    return (args) => {
      let unsettled: NotApplicable | null = null;
      for (const truth of truths) {
        const outcome = truth(args);
        if (outcome === decides) return decides;
        if (outcome instanceof NotApplicable) unsettled ??= outcome;
      }
      return unsettled ?? !decides;
    };
  }

  private guard([, condition, then, otherwise]: Extract<Node, { 0: "guard" }>): TruthOf {
    const [decides, yes] = [this.truth(condition), this.truth(then)];
    const no = otherwise ? this.truth(otherwise) : () => GUARDED;
    return (args) => {
      const outcome = decides(args);
      return outcome instanceof NotApplicable ? outcome : (outcome ? yes : no)(args);
    };
  }

  private compare(node: Extract<Node, { 0: "compare" }>): TruthOf {
    const [sidesOf, pairs] = [this.sides(node[1]), this.pairs(node)];
    return (args) => {
      const sides = sidesOf(args);
      let unsettled: NotApplicable | null = null;
      for (let at = 0; at < pairs.length; at += 1) {
        const outcome = (pairs[at] as Pair)(sides[at] as Side, sides[at + 1] as Side, args);
        if (outcome === false) return false;
        if (outcome instanceof NotApplicable) unsettled ??= outcome;
      }
      return unsettled ?? true;
    };
  }

  /** The comparisons of a chain, with every tolerance. */
  pairs([, sides, operators, tolerance, blanks]: Extract<Node, { 0: "compare" }>): Pair[] {
    const terms: Terms = {
      tolerance: tolerance && { kind: tolerance[1], value: readNumber(tolerance[2]) },
      blanks,
    };
    if (tolerance?.[1] !== "auto") return operators.map((operator) => (left, right) => holds(left, operator, right, terms));
    const bounds = sides.map(([, operand]) => this.value(operand, BOUNDS));
    return operators.map((operator, at) => (left, right, args) => {
      const unsettled = notComparable(left, right);
      const pair = unsettled ?? withoutBlanks(left, right, blanks);
      if (pair instanceof NotApplicable) return pair;
      const [a, b] = pair;
      if (!(a instanceof Decimal && b instanceof Decimal)) return holds(left, operator, right, terms);
      return canHold(between(bounds[at]?.(args), a), operator, between(bounds[at + 1]?.(args), b));
    });
  }

  /** Beside a text an attribute is a text, also if it reads as 1 or yes. */
  sides(nodes: readonly SideNode[]): (args: Arguments) => Side[] {
    const values = nodes.map(([, operand]) => this.value(operand));
    const texts = nodes.map(([, operand]) => (operand[0] === "given" ? operand[2] : null));
    return (args) => {
      const found = values.map((value) => value(args));
      const hasText = found.some((value) => typeof value === "string");
      return nodes.map(([, , hasReferences, isLiteral, decimals], at) => {
        const asText = hasText ? (texts[at] ?? null) : null;
        const value = asText === null ? found[at] : single(this.givens[args[asText] as number]);
        return { value: value as Value, hasReferences, isLiteral, decimals };
      });
    };
  }

  private oneOf([, operand, choices, negated, blanks]: Extract<Node, { 0: "oneof" }>): TruthOf {
    const sidesOf = this.sides([operand, ...choices]);
    const terms: Terms = { tolerance: null, blanks };
    return (args) => {
      const [tested, ...others] = sidesOf(args) as [Side, ...Side[]];
      if (tested.value === BLANK && blanks !== "zero") return IF_BLANK;
      const outcomes = others.map((choice) => holds(tested, "=", choice, terms));
      return outcomes.includes(true) ? !negated : (firstReason(outcomes) ?? negated);
    };
  }

  // --- values

  /** The value of an expression, counted exactly or in bounds. */
  value(node: Node, numbers: Arithmetic = EXACT as Arithmetic): ValueOf {
    switch (node[0]) {
      case "constant": {
        const known = readValue(node[1]);
        const value = known instanceof Decimal ? numbers.literal(known) : known;
        return () => value;
      }
      case "cell": {
        const [, at] = node;
        return (args) => this.figure(args[at] as number, numbers);
      }
      case "given": {
        const [[, at], givens] = [node, this.givensOf(numbers)];
        return (args) => single(givens[args[at] as number]);
      }
      case "cells":
      case "givens": {
        const values = this.set(node, numbers);
        return (args) => values(args)[0] ?? BLANK;
      }
      case "negative": {
        const inner = this.number(node[1], numbers);
        return (args) => {
          const found = inner(args);
          return found instanceof Missing || found instanceof NotApplicable ? found : numbers.negate(found as Counted);
        };
      }
      case "sum":
        return this.sum(node, numbers);
      case "product":
        return this.product(node, numbers);
      case "call":
        return this.call(node, numbers);
      case "chosen":
        return this.chosen(node, numbers);
      case "choose": {
        const [condition, then, otherwise] = [this.truth(node[1]), this.value(node[2], numbers), this.value(node[3], numbers)];
        return (args) => {
          const outcome = condition(args);
          return outcome instanceof NotApplicable ? outcome : (outcome ? then : otherwise)(args);
        };
      }
      case "convert": {
        const inner = this.number(node[1], numbers);
        const [times, dividedBy] = [numbers.literal(readNumber(node[2])), numbers.literal(readNumber(node[3]))];
        return (args) => {
          const found = inner(args);
          if (found instanceof Missing || found instanceof NotApplicable) return unmarked(found);
          return quotient(numbers, numbers.multiply(found as Counted, times), dividedBy);
        };
      }
      case "yeartodate":
        return this.yearToDate(node, numbers);
    }
    return this.truth(node);
  }

  /** The value of what must be a number. */
  private number(node: Node, numbers: Arithmetic): ValueOf {
    const value = this.value(node, numbers);
    return (args) => fitting("number", value(args));
  }

  /** The values of a set, or the one of an expression. */
  private set(node: Node, numbers: Arithmetic): ValuesOf {
    if (node[0] === "cells") {
      const [, at] = node;
      return (args) => (args[at] as number[]).map((slot) => this.figure(slot, numbers));
    }
    if (node[0] === "givens") {
      const [[, at], givens] = [node, this.givensOf(numbers)];
      return (args) => {
        const found = givens[args[at] as number] ?? [];
        return Array.isArray(found) ? found : [found];
      };
    }
    const value = this.value(node, numbers);
    return (args) => [value(args)];
  }

  private sum([, terms, signs]: Extract<Node, { 0: "sum" }>, numbers: Arithmetic): ValueOf {
    const values = terms.map((term) => this.number(term, numbers));
    return (args) => {
      const found = values.map((value) => value(args));
      const reason = firstReason(found);
      if (reason) return reason;
      const signed = found.map((value, at) =>
        value instanceof Missing || (signs[at] ?? 1) > 0 ? value : numbers.negate(value as Counted),
      );
      return total(numbers, signed);
    };
  }

  private product([, factors, divides]: Extract<Node, { 0: "product" }>, numbers: Arithmetic): ValueOf {
    const values = factors.map((factor) => this.number(factor, numbers));
    return (args) => {
      const found = values.map((value) => value(args));
      const reason = firstReason(found.map(unmarked));
      if (reason || found.includes(BLANK)) return reason ?? BLANK;
      let result = found[0] as Value;
      for (let at = 1; at < found.length; at += 1) {
        const next = found[at] as Counted;
        result = divides[at] ? quotient(numbers, result, next) : numbers.multiply(result as Counted, next);
        if (result instanceof NotApplicable) return result;
      }
      return result;
    };
  }

  private call([, name, operands, kinds, sets]: Extract<Node, { 0: "call" }>, numbers: Arithmetic): ValueOf {
    const body = BODIES[name];
    if (!body) throw new Unknown(name);
    // how many digits are kept is told exactly, also where numbers are bounds
    const counts = operands.map((_, at) => (name === "làm_tròn" && at === 1 ? (EXACT as Arithmetic) : numbers));
    const values = operands.map((operand, at) =>
      sets ? this.set(operand, counts[at] as Arithmetic) : one(this.value(operand, counts[at])),
    );
    const [set] = operands;
    const isSimple = name === "tổng" && operands.length === 1 && set?.[0] === "cells" && numbers !== BOUNDS;
    return (args) => {
      const quickly = isSimple ? quickTotal(args[set[1]] as number[], this.figures) : null;
      if (quickly) return quickly;
      let found = values.flatMap((value, at) => value(args).map((each) => fitting(kinds[sets ? 0 : at] ?? "any", each)));
      if (MULTIPLIES.has(name)) found = found.map(unmarked);
      return firstReason(found) ?? body(numbers, found);
    };
  }

  private chosen([, tested, operator, wanted, summed, blanks]: Extract<Node, { 0: "chosen" }>, numbers: Arithmetic): ValueOf {
    const [testedOf, wantedOf] = [this.set(tested, EXACT as Arithmetic), this.sides([wanted])];
    const summedOf = summed && this.set(summed, numbers);
    const terms: Terms = { tolerance: null, blanks };
    return (args) => {
      const values = testedOf(args);
      const criterion = { ...(wantedOf(args)[0] as Side), isLiteral: true };
      const reason = firstReason([...values, criterion.value]);
      if (reason) return reason;
      const meets = values.map((value) => {
        if (value instanceof Missing) return false;
        return holds({ value, hasReferences: true, isLiteral: false, decimals: 0 }, operator, criterion, terms) === true;
      });
      if (!summedOf) return numbers.literal(whole(meets.filter(Boolean).length));
      const there = summedOf(args).filter((_, at) => meets[at]).map((value) => fitting("number", value));
      return firstReason(there) ?? total(numbers, there);
    };
  }

  private yearToDate([, earlier, current, latest]: Extract<Node, { 0: "yeartodate" }>, numbers: Arithmetic): ValueOf {
    const [before, now] = [this.set(earlier, numbers), this.set(current, numbers)];
    return (args) => {
      const [past, present] = [before(args), now(args)];
      const reason = firstReason(past);
      if (reason) return reason;
      if (!latest) return firstReason(present) ?? total(numbers, [...past, ...present]);
      return total(numbers, present.some(isEntered) ? present : past);
    };
  }

  // --- leaves

  private figure(slot: number, numbers: Arithmetic): Value {
    const value = this.figures.value(slot);
    return value instanceof Decimal ? numbers.figure(value, this.figures.decimals[slot] as number) : value;
  }

  private givensOf(numbers: Arithmetic): readonly Given[] {
    return numbers === BOUNDS ? this.bounds : this.givens;
  }
}

export type Pair = (left: Side, right: Side, args: Arguments) => Truth;

function one(value: ValueOf): ValuesOf {
  return (args) => [value(args)];
}

function single(given: Given | undefined): Value {
  return (Array.isArray(given) ? given[0] : given) ?? BLANK;
}

function between(found: Value | undefined, value: Decimal): Interval {
  return found instanceof Interval ? found : new Interval(value, value);
}

function isTrue(value: Exclude<Value, Missing | NotApplicable>): boolean {
  if (value instanceof Decimal) return value.units !== 0n;
  return value instanceof Object || Boolean(value);
}
