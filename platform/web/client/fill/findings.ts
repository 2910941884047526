// What the checks found: listed with the numbers and the gap, marked in the grid, warnings with their reason.

import { reasonOf } from "./live";
import type { Finding, Report } from "./model";
import { post } from "./saving";

const MOST_LINES = 500;

export class Findings {
  /** Why warnings stand, also of those that do not stand at the moment. */
  readonly reasons = new Map<string, string>();
  private found: Finding[] = [];
  private lines = new Map<string, HTMLElement>();
  private readonly keys = new WeakMap<Finding, string>();

  constructor(
    private readonly report: Report,
    private readonly list: HTMLElement,
    private readonly count: HTMLElement,
    private readonly goTo: (section: string, row: string, column: string) => void,
  ) {
    this.remember(report.data.findings);
    this.countUp();
    this.replace(report.data.findings);
  }

  /** Keep the reasons that the server knows. */
  remember(found: readonly Finding[]): void {
    for (const each of found) if (each.explanation) this.reasons.set(reasonOf(each), each.explanation);
  }

  /** Show what stands now; lines that stay keep what is being typed in them. Whether anything changed. */
  replace(found: Finding[]): boolean {
    if (found.length === this.found.length && found.every((each, at) => each === this.found[at])) return false;
    this.found = found;
    const lines = new Map(
      found.slice(0, MOST_LINES).map((each) => {
        const key = this.keyOf(each);
        return [key, this.lines.get(key) ?? this.line(each)];
      }),
    );
    const isWhole = found.length <= MOST_LINES && lines.size === this.lines.size;
    const isSame = isWhole && [...lines.keys()].every((key) => this.lines.has(key));
    this.lines = lines;
    this.countUp();
    if (isSame) return false;
    const focused = document.activeElement;
    this.list.replaceChildren(...lines.values(), ...this.rest(found.length - MOST_LINES));
    if (focused instanceof HTMLElement && this.list.contains(focused)) focused.focus();
    return true;
  }

  private rest(count: number): HTMLElement[] {
    if (count <= 0) return [];
    const item = document.createElement("li");
    item.className = "finding";
    item.textContent = this.report.text("more_findings", { count });
    return [item];
  }

  private keyOf(finding: Finding): string {
    const key = this.keys.get(finding) ?? JSON.stringify(finding);
    this.keys.set(finding, key);
    return key;
  }

  /** The marked cells of a section: (row, column, class), errors over warnings over those marked by hand. */
  marks(section: string): [string, string, string][] {
    const found = [...this.found]
      .sort((a, b) => Number(a.severity === "error") - Number(b.severity === "error"))
      .flatMap(({ cells, severity }) => cells.map((cell) => ({ cell, look: `found-${severity}` })));
    const asked = (this.report.data.asked ?? []).map((cell) => ({ cell, look: "is-asked" }));
    return [...asked, ...(this.report.data.marks ?? []).map((cell) => ({ cell, look: "found-mark" })), ...found]
      .filter(({ cell: [of] }) => of === section)
      .map(({ cell: [, row, column], look }) => [row, column, look]);
  }

  /** The codes of the rules that fail now. */
  failed(): string[] {
    return [...new Set(this.found.flatMap(({ rule }) => rule || []))].sort();
  }

  /** What keeps the report from being sent: errors, and warnings without a reason. */
  missing(): { errors: number; unexplained: number } {
    return {
      errors: this.found.filter((each) => each.severity === "error").length,
      unexplained: this.found.filter((each) => each.severity === "warning" && !this.reasons.get(reasonOf(each))).length,
    };
  }

  focusFirst(): void {
    this.list.querySelector<HTMLElement>("button, input")?.focus();
  }

  private countUp(): void {
    const errors = this.missing().errors;
    const warnings = this.found.filter((each) => each.severity === "warning").length;
    const told = errors || warnings ? this.report.text("counts", { errors, warnings }) : this.report.text("no_findings");
    if (this.count.textContent === told) return;
    this.count.textContent = told;
    this.count.dataset["worst"] = errors ? "error" : warnings ? "warning" : "none";
  }

  private line(finding: Finding): HTMLElement {
    const item = document.createElement("li");
    item.className = `finding finding-${finding.severity}`;
    const words = document.createElement(finding.cells.length ? "button" : "span");
    words.className = "finding-words";
    if (words instanceof HTMLButtonElement) {
      words.type = "button";
      words.addEventListener("click", () => {
        const [first] = finding.cells;
        if (first) this.goTo(...first);
      });
    }
    const label = document.createElement("b");
    label.textContent = [this.report.text(finding.severity), finding.rule, finding.spot].filter(Boolean).join(" · ");
    words.append(label, document.createTextNode(` ${finding.message}`));
    item.append(words);
    if (finding.severity === "warning") item.append(this.reason(finding));
    return item;
  }

  private reason(finding: Finding): HTMLElement {
    const label = document.createElement("label");
    label.className = "finding-reason";
    label.textContent = this.report.text("reason");
    const input = document.createElement("input");
    input.className = "form-control form-control-sm";
    input.maxLength = 1000;
    input.value = this.reasons.get(reasonOf(finding)) ?? "";
    input.disabled = !this.report.data.editable;
    input.addEventListener("change", () => void this.explain(finding, input));
    label.append(input);
    return label;
  }

  private async explain(finding: Finding, input: HTMLInputElement): Promise<void> {
    const body = { rule: finding.explained_as, where: finding.where, text: input.value.trim() };
    const kept = await post(this.report.data.explainUrl, body).then((response) => response.ok).catch(() => false);
    if (kept) this.reasons.set(reasonOf(finding), body.text);
    input.setCustomValidity(kept ? "" : this.report.text("not_kept"));
    input.reportValidity();
  }
}
