// What was typed, pasted, filled or cleared, batch by batch, for Ctrl+Z and Ctrl+Y.

import type { Change, Report } from "./model";
import { same } from "./numbers";

export type How = "typed" | "pasted";
type Sink = (changes: Change[], how: How) => void;

interface Step {
  before: Change[];
  after: Change[];
}

/** The one door for changes by hand: puts them into the report, remembers them, hands them on to be saved. */
export class History {
  private done: Step[] = [];
  private undone: Step[] = [];

  constructor(
    private readonly report: Report,
    private readonly sink: Sink,
  ) {}

  apply(changes: Change[], how: How): void {
    const real = changes.filter((change) => !same(this.report.value(change), change.value));
    if (!real.length) return;
    const before = real.map((change) => ({ ...change, value: this.report.value(change) }));
    this.done.push({ before, after: real });
    this.undone = [];
    this.send(real, how);
  }

  undo(): void {
    const step = this.done.pop();
    if (!step) return;
    this.undone.push(step);
    this.send(step.before, "typed");
  }

  redo(): void {
    const step = this.undone.pop();
    if (!step) return;
    this.done.push(step);
    this.send(step.after, "typed");
  }

  private send(changes: Change[], how: How): void {
    this.report.put(changes);
    this.sink(changes, how);
  }
}
