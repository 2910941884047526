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

/** The verdict of each instance, and what was computed, as pairs of slot and text. */
export function answer({ plan, figures, replaced, then }: Asked): { verdicts: string[]; computed: Typed[] } {
  const read = readPlan(plan);
  const claims = new Set(replaced ? [] : figures.filter(([, text]) => text !== "").map(([slot]) => slot));
  const running = new Running(read, claims);
  running.start(figures);
  if (then) running.change(then);
  const slots = read.formulas.map(([slot]) => slot).filter((slot) => !claims.has(slot));
  return { verdicts: running.verdicts, computed: slots.map((slot) => [slot, running.figures.print(slot)]) };
}
