// What tests ask in Node: a plan run over the figures of one report.

import { type PlainPlan, readPlan } from "./plan";
import { Running } from "./running";

type Typed = [slot: number, text: string];

/** `figures` of computed cells are claims unless they are `replaced`; `then` is typed when all stands. */
export interface Asked {
  plan: PlainPlan;
  figures: Typed[];
  replaced?: boolean;
  then?: Typed[];
}

/** The verdict of each instance, and the figure of each formula's cell in the order of the plan. */
export function answer({ plan, figures, replaced, then }: Asked): { verdicts: string[]; computed: string[] } {
  const read = readPlan(plan);
  const typed = new Set(figures.filter(([, text]) => text !== "").map(([slot]) => slot));
  const running = new Running(read, replaced ? new Set() : typed);
  running.start(figures);
  if (then) running.change(then);
  return { verdicts: running.verdicts, computed: read.formulas.map(([slot]) => running.figures.print(slot)) };
}
