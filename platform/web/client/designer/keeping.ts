// Work that the server has not confirmed yet, kept in the browser's storage so that a closed tab loses nothing. Each
// page keeps its own; what belongs to no open page any more is taken up by the next one of the same person.

const PREFIX = "bieumau:pending:";
const ASKED = "who is here?";
const PATIENCE = 200; // ms within which an open page answers

export class Keeping<T> {
  private readonly page = crypto.getRandomValues(new Uint32Array(2)).join("-");
  private readonly prefix: string;
  private isKept = false;

  constructor(
    name: string,
    private readonly others: BroadcastChannel,
  ) {
    this.prefix = `${PREFIX}${name}:`;
    others.addEventListener("message", ({ data }) => {
      if (data === ASKED) others.postMessage({ here: this.page });
    });
  }

  /** Keep what waits now, nothing where nothing does; whether it would outlive the page. */
  keep(waiting: readonly T[]): boolean {
    try {
      if (waiting.length) localStorage.setItem(this.prefix + this.page, JSON.stringify(waiting));
      else if (this.isKept) localStorage.removeItem(this.prefix + this.page);
      this.isKept = waiting.length > 0;
      return true;
    } catch {
      return false; // no storage, or no room in it
    }
  }

  /** What pages left behind that are no longer open; it is this page's to keep from now on. */
  async adopt(): Promise<T[]> {
    const left = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
    if (!left.length) return [];
    const open = new Set<string>();
    const listen = ({ data }: MessageEvent): void => void open.add(this.prefix + String(data?.here));
    this.others.addEventListener("message", listen);
    this.others.postMessage(ASKED);
    await new Promise((wake) => setTimeout(wake, PATIENCE));
    this.others.removeEventListener("message", listen);
    const orphans = left.filter((key) => !open.has(key));
    const found = orphans.flatMap((key) => JSON.parse(localStorage.getItem(key) ?? "[]") as T[]);
    if (this.keep(found)) orphans.forEach((key) => localStorage.removeItem(key));
    return found;
  }
}
