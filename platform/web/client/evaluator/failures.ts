// Why a rule failed: the first comparison that is false on the way, with both sides as they were compared.

import { sharedDecimals, type Side, withoutBlanks } from "./compare";
import type { Evaluator, Pair, TruthOf } from "./evaluate";
import { add, Decimal, negate, round } from "./numbers";
import type { Arguments, Node, Operator } from "./plan";
import { Day, Missing, NotApplicable, type Value } from "./values";

type Compare = Extract<Node, { 0: "compare" }>;

/** `comparison` counts those of the rule, `at` the pairs of its chain; what is no number is a text. */
export interface Failure {
  comparison: number;
  at: number;
  operator: Operator;
  left: Decimal | string;
  right: Decimal | string;
  gap: Decimal | null;
}

export class Failures {
  private readonly compiled = new Map<Node, { sides: (args: Arguments) => Side[]; pairs: Pair[] }>();
  private readonly truths = new Map<Node, TruthOf>();

  constructor(private readonly evaluator: Evaluator) {}

  /** null where no comparison failed. */
  of(statement: Node, args: Arguments): Failure | null {
    const found = this.failed(statement, args);
    if (!found) return null;
    const [node, at, left, right] = found;
    const pair = withoutBlanks(left, right, node[4]);
    const decimals = sharedDecimals(left, right);
    const [a, b] = (pair instanceof NotApplicable ? [left.value, right.value] : pair).map((value) =>
      decimals === null || !(value instanceof Decimal) ? value : round(value, decimals),
    ) as [Value, Value];
    return {
      comparison: comparisons(statement).indexOf(node),
      at,
      operator: node[2][at] as Operator,
      left: shown(a),
      right: shown(b),
      gap: a instanceof Decimal && b instanceof Decimal ? add([a, negate(b)]) : null,
    };
  }

  private failed(node: Node, args: Arguments): [Compare, number, Side, Side] | null {
    switch (node[0]) {
      case "compare":
        return this.failedPair(node, args);
      case "both": {
        const part = node[1].find((each) => this.truth(each)(args) === false);
        return part ? this.failed(part, args) : null;
      }
      case "guard": {
        const branch = this.truth(node[1])(args) === true ? node[2] : node[3];
        return branch && this.failed(branch, args);
      }
    }
    return null;
  }

  private failedPair(node: Compare, args: Arguments): [Compare, number, Side, Side] | null {
    let known = this.compiled.get(node);
    if (!known) {
      known = { sides: this.evaluator.sides(node[1]), pairs: this.evaluator.pairs(node) };
      this.compiled.set(node, known);
    }
    const sides = known.sides(args);
    const at = known.pairs.findIndex((pair, i) => pair(sides[i] as Side, sides[i + 1] as Side, args) === false);
    return at < 0 ? null : [node, at, sides[at] as Side, sides[at + 1] as Side];
  }

  private truth(node: Node): TruthOf {
    let known = this.truths.get(node);
    if (!known) {
      known = this.evaluator.truth(node);
      this.truths.set(node, known);
    }
    return known;
  }
}

/** The comparisons of a statement that may be the one that failed. */
function comparisons(node: Node | null): Compare[] {
  switch (node?.[0]) {
    case "compare":
      return [node];
    case "both":
      return node[1].flatMap(comparisons);
    case "guard":
      return [...comparisons(node[2]), ...comparisons(node[3])];
  }
  return [];
}

function shown(value: Value): Decimal | string {
  if (value instanceof Decimal) return value;
  if (value instanceof Missing) return value.shown;
  if (value instanceof NotApplicable) return `na:${value.reason}`;
  return value instanceof Day ? value.text : String(value);
}
