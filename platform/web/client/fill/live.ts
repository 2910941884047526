// The rules of the report, run in the page: what a keystroke touches is computed and checked at once. The server's
// answer to a save says the same, and is what counts.

import { Failures } from "../evaluator/failures";
import { type Decimal, printNumber } from "../evaluator/numbers";
import { type Argument, cellsOf, readPlan } from "../evaluator/plan";
import { Running } from "../evaluator/running";
import { type Change, type Finding, type LiveData, placeOf, type Report, type RuleWords } from "./model";
import { group, same } from "./numbers";

/** The code of the findings that are made here. */
export const FAILED = "rule.failed";
const MOST_MARKED = 40;

type Place = [section: string, row: string, column: string];

export class Live {
  /** Computed cells that are open for typing, by place. */
  opened: ReadonlySet<string>;
  private readonly running: Running;
  private readonly failures: Failures;
  private readonly cells: Place[] = [];
  private readonly slots = new Map<string, number>();
  private readonly found = new Map<number, Finding>();
  private readonly known = new Set<string>(); // codes of the rules that run here; a plug-in's function does not
  private readonly shapes: { single: number[]; sets: number[] }[];

  constructor(
    private readonly report: Report,
    private readonly data: LiveData,
    private readonly reasons: ReadonlyMap<string, string>,
  ) {
    const plan = readPlan(data.plan);
    this.running = new Running(plan);
    this.failures = new Failures(this.running.evaluator);
    this.shapes = plan.shapes.map(cellsOf);
    for (const [section, rows, columns] of plan.tables) {
      for (const row of rows) for (const column of columns) this.cells.push([section, row, column]);
    }
    this.cells.forEach(([section, row, column], slot) => this.slots.set(placeOf({ section, row, column }), slot));
    this.running.start(this.cells.map(([section, row, column], slot) => [slot, report.value({ section, row, column })]));
    this.opened = this.openedNow();
    plan.instances.forEach(([rule], at) => {
      this.judge(at);
      if (this.running.verdicts[at] !== "") this.known.add(data.rules[rule]?.code ?? "");
    });
  }

  /** Tells which open rows are known here. */
  get rows(): string {
    return this.data.rows;
  }

  /** Computed cells that stand otherwise on the page. */
  computed(): Change[] {
    const all = this.running.plan.formulas.map(([slot]) => this.change(slot));
    return all.filter((change) => !same(this.report.value(change), change.value));
  }

  /** Take typed figures in; the computed cells that change by that. */
  follow(changes: readonly Change[]): Change[] {
    const typed = changes.flatMap((change): [number, string][] => {
      const slot = this.slots.get(placeOf(change));
      return slot === undefined ? [] : [[slot, change.value]];
    });
    const { slots, instances, opened } = this.running.change(typed);
    if (opened) this.opened = this.openedNow();
    for (const at of instances) this.judge(at);
    return slots.map((slot) => this.change(slot));
  }

  /** Whether only the server can compute a cell. */
  declines(place: Change): boolean {
    const slot = this.slots.get(placeOf(place));
    return slot !== undefined && this.running.declined.has(slot);
  }

  /** What fails now, in the order of the rules; `others` is what the server found besides. */
  findings(others: readonly Finding[]): Finding[] {
    const mine = [...this.found].sort(([a], [b]) => a - b).map(([, finding]) => finding);
    return [...mine, ...others.filter((each) => each.code !== FAILED || !this.known.has(each.rule))];
  }

  /** What the server says otherwise, of rules that run here and of computed cells. */
  differences(told: readonly Finding[], computed: readonly Change[]): string[] {
    const name = ({ rule, where, message }: Finding) => `${rule} ${where} ${message}`;
    const theirs = new Set(told.filter((each) => each.code === FAILED && this.known.has(each.rule)).map(name));
    const mine = new Set([...this.found.values()].map(name));
    return [
      ...[...theirs].filter((each) => !mine.has(each)).map((each) => `+ ${each}`),
      ...[...mine].filter((each) => !theirs.has(each)).map((each) => `- ${each}`),
      ...computed.filter((change) => !this.declines(change) && !same(this.report.value(change), change.value)).map((change) => `${placeOf(change)} ${change.value}`),
    ];
  }

  private openedNow(): ReadonlySet<string> {
    return new Set([...this.running.opened].map((slot) => placeOf(this.change(slot))));
  }

  private change(slot: number): Change {
    const [section, row, column] = this.cells[slot] as Place;
    return { section, row, column, value: this.running.figures.print(slot) };
  }

  private judge(at: number): void {
    if (this.running.verdicts[at] !== "fail") {
      this.found.delete(at);
      return;
    }
    const told = this.told(at);
    if (this.found.get(at)?.message !== told.message) this.found.set(at, told);
  }

  private told(at: number): Finding {
    const [rule, shape, target, args] = this.running.plan.instances[at] as (typeof this.running.plan.instances)[number];
    const words = this.data.rules[rule] as RuleWords;
    const cells = this.marked(shape, args);
    const filed = { explained_as: words.code, where: target };
    return {
      ...filed,
      code: FAILED,
      severity: words.severity,
      rule: words.code,
      spot: this.spot(cells),
      message: [words.message, this.sentence(shape, args, words)].filter(Boolean).join(" "),
      cells,
      explanation: this.reasons.get(reasonOf(filed)) ?? "",
    };
  }

  private sentence(shape: number, args: Argument[], words: RuleWords): string {
    const { sentences } = this.data;
    const statement = this.running.plan.shapes[shape]?.[0];
    const failure = statement && this.failures.of(statement, args);
    if (!failure) return fill(sentences.statement, { text: words.text });
    const { comparison, at, operator, gap } = failure;
    const [left_text = "", right_text = ""] = (words.sides[comparison] ?? []).slice(at);
    const show = (value: Decimal | string) => (typeof value === "string" ? value : group(printNumber(value), this.report.data.lang));
    const facts = { left_text, right_text, operator, left: show(failure.left), right: show(failure.right) };
    return gap === null ? fill(sentences.unequal, facts) : fill(sentences[""], { ...facts, gap: show(gap) });
  }

  /** The cells to mark: single ones the rule names, else those of its sets; of very many the first. */
  private marked(shape: number, args: Argument[]): Place[] {
    const { single, sets } = this.shapes[shape] ?? { single: [], sets: [] };
    const slots = new Set((single.length ? single : sets).flatMap((position) => args[position] ?? []));
    const cells = [...slots].flatMap((slot) => (this.cells[slot] ? [this.cells[slot]] : []));
    return cells.length > MOST_MARKED ? cells.slice(0, 1) : cells;
  }

  private spot(cells: readonly Place[]): string {
    const [first] = cells;
    if (!first || cells.some(([section, row]) => section !== first[0] || row !== first[1])) return "";
    const row = this.report.row(first[0], first[1]);
    const name = row && [row.ordinal, row.title].filter(Boolean).join(" ");
    return this.report.text("spot", { row: name || first[1] });
  }
}

/** What a reason for a warning is filed under. */
export function reasonOf({ explained_as, where }: Pick<Finding, "explained_as" | "where">): string {
  return `${explained_as}|${where}`;
}

function fill(template: string, facts: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => facts[name] ?? whole);
}
