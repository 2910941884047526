// A block of names from Excel: read as a header tree or as a row tree. Pure; how the block got here is `clipboard`.

import type { NewColumn } from "./columns";
import { styleOf } from "./numbering";
import type { NewRow } from "./rows";

/** A cell of a pasted block; `indent` in steps, spans as merged in the sheet. */
export interface Pasted {
  readonly text: string;
  readonly indent: number;
  readonly columns: number;
  readonly lines: number;
}
/** Lines of cells; a place that a merged cell covers is null. */
export type Block = readonly (readonly (Pasted | null)[])[];

type Role = "ordinal" | "title" | "unit" | "code";
const LEAD = /^(s?tt|số thứ tự|nội dung|chỉ tiêu|tên chỉ tiêu|danh mục|đơn vị( tính)?|đvt|mã số|a|b|c)$/i;
const NAME = /^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/;
const LABEL = /^\(?([A-Za-z0-9_.]{1,8})\)?(\s*=.*)?$/; // of a number line: 3, (3), GC, 3=1+2
const TOTAL = /^(tổng (số|cộng)|cộng|toàn (tỉnh|thành phố|huyện|xã))(?=[\s:]|$)/i;
const OF_WHICH = /^trong đó(?=[\s:]|$)/i;
const PREFIX = /^\s*((?:[IVXL]+|\d{1,2}(?:\.\d{1,2})*|[a-zđA-Z])[.)]|[-+*–])\s+(?=\S)/;

/** Text as the clipboard has it where there is no table: cells between tabs, quoted where they hold line breaks. */
export function readText(text: string): Block {
  const lines: Pasted[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/gy;
  const clean = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let found = cell.exec(clean); found; found = cell.exec(clean)) {
    const raw = found[1]?.replace(/""/g, '"') ?? found[2] ?? "";
    lines.at(-1)?.push({ text: tidy(raw), indent: Math.ceil((/^[ \u00a0]*/.exec(raw)?.[0].length ?? 0) / 2), columns: 1, lines: 1 });
    if (found[3] === "\n") lines.push([]);
    if (found[3] === "" || cell.lastIndex > clean.length) break;
  }
  return lines;
}

export const tidy = (text: string): string => text.replace(/[\s\u00a0]+/g, " ").trim();

/** Whether any two cells of the block are merged into one. */
export const isMerged = (block: Block): boolean => block.some((line) => line.some((cell) => cell && (cell.columns > 1 || cell.lines > 1)));

// --- rows

/** The row tree of a block: indents make it, else ordinals. */
export function rowsOf(block: Block, newId: () => string): NewRow[] {
  const lines = block.map((line) => line.filter((cell, at) => cell || at < 4)).filter((line) => line.some((cell) => cell?.text));
  const roles = rolesOf(lines);
  const flat = lines.map((line) => flatRow(line, roles));
  if (!roles.includes("ordinal")) splitPrefixes(flat);
  const isIndented = flat.some((row) => row.indent > 0);
  const depths = isIndented ? byIndent(flat) : byOrdinal(flat);
  return treeOf(flat, depths, newId);
}

interface Flat {
  ordinal: string;
  title: string;
  unit: string;
  code: string;
  indent: number;
}

function flatRow(line: readonly (Pasted | null)[], roles: readonly (Role | null)[]): Flat {
  const at = (role: Role): Pasted | null => line[roles.indexOf(role)] ?? null;
  const titles = roles.flatMap((role, place) => (role === "title" ? [place] : []));
  const place = titles.find((each) => line[each]?.text) ?? titles[0] ?? 0;
  const title = line[place];
  return {
    ordinal: at("ordinal")?.text ?? "",
    title: title?.text ?? "",
    unit: at("unit")?.text ?? "",
    code: at("code")?.text ?? "",
    indent: (title?.indent ?? 0) + titles.indexOf(place),
  };
}

