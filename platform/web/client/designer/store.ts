// The one place where the designer's page keeps its state. `confirmed` is what the server holds; edits that it has
// not answered yet are pending on top of it. Parts of the page read `state()` and `selection()`, change through
// `edit`, and hear of every change by `subscribe`.

import { alike, applyEdit } from "./document";
import { Keeping } from "./keeping";
import { post, read, Refused } from "./server";
import type { Answer, Derived, Finding, News, Op, SaveState, Selection, State, Template } from "./types";

export interface Urls {
  readonly state: string;
  readonly edits: string;
  readonly steps: string;
  readonly undo: string;
  readonly redo: string;
  readonly derived: string;
  readonly transpose: string;
}
interface Edit {
  readonly ops: readonly Op[];
  readonly told: string;
}
/** An edit that the server would not take, with what it says of it; `again` puts it on top of what stands now. */
export interface Refusal extends Edit {
  readonly findings: readonly Finding[];
}
/** What the server is asked to do, in turn; `base` is the revision it was made on, of work a closed page left. */
type Work = { readonly key: string; readonly base?: number } & (
  | { readonly is: "edits"; readonly edits: Edit[] }
  | { readonly is: "undo" | "redo" }
  | { readonly is: "transpose"; readonly section: string }
);

const PAUSE = 250; // ms after an edit before it goes out
const POLL = 3000;
const REST = 1500; // ms after the last answer before a large form is reviewed
const LONGEST_WAIT = 30_000;

let urls: Urls;
let confirmed: State;
let current: Template;
let queue: Work[] = [];
let chosen: Selection = { kind: "template" };
let saving: SaveState = "saved";
let trouble = "";
let busy = false;
let failures = 0;
let timer = 0;
let reviewing = 0;
let others: BroadcastChannel;
let keeping: Keeping<Work>;
let wasKept = true;
let resent = 0;
let litCells: readonly (readonly [string, string, string])[] = [];
const subscribers = new Set<(news: News) => void>();
const refusals: Refusal[] = [];

/** Take what the page came with, and what a page that was closed could not send; begin to listen for others. */
export async function start(addresses: Urls, who: string, first: State): Promise<void> {
  urls = addresses;
  confirmed = reviewed(first);
  current = first.document;
  others = new BroadcastChannel(`bieumau:designer:${urls.state}`);
  others.addEventListener("message", ({ data }) => void (data === "changed" && ask()));
  keeping = new Keeping(`${who}:${urls.state}`, others);
  queue = confirmed.may.edit ? await keeping.adopt() : [];
  resent = queue.reduce((count, work) => count + (work.is === "edits" ? work.edits.length : 1), 0);
  if (queue.length) {
    saving = "saving";
    settlePending();
    later(0);
  }
  window.setInterval(() => void ask(), POLL);
  window.addEventListener("online", () => void flush());
  document.addEventListener("visibilitychange", () => void (document.hidden ? flush() : ask()));
  window.addEventListener("beforeunload", (event) => {
    if (!queue.length) return;
    void flush();
    if (!wasKept) event.preventDefault();
  });
}

/** What stands now: the document holds pending edits too, the rest is the server's last word. */
export const state = (): State => ({ ...confirmed, document: current });
export const selection = (): Selection => chosen;
export const saved = (): { is: SaveState; trouble: string } => ({ is: saving, trouble });
export const refused = (): readonly Refusal[] => refusals;
export const pending = (): number => queue.length;
/** How many edits of a page that was closed were sent again. */
export const sentAgain = (): number => resent;

/** Hear of changes; the answer stops it. */
export function subscribe(listener: (news: News) => void): () => void {
  subscribers.add(listener);
  return () => subscribers.delete(listener);
}

/** Choose something else. */
export function select(next: Selection): void {
  if (JSON.stringify(next) === JSON.stringify(chosen)) return;
  chosen = next;
  tell({ selection: true });
}

/** Show cells (section, row, column) in another light, such as those that a rule touches; none puts it out. */
export function light(cells: readonly (readonly [string, string, string])[]): void {
  litCells = cells;
  tell({ selection: true });
}
export const lit = (): readonly (readonly [string, string, string])[] => litCells;

/**
 * Change the document by one step of undo; `told` names the step in the reader's language. False where the
 * operations do not fit the document, which is then left as it is.
 */
export function edit(ops: readonly Op[], told: string): boolean {
  if (!ops.length || !confirmed.may.edit || saving === "stopped") return false;
  const next = applyEdit(current, ops);
  if (!next) return false;
  current = next;
  const last = queue.at(-1);
  if (last?.is === "edits" && last.base === undefined && !(busy && queue.length === 1)) last.edits.push({ ops, told });
  else queue.push({ is: "edits", key: newKey(), edits: [{ ops, told }] });
  saving = "saving";
  keep();
  tell({ document: true, saving: true });
  later(PAUSE);
  return true;
}

export const undo = (): void => hand({ is: "undo", key: newKey() });
export const redo = (): void => hand({ is: "redo", key: newKey() });
/** Rows of a table become columns, columns rows; the server works it out. */
export const transpose = (section: string): void => hand({ is: "transpose", key: newKey(), section });

/** Put a refused edit on top of what stands now, or leave it. */
export function settle(refusal: Refusal, again: boolean): void {
  refusals.splice(refusals.indexOf(refusal), 1);
  if (again) edit(refusal.ops, refusal.told);
  tell({ saving: true });
}

