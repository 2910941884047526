// The rules of one report, kept up with its figures: a change computes and checks again only what it touches.

import { Evaluator, Unknown } from "./evaluate";
import { Figures, LARGEST } from "./figures";
import { Decimal, round } from "./numbers";
import { type Arguments, type CellKind, cellsOf, type Formula, type Instance, type Plan, type Shape } from "./plan";
import { type Quick, quick, rescaled } from "./quick";
import { BLANK, Day, MARK, NotApplicable, type Truth, type Value } from "./values";

/** What a rule says at a target; "" where only the server can tell. */
export type Verdict = "pass" | "fail" | `na:${string}` | "";

export interface Outcome {
  slots: number[]; // computed cells that changed
  instances: number[]; // rules at targets that were checked again
  opened: boolean; // whether computed cells were opened or closed
}

/** Reasons for which a computed cell is open. */
const NO_EARLIER = new Set(["no_period", "divided"]);

type Check = (args: Arguments) => Verdict;
type Compute = (args: Arguments, slot: number) => void;

export class Running {
  readonly figures: Figures;
  readonly evaluator: Evaluator;
  readonly verdicts: Verdict[];
  private readonly checks: (Check | undefined)[] = [];
  private readonly computes: (Compute | undefined)[] = [];
  private readonly checked: Readers;
  private readonly computed: Readers;
  private hasOpened = false;

  /** Computed cells whose earlier figure is missing: they are open for typing. */
  readonly opened = new Set<number>();
  /** Computed cells that only the server can compute. */
  readonly declined = new Set<number>();

  /** Figures that stand in the cells `kept` stay, as claims. */
  constructor(
    readonly plan: Plan,
    private readonly kept: ReadonlySet<number> = new Set(),
  ) {
    this.figures = new Figures(plan.decimals, plan.kinds);
    this.evaluator = new Evaluator(this.figures, plan.givens, plan.bounds);
    const positions = plan.shapes.map(cellsOf).map(({ single, sets }) => [...single, ...sets]);
    const size = plan.decimals.length;
    this.checked = new Readers(size, plan.instances.map(([, shape, , args]) => slotsOf(args, positions[shape] ?? [])));
    this.computed = new Readers(size, plan.formulas.map(([, , shape, args]) => slotsOf(args, positions[shape] ?? [])));
    this.verdicts = plan.instances.map(() => "");
  }

  /** Take all figures as they are, compute, and check every rule. */
  start(figures: Iterable<[slot: number, text: string]>): void {
    for (const [slot, text] of figures) this.figures.type(slot, text);
    this.plan.formulas.forEach((_, at) => this.compute(at));
    this.plan.instances.forEach((_, at) => this.check(at));
  }

  /** Put typed figures in; formulas and rules that look at them follow. */
  change(changes: Iterable<[slot: number, text: string]>): Outcome {
    const outcome: Outcome = { slots: [], instances: [], opened: false };
    this.hasOpened = false;
    for (const [slot, text] of changes) {
      this.figures.type(slot, text);
      this.touch(slot);
    }
    for (let at = this.computed.next(0); at >= 0; at = this.computed.next(at)) {
      if (!this.compute(at)) continue;
      const slot = this.plan.formulas[at]?.[0] as number;
      outcome.slots.push(slot);
      this.touch(slot);
    }
    for (let at = this.checked.next(0); at >= 0; at = this.checked.next(at)) {
      this.check(at);
      outcome.instances.push(at);
    }
    outcome.opened = this.hasOpened;
    return outcome;
  }

  private touch(slot: number): void {
    this.computed.mark(slot);
    this.checked.mark(slot);
  }

  private check(at: number): void {
    const instance = this.plan.instances[at] as Instance;
    const shape = instance[1];
    this.verdicts[at] = (this.checks[shape] ??= this.checkOf(this.plan.shapes[shape] as Shape))(instance[3]);
  }

  /** Whether the cell changed. */
  private compute(at: number): boolean {
    const formula = this.plan.formulas[at] as Formula;
    const slot = formula[0];
    const shape = formula[2];
    if (this.kept.has(slot)) return false;
    const { units } = this.figures;
    const before = units[slot] as number;
    const text = Number.isNaN(before) ? this.figures.print(slot) : "";
    (this.computes[shape] ??= this.computeOf(this.plan.shapes[shape] as Shape))(formula[3], slot);
    const after = units[slot] as number;
    return before !== after && (text === "" || !Number.isNaN(after) || this.figures.print(slot) !== text);
  }