/** What each field of the block is: ordinals, names (in several fields where these make the tree), units, codes. */
function rolesOf(lines: Block): (Role | null)[] {
  const width = Math.max(0, ...lines.map((line) => line.length));
  const texts = (at: number): string[] => lines.map((line) => line[at]?.text ?? "").filter(Boolean);
  const roles: (Role | null)[] = Array.from({ length: width }, () => null);
  let at = 0;
  const first = texts(0);
  if (width > 1 && first.filter((text) => styleOf(text)).length >= first.length * 0.8) roles[at++] = "ordinal";
  roles[at] = "title";
  // names that step to the right, each line in one of the fields
  while (at + 1 < width && lines.every((line) => !(line[at]?.text && line[at + 1]?.text)) && texts(at + 1).length) roles[++at] = "title";
  for (at += 1; at < width; at += 1) {
    const found = texts(at);
    const isCode = found.length > lines.length * 0.8 && found.every((text) => NAME.test(text)) && new Set(found).size === found.length;
    const isUnit = found.length > 0 && found.every((text) => text.length <= 24 && !/^[\d.,]+$/.test(text));
    if (isCode && !roles.includes("code")) roles[at] = "code";
    else if (isUnit && !roles.includes("unit")) roles[at] = "unit";
  }
  return roles;
}

/** "I. Kinh tế" is an ordinal and a name where nearly all lines are so. */
function splitPrefixes(rows: Flat[]): void {
  if (rows.filter((row) => PREFIX.test(row.title)).length < rows.length * 0.8 || rows.length < 2) return;
  for (const row of rows) {
    const found = PREFIX.exec(row.title);
    if (!found) continue;
    row.ordinal = (found[1] as string).replace(/[.)]$/, "");
    row.title = row.title.slice(found[0].length);
  }
}

function byIndent(rows: readonly Flat[]): number[] {
  const stack: number[] = [];
  return rows.map(({ indent }) => {
    while (stack.length && (stack.at(-1) as number) >= indent) stack.pop();
    stack.push(indent);
    return stack.length - 1;
  });
}

function byOrdinal(rows: readonly Flat[]): number[] {
  const stack: string[] = [];
  return rows.map(({ ordinal, title }) => {
    const style = styleOf(ordinal);
    if (!style) return ordinal || /^(tổng|cộng|toàn)/i.test(title) ? 0 : stack.length;
    const key = `${style.style}${style.levels}`;
    const known = stack.indexOf(key);
    if (known >= 0) stack.length = known + 1;
    else stack.push(key);
    return stack.length - 1;
  });
}

function treeOf(rows: readonly Flat[], depths: readonly number[], newId: () => string): NewRow[] {
  type Open = { -readonly [key in keyof NewRow]: NewRow[key] } & { children: Open[] };
  const roots: Open[] = [];
  const path: Open[] = [];
  rows.forEach((row, at) => {
    const depth = Math.min(depths[at] as number, path.length, 5);
    path.length = depth;
    const made: Open = { id: newId(), title: row.title, children: [] };
    if (row.ordinal) made.ordinal = row.ordinal;
    if (row.unit) made.unit = row.unit;
    if (row.code) made.code = row.code;
    if (OF_WHICH.test(row.title) && depth) made.part = "of_which";
    if (TOTAL.test(row.title) && !depths[at - 1]) made.kind = "total";
    (path.at(-1)?.children ?? roots).push(made);
    path.push(made);
  });
  const settle = (list: Open[]): NewRow[] =>
    list.map(({ children, ...row }) => {
      const isHeading = children.length > 0 && !row.kind && !row.unit && !children.some((child) => child.part);
      return { ...row, ...(isHeading ? { kind: "group" as const } : {}), ...(children.length ? { children: settle(children) } : {}) };
    });
  return settle(roots);
}

// --- columns

/** The header tree of a block: merged cells make it, else blanks to the right and below. A number line gives codes. */
export function columnsOf(block: Block, newId: () => string): NewColumn[] {
  const lines = block.filter((line) => line.some((cell) => cell?.text));
  if (lines.length && lines.every((line) => line.length === 1)) return listed(lines, newId);
  const last = lines.at(-1);
  const hasNumbers = lines.length > 1 && last && isNumberLine(last.map((cell) => cell?.text ?? ""));
  const titles = hasNumbers ? lines.slice(0, -1) : lines;
  const width = Math.max(...lines.map((line) => line.reduce((sum, cell, at) => Math.max(sum, at + (cell?.columns ?? 1)), 0)));
  const boxes = isMerged(block) ? merged(titles) : blanks(titles, width);
  const first = leadWidth(boxes);
  const numbers = hasNumbers ? last.map((cell) => cell?.text ?? "") : [];
  return below(boxes, 0, first, width, numbers, newId);
}

