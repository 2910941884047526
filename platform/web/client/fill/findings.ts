// What the checks found: listed with the numbers and the gap, marked in the grid, warnings with their reason.

import type { Finding, Report } from "./model";
import { post } from "./saving";

export class Findings {
  private found: Finding[];

  constructor(
    private readonly report: Report,
    private readonly list: HTMLElement,
    private readonly count: HTMLElement,
    private readonly goTo: (section: string, row: string, column: string) => void,
  ) {
    this.found = report.data.findings;
    this.draw();
  }

  replace(found: Finding[]): void {
    if (JSON.stringify(found) === JSON.stringify(this.found)) return;
    this.found = found;
    this.draw();
  }

  /** The marked cells of a section: (row, column, class), errors over warnings. */
  marks(section: string): [string, string, string][] {
    return [...this.found]
      .sort((a, b) => Number(a.severity === "error") - Number(b.severity === "error"))
      .flatMap((each) =>
        each.cells
          .filter(([of]) => of === section)
          .map(([, row, column]): [string, string, string] => [row, column, `found-${each.severity}`]),
      );
  }

  /** What keeps the report from being sent: errors, and warnings without a reason. */
  missing(): { errors: number; unexplained: number } {
    return {
      errors: this.found.filter((each) => each.severity === "error").length,
      unexplained: this.found.filter((each) => each.severity === "warning" && !each.explanation).length,
    };
  }

  focusFirst(): void {
    this.list.querySelector<HTMLElement>("button, input")?.focus();
  }

  private draw(): void {
    const errors = this.missing().errors;
    const warnings = this.found.filter((each) => each.severity === "warning").length;
    this.count.textContent = errors || warnings ? this.report.text("counts", { errors, warnings }) : this.report.text("no_findings");
    this.count.dataset["worst"] = errors ? "error" : warnings ? "warning" : "none";
    const focused = this.list.contains(document.activeElement) ? document.activeElement?.id : "";
    this.list.replaceChildren(...this.found.map((each, at) => this.line(each, at)));
    if (focused) document.getElementById(focused)?.focus();
  }

  private line(finding: Finding, at: number): HTMLElement {
    const item = document.createElement("li");
    item.className = `finding finding-${finding.severity}`;
    const words = document.createElement(finding.cells.length ? "button" : "span");
    words.className = "finding-words";
    words.id = `finding-${at}`;
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
    if (finding.severity === "warning") item.append(this.reason(finding, at));
    return item;
  }

  private reason(finding: Finding, at: number): HTMLElement {
    const label = document.createElement("label");
    label.className = "finding-reason";
    label.textContent = this.report.text("reason");
    const input = document.createElement("input");
    input.id = `reason-${at}`;
    input.className = "form-control form-control-sm";
    input.maxLength = 1000;
    input.value = finding.explanation;
    input.disabled = !this.report.data.editable;
    input.addEventListener("change", () => void this.explain(finding, input));
    label.append(input);
    return label;
  }

  private async explain(finding: Finding, input: HTMLInputElement): Promise<void> {
    const body = { rule: finding.explained_as, where: finding.where, text: input.value.trim() };
    const kept = await post(this.report.data.explainUrl, body).then((response) => response.ok).catch(() => false);
    if (kept) finding.explanation = body.text;
    input.setCustomValidity(kept ? "" : this.report.text("not_kept"));
    input.reportValidity();
  }
}
