// Open rows: added under their heading by name (or number in a list), taken away with their figures.

import { askName } from "./ask";
import type { History } from "./history";
import type { Pattern, Report, Row, Section } from "./model";

/** The buttons that add a row to a section, one for each pattern. */
export function drawAdders(report: Report, section: Section, host: HTMLElement, added: (row: Row) => void): void {
  host.replaceChildren();
  if (!report.data.editable) return;
  for (const pattern of section.patterns) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = `+ ${pattern.title ? report.text("add_row_to", { title: pattern.title }) : report.text("add_row")}`;
    button.addEventListener("click", () => {
      void newKey(report, section, pattern).then((key) => {
        const row = key && report.addRow(section.id, key);
        if (row) added(row);
      });
    });
    host.append(button);
  }
}

async function newKey(report: Report, section: Section, pattern: Pattern): Promise<string> {
  const rows = section.rows.filter((row) => row.removable);
  if (pattern.most !== null && rows.length >= pattern.most) return "";
  if (!pattern.named) {
    const numbers = section.rows.map((row) => Number.parseInt(row.key, 10)).filter((number) => !Number.isNaN(number));
    return String(Math.max(0, ...numbers) + 1);
  }
  const keyOf = (name: string) => `${pattern.id}|${name}`;
  const taken = (name: string) => section.rows.some((row) => row.key === keyOf(name));
  const name = await askName(report, report.text("add_row_to", { title: pattern.title }), taken);
  return name ? keyOf(name.normalize("NFC")) : "";
}

/** Take a row away: its figures are cleared, and a row without figures is not kept. */
export function removeRow(report: Report, section: Section, row: Row, history: History): void {
  const changes = section.columns.map((column) => ({ section: section.id, row: row.key, column: column.id, value: "" }));
  history.apply(changes.filter((change) => report.mayType(section, row, report.columnAt(section.id, change.column))), "typed");
  report.removeRow(section.id, row.key);
}