/** Labels without spaces, most of them numbers. */
function isNumberLine(texts: readonly string[]): boolean {
  const given = texts.filter(Boolean);
  return given.length > 0 && given.every((text) => LABEL.test(text)) && given.filter((text) => /\d/.test(text)).length >= given.length / 2;
}

interface Box {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly end: number; // the line after it
}

/** One name a line, deeper where it is indented: a header tree written as a list. */
function listed(lines: Block, newId: () => string): NewColumn[] {
  const flat = lines.map(([cell]) => ({ ordinal: "", title: cell?.text ?? "", unit: "", code: "", indent: cell?.indent ?? 0 }));
  const bare = (rows: readonly NewRow[]): NewColumn[] =>
    rows.map((row) => ({ id: row.id, title: row.title, ...(row.children ? { children: bare(row.children) } : {}) }));
  return bare(treeOf(flat, byIndent(flat), newId));
}

function merged(lines: Block): Box[] {
  return lines.flatMap((line, at) =>
    line.flatMap((cell, from) => (cell ? [{ text: cell.text, from, to: from + cell.columns, line: at, end: at + cell.lines }] : [])),
  );
}

/** Without merged cells: a name with names below it reaches over the blanks to its right, within what is above it. */
function blanks(lines: Block, width: number): Box[] {
  const text = (line: number, at: number): string => lines[line]?.[at]?.text ?? "";
  const hasBelow = (line: number, at: number): boolean => lines.some((_, below) => below > line && text(below, at));
  const boxes: Box[] = [];
  const ends = new Set([width]);
  lines.forEach((_, line) => {
    const starts: number[] = [];
    for (let at = 0; at < width; at += 1) {
      if (!text(line, at)) continue;
      let to = at + 1;
      while (hasBelow(line, at) && to < width && !text(line, to) && !ends.has(to) && hasBelow(line, to)) to += 1;
      boxes.push({ text: text(line, at), from: at, to, line, end: line + 1 });
      starts.push(at, to);
    }
    for (const each of starts) ends.add(each);
  });
  return boxes;
}

/** How many fields of the block are the form's own in front: ordinal, name, unit. */
function leadWidth(boxes: readonly Box[]): number {
  let width = 0;
  for (;;) {
    const here = boxes.find((box) => box.from === width && box.line === 0);
    if (!here || here.to !== width + 1 || !LEAD.test(here.text)) return width;
    width += 1;
  }
}

function below(boxes: readonly Box[], line: number, from: number, to: number, numbers: readonly string[], newId: () => string): NewColumn[] {
  const made: NewColumn[] = [];
  for (let at = from; at < to; ) {
    const box = boxes.filter((each) => each.from === at && each.line >= line && each.to <= to).sort((a, b) => a.line - b.line)[0];
    if (!box) {
      at += 1;
      continue;
    }
    const children = boxes.some((each) => each.line >= box.end && each.from >= box.from && each.to <= box.to && each.text)
      ? below(boxes, box.end, box.from, box.to, numbers, newId)
      : [];
    if (children.length === 1 && box.to - box.from === 1 && !box.text) made.push(children[0] as NewColumn);
    else if (box.text || children.length) made.push(columnOf(box, children, numbers, newId()));
    at = box.to;
  }
  return made;
}

function columnOf(box: Box, children: readonly NewColumn[], numbers: readonly string[], id: string): NewColumn {
  if (children.length) return { id, title: box.text, children };
  const number = LABEL.exec(numbers[box.from] ?? "");
  if (!number) return { id, title: box.text };
  return { id, title: box.text, code: number[1] as string, ...(number[2] ? { ordinal: numbers[box.from] as string } : {}) };
}
