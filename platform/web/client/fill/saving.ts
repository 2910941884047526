// Saving by cell: what was typed waits in a queue that outlives the page, goes out a moment later, and goes
// again with the same key until the server has answered. Two pages of one account tell each other what was stored.

import { type Change, type Chapter, type Finding, type LiveData, placeOf, type Report, type Standing } from "./model";
import type { How } from "./history";
import type { Suggestion } from "./repairs";

export type SaveState = "saved" | "saving" | "offline" | "refused";

export interface Conflict {
  section: string;
  row: string;
  column: string;
  mine: string;
  theirs: string;
  actor: string;
  at: string;
}
export interface Answer {
  revision: number;
  conflicts: Conflict[];
  rejected: (Change & { message: string })[]; // with the value that stands
  changes: Change[];
  findings: Finding[];
  suggestions: Suggestion[];
  standing: Standing;
  live: LiveData | null; // where rows came or went
  words: Chapter[];
}
interface Batch {
  key: string;
  base: number;
  how: How;
  changes: Change[];
}
interface Queue {
  flying: Batch | null;
  waiting: Batch[];
  beat: number;
}
export interface Listeners {
  state(state: SaveState, detail: string): void;
  /** `computed` are the changes of computed cells; the others are already put in. */
  answered(answer: Answer, computed: Change[]): void;
  /** Tells which open rows the page's own rules know. */
  rows(): string | null;
  /** The form is another by now: the page has to be drawn anew; what is queued goes along. */
  outdated(): void;
}

const PAUSE = 700; // ms after the last keystroke
const ORPHANED = 8000; // ms without a sign of the page that owns a queue
const LONGEST_WAIT = 30000;
const LOOK_AGAIN = 20000; // ms until the page asks whether its form is still the same

export class Saving {
  private queue: Queue = { flying: null, waiting: [], beat: Date.now() };
  private readonly slot: string;
  private readonly client: string;
  private readonly others: BroadcastChannel;
  private revision: number;
  private timer = 0;
  private failures = 0;
  private busy = false;
  private stopped = false;
  private idle: (() => void)[] = [];

  constructor(
    private readonly report: Report,
    private readonly listeners: Listeners,
  ) {
    const { id, account, revision } = report.data;
    const prefix = `bieumau:${account}:${id}:`;
    this.revision = revision;
    const mine = sessionStorage.getItem("bieumau:page") ?? crypto.getRandomValues(new Uint32Array(2)).join("");
    sessionStorage.setItem("bieumau:page", mine);
    this.slot = prefix + mine;
    this.client = mine;
    this.adopt(prefix);
    this.others = new BroadcastChannel(`bieumau:${id}`);
    this.others.onmessage = (message: MessageEvent<Answer>) => this.merge(message.data);
    window.addEventListener("online", () => void this.flush());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.flush();
    });
    window.setInterval(() => this.keep(), ORPHANED / 4);
    window.setInterval(() => void this.look(), LOOK_AGAIN);
    if (this.pending) void this.flush();
  }

  get pending(): boolean {
    return this.queue.flying !== null || this.queue.waiting.length > 0;
  }

  /** Take changes in; they are safe from then on. */
  add(changes: Change[], how: How): void {
    if (!this.report.data.saveUrl) return; // a form that is only tried
    let batch = this.queue.waiting.at(-1);
    if (!batch || batch.how !== how) {
      batch = { key: newKey(), base: this.revision, how, changes: [] };
      this.queue.waiting.push(batch);
    }
    const places = new Set(changes.map(placeOf));
    batch.changes = [...batch.changes.filter((change) => !places.has(placeOf(change))), ...changes];
    this.keep();
    this.listeners.state("saving", "");
    this.later(PAUSE);
  }

  /** Send what waits now; resolves when everything is stored, or the server refused it. */
  settled(): Promise<void> {
    if (!this.pending || this.stopped) return Promise.resolve();
    void this.flush();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  /** An answer that came another way; to the other pages too. */
  hear(answer: Answer): void {
    this.merge(answer);
    this.others.postMessage(answer);
  }

  private later(wait: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), wait);
  }

  private async flush(): Promise<void> {
    if (this.busy || this.stopped) return;
    this.queue.flying ??= this.queue.waiting.shift() ?? null;
    const batch = this.queue.flying;
    if (!batch) return;
    this.busy = true;
    this.keep();
    this.listeners.state("saving", "");
    try {
      const response = await post(this.report.data.saveUrl, {
        base: batch.base,
        idempotency_key: batch.key,
        client: this.client,
        rows: this.listeners.rows(),
        version: this.report.data.version,
        how: batch.how,
        changes: batch.changes,
      });
      if (response.status >= 500 || response.status === 429) throw new Error(String(response.status));
      if (!response.ok) return this.refuse(response);
      const answer = (await response.json()) as Answer;
      this.failures = 0;
      this.queue.flying = null;
      this.keep();
      this.hear(answer);
    } catch {
      this.failures += 1;
      this.listeners.state("offline", "");
      this.later(Math.min(LONGEST_WAIT, 1000 * 2 ** this.failures));
      return;
    } finally {
      this.busy = false;
    }
    if (this.pending) {
      this.later(0);
    } else {
      this.listeners.state("saved", "");
      for (const resolve of this.idle.splice(0)) resolve();
    }
  }

  private async look(): Promise<void> {
    if (!this.report.data.editable || !this.report.data.versionUrl || document.visibilityState === "hidden" || this.stopped) return;
    const response = await fetch(this.report.data.versionUrl, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!response?.ok) return;
    const { version } = (await response.json()) as { version: number };
    if (version !== this.report.data.version) this.listeners.outdated();
  }

  /** The server will not take it; what was typed stays in the queue and the page says why. */
  private async refuse(response: Response): Promise<void> {
    this.stopped = true;
    const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string; title?: string };
    if (problem.code === "save.other_version") this.listeners.outdated();
    const detail = response.status === 401 ? this.report.text("signed_out") : (problem.detail ?? problem.title ?? "");
    this.listeners.state("refused", detail);
    for (const resolve of this.idle.splice(0)) resolve();
  }

  private merge(answer: Answer): void {
    this.revision = Math.max(this.revision, answer.revision);
    const typedSince = new Set(this.queue.waiting.flatMap((batch) => batch.changes.map(placeOf)));
    const news = answer.changes.filter((change) => !typedSince.has(placeOf(change)));
    this.report.put(news.filter((change) => !this.report.isComputed(change)));
    this.listeners.answered(answer, news.filter((change) => this.report.isComputed(change)));
  }

  private keep(): void {
    this.queue.beat = Date.now();
    try {
      if (this.pending) localStorage.setItem(this.slot, JSON.stringify(this.queue));
      else localStorage.removeItem(this.slot);
    } catch {
      // A full or forbidden storage takes the safety net away, not the saving.
    }
  }

  /** Take over the queues of this page before its reload, and of pages that were closed too soon. */
  private adopt(prefix: string): void {
    for (const name of Object.keys(localStorage).filter((each) => each.startsWith(prefix))) {
      const left = JSON.parse(localStorage.getItem(name) ?? "null") as Queue | null;
      if (!left || (name !== this.slot && Date.now() - left.beat < ORPHANED)) continue;
      this.queue.waiting.push(...(left.flying ? [left.flying] : []), ...left.waiting);
      localStorage.removeItem(name);
    }
    for (const batch of this.queue.waiting) this.report.put(batch.changes);
    this.keep();
  }
}

export async function post(url: string, body: unknown): Promise<Response> {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20000),
  });
}

function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