/** An id for a new node: eight characters that no other designer will draw at the same time. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte & 31]).join("");
}

/** Work that the page cannot do by itself; it goes out at once. */
function hand(work: Work): void {
  if (!confirmed.may.edit || saving === "stopped") return;
  queue.push(work);
  keep();
  saving = "saving";
  tell({ saving: true });
  void flush();
}

/** Kept with the revision that the first of it stands on: those after it come on top. */
function keep(): void {
  wasKept = keeping.keep(queue.map((work, at) => (at ? work : { base: confirmed.revision, ...work })));
}

function later(wait: number): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void flush(), wait);
}

async function flush(): Promise<void> {
  const work = queue[0];
  if (busy || !work || saving === "stopped") return;
  busy = true;
  try {
    const base = work.base ?? confirmed.revision;
    const asked = work.is === "edits" ? { edits: work.edits.map((each) => each.ops) } : work.is === "transpose" ? { section: work.section } : {};
    const answer = await post<Answer>(urls[work.is], { base, key: work.key, ...asked });
    failures = 0;
    queue.shift();
    for (const { edit: at, findings } of answer.refused ?? []) {
      refusals.push({ ops: [], told: "", ...(work.is === "edits" ? work.edits[at] : {}), findings });
    }
    saving = queue.length ? "saving" : "saved";
    take(answer);
    keep();
    others.postMessage("changed");
  } catch (fault) {
    if (fault instanceof Refused && work.base !== undefined) {
      giveUp(work, fault.message);
      return;
    }
    if (fault instanceof Refused) {
      saving = "stopped";
      trouble = fault.message;
    } else {
      failures += 1;
      saving = "offline";
      later(Math.min(LONGEST_WAIT, 1000 * 2 ** failures));
    }
    tell({ saving: true });
    return;
  } finally {
    busy = false;
  }
  if (queue.length) void flush();
}

/** What a closed page left that fits the draft no longer is shown, to be done once more or left. */
function giveUp(work: Work, told: string): void {
  queue.shift();
  keep();
  const findings: Finding[] = [{ code: "", severity: "warning", told, where: null }];
  if (work.is === "edits") refusals.push(...work.edits.map((each) => ({ ...each, findings })));
  saving = queue.length ? "saving" : "saved";
  settlePending();
  tell({ document: true, saving: true });
  later(0);
}

/** What others have done since. */
async function ask(): Promise<void> {
  if (busy || queue.length || document.hidden || saving === "stopped") return;
  busy = true;
  try {
    const answer = await read<Answer>(`${urls.steps}?after=${confirmed.revision}`);
    if (answer.steps.length) take(answer);
  } catch {
    // the line is away, or somebody has dropped the draft: the next save says so
  } finally {
    busy = false;
  }
  if (queue.length) void flush();
}

function take(answer: Answer): void {
  let document_ = confirmed.document;
  for (const each of answer.steps) {
    if (each.revision <= confirmed.revision) continue;
    const next = applyEdit(document_, each.ops);
    if (!next) return void reload();
    document_ = next;
  }
  const derived = settled(answer.derived ?? confirmed.derived);
  if (answer.derived === null) review();
  const isOther = derived !== confirmed.derived;
  confirmed = {
    ...confirmed,
    revision: answer.revision,
    document: document_,
    derived,
    undo: answer.undo === undefined ? confirmed.undo : answer.undo,
    redo: answer.redo === undefined ? confirmed.redo : answer.redo,
  };
  const before = current;
  settlePending();
  tell({ document: before !== current, derived: isOther, saving: true });
}

/** A review that says what the last one said stays the same object. */
const settled = (derived: Derived): Derived => (alike(derived, confirmed.derived) ? confirmed.derived : derived);

/** Of a large form the server says what is wrong with it only when it is asked, after a rest. */
function review(): void {
  window.clearTimeout(reviewing);
  reviewing = window.setTimeout(async () => {
    try {
      const { derived } = await read<{ derived: Derived }>(urls.derived);
      const isOther = settled(derived) !== confirmed.derived;
      confirmed = { ...confirmed, derived: settled(derived) };
      if (isOther) tell({ derived: true });
    } catch {
      // the next save asks again
    }
  }, REST);
}

/** The state with a review, still an empty one where the form is large. */
function reviewed(state: State): State {
  if (state.derived as Derived | null) return state;
  review();
  return { ...state, derived: { findings: [], rules: {}, computed: [] } };
}

/** A step that does not fit what this page holds: take the whole again. */
async function reload(): Promise<void> {
  confirmed = reviewed(await read<State>(urls.state));
  settlePending();
  tell({ document: true, derived: true, saving: true });
}

/** What stands now: pending edits on top of what is confirmed. Where that says what it said, it stays the same object. */
function settlePending(): void {
  let next = confirmed.document;
  for (const work of queue) {
    if (work.is === "edits") for (const { ops } of work.edits) next = applyEdit(next, ops) ?? next;
  }
  if (!alike(next, current)) current = next;
  else if (!queue.length) confirmed = { ...confirmed, document: current };
}

function tell(news: Partial<News>): void {
  const whole = { document: false, selection: false, derived: false, saving: false, ...news };
  for (const subscriber of subscribers) subscriber(whole);
}

const newKey = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");