  private checkOf([statement, when]: Shape): Check {
    return orElse<Check>(() => "", () => {
      const truth = this.evaluator.truth(statement);
      const guard = when && this.evaluator.truth(when);
      return (args) => {
        const applies = guard ? guard(args) : true;
        return applies === true ? verdictOf(truth(args)) : applies === false ? "na:guard" : verdictOf(applies);
      };
    });
  }

  private computeOf([expression, when]: Shape): Compute {
    const decline: Compute = (_, slot) => this.declined.add(slot);
    return orElse<Compute>(decline, () => {
      const general = this.generally([expression, when]);
      const fast: Quick | null = when ? null : quick(expression, this.figures);
      if (!fast) return general;
      const { units, decimals } = this.figures;
      return (args, slot) => {
        const found = rescaled(fast.units(args), fast.scale, decimals[slot] as number);
        if (Number.isNaN(found)) general(args, slot);
        else units[slot] = found + 0; // no −0
      };
    });
  }

  private generally([expression, when]: Shape): Compute {
    const value = this.evaluator.value(expression);
    const guard = when && this.evaluator.truth(when);
    return (args, slot) => {
      const found = !guard || guard(args) === true ? value(args) : BLANK;
      const isOpen = found instanceof NotApplicable && NO_EARLIER.has(found.reason);
      if (isOpen !== this.opened.has(slot)) {
        this.hasOpened = true;
        if (isOpen) this.opened.add(slot);
        else this.opened.delete(slot);
      }
      if (isOpen) return;
      const { decimals, kinds } = this.figures;
      this.figures.put(slot, figureOf(found, decimals[slot] as number, kinds[slot] as CellKind));
    };
  }
}

/** Who reads a slot, and which of them are due; they are due in their own order. */
class Readers {
  private readonly of: (number[] | undefined)[];
  private readonly due: Uint8Array;
  private from: number;
  private to = 0;

  constructor(slots: number, reads: readonly Iterable<number>[]) {
    this.of = new Array(slots);
    this.due = new Uint8Array(reads.length);
    this.from = reads.length;
    reads.forEach((read, at) => {
      for (const slot of read) {
        const readers = (this.of[slot] ??= []);
        if (readers.at(-1) !== at) readers.push(at);
      }
    });
  }

  mark(slot: number): void {
    const readers = this.of[slot];
    if (!readers) return;
    for (const at of readers) {
      this.due[at] = 1;
      if (at < this.from) this.from = at;
      if (at >= this.to) this.to = at + 1;
    }
  }

  /** The next that is due, no more due from then on; −1 when none is. */
  next(after: number): number {
    for (let at = Math.max(after, this.from); at < this.to; at += 1) {
      if (!this.due[at]) continue;
      this.due[at] = 0;
      this.from = at;
      return at;
    }
    this.from = this.due.length;
    this.to = 0;
    return -1;
  }
}

function* slotsOf(args: Arguments, positions: readonly number[]): Generator<number> {
  for (const at of positions) {
    const found = args[at] as number | number[];
    if (typeof found === "number") yield found;
    else yield* found;
  }
}

function verdictOf(truth: Truth): Verdict {
  if (typeof truth === "boolean") return truth ? "pass" : "fail";
  return `na:${truth.reason}`;
}

/** What a computed cell holds: no number is blank, but x stays x. */
function figureOf(value: Value, decimals: number, kind: CellKind): Value {
  if (value instanceof Decimal) {
    const { units } = round(value, decimals);
    return (units < 0n ? -units : units) <= LARGEST ? new Decimal(units, decimals) : BLANK;
  }
  if (value === MARK || (value instanceof NotApplicable && value.reason === "mark")) return MARK;
  return kind !== "number" && (value instanceof Day || typeof value === "string") ? value : BLANK;
}

/** What `make` makes, `otherwise` where only the server has a function. */
function orElse<F>(otherwise: F, make: () => F): F {
  try {
    return make();
  } catch (error) {
    if (error instanceof Unknown) return otherwise;
    throw error;
  }
}
