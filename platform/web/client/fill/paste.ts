// Blocks in and out: copy as a spreadsheet expects it, paste from one, fill down. Numbers with two readings are
// asked about once for the whole block.

import type { Change, Kind, Report, Row, Section } from "./model";
import { fitted, type Reading, read, show } from "./numbers";

export interface Block {
  fromRow: number;
  toRow: number;
  fromColumn: number; // of data columns
  toColumn: number;
}
export interface Pasted {
  changes: Change[];
  ambiguous: { change: Change; kind: Kind; place: string; readings: [string, string]; given: string }[];
  wrong: { place: string; given: string }[];
  skipped: number;
}

export function copyText(report: Report, section: Section, block: Block): string {
  return rowsOf(section, block)
    .map((row) => {
      const cells = row.values.slice(block.fromColumn, block.toColumn + 1);
      return cells
        .map((value, at) => {
          const kind = report.kind(section, row, block.fromColumn + at);
          return kind ? show(value, kind, report.data.lang, true) : "";
        })
        .join("\t");
    })
    .join("\r\n");
}

/** What a pasted text means from the block's first cell on; one value fills the whole block. */
export function readBlock(report: Report, section: Section, block: Block, text: string): Pasted {
  const lines = cellsOf(text);
  const single = lines.length === 1 && lines[0]?.length === 1;
  const height = single ? block.toRow - block.fromRow + 1 : lines.length;
  const found: Pasted = { changes: [], ambiguous: [], wrong: [], skipped: 0 };
  let at = block.fromRow;
  for (let line = 0; line < height; line += 1, at += 1) {
    // Headings have no cells; a block copied from figures alone steps over them.
    while (at < section.rows.length && section.rows[at]?.kinds.length === 0) at += 1;
    const row = section.rows[at];
    const given = single ? Array(block.toColumn - block.fromColumn + 1).fill(lines[0]?.[0] ?? "") : (lines[line] ?? []);
    given.forEach((value: string, offset) => readCell(report, section, row, block.fromColumn + offset, value, found));
  }
  return found;
}

function readCell(
  report: Report,
  section: Section,
  row: Row | undefined,
  at: number,
  given: string,
  found: Pasted,
): void {
  const column = section.columns[at];
  const kind = row && report.kind(section, row, at);
  if (!row || !column || !kind || !report.mayType(section, row, at)) {
    if (given.trim()) found.skipped += 1;
    return;
  }
  const change = { section: section.id, row: row.key, column: column.id, value: "" };
  const place = `${row.title || row.key} / ${column.title}`;
  const reading: Reading = read(given, kind);
  if (reading.is === "value") found.changes.push({ ...change, value: reading.value });
  else if (reading.is === "ambiguous") found.ambiguous.push({ change, kind, place, readings: reading.readings, given });
  else found.wrong.push({ place, given });
}

/** Read all numbers that can be read in two ways in one of them. */
export function settle(found: Pasted, reading: 0 | 1): void {
  for (const { change, kind, place, readings, given } of found.ambiguous) {
    const settled = fitted(readings[reading], kind);
    if (settled.is === "value") found.changes.push({ ...change, value: settled.value });
    else found.wrong.push({ place, given });
  }
}

export function fillDown(report: Report, section: Section, block: Block): Change[] {
  const from = block.fromRow === block.toRow ? block.fromRow - 1 : block.fromRow;
  const source = section.rows[from];
  const changes: Change[] = [];
  if (!source) return changes;
  for (const row of section.rows.slice(from + 1, block.toRow + 1)) {
    for (let at = block.fromColumn; at <= block.toColumn; at += 1) {
      const column = section.columns[at];
      if (column && report.mayType(section, row, at)) {
        changes.push({ section: section.id, row: row.key, column: column.id, value: source.values[at] ?? "" });
      }
    }
  }
  return changes;
}

export function clearBlock(report: Report, section: Section, block: Block): Change[] {
  return rowsOf(section, block).flatMap((row) =>
    section.columns
      .map((column, at) => ({ column, at }))
      .filter(({ at }) => at >= block.fromColumn && at <= block.toColumn && report.mayType(section, row, at))
      .map(({ column }) => ({ section: section.id, row: row.key, column: column.id, value: "" })),
  );
}

function rowsOf(section: Section, block: Block): Row[] {
  return section.rows.slice(block.fromRow, block.toRow + 1);
}

/** The cells of a spreadsheet's clipboard text: tabs and lines; quoted cells may hold both. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /("(?:[^"]|"")*"|[^\t\r\n]*)(\t|\r\n|\n|\r|$)/gy;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [, cell = "", end = ""] = match;
    rows.at(-1)?.push(cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (pattern.lastIndex >= text.length) break;
    if (end !== "\t") rows.push([]);
  }
  if (/\t$/.test(text)) rows.at(-1)?.push("");
  return rows;
}
