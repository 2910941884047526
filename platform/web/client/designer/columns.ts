// What is done to columns, as operations: each function gives one edit of a section's header, its number line included.

import { applyEdit } from "./document";
import { depthOf, MAX_LEVELS, Table, walk } from "./table";
import type { Column, Op, Ref, Section, Template, Value } from "./types";

/** A column to be made; leaves that bring no code get the next of the number line. */
export interface NewColumn {
  readonly id: string;
  readonly title: string;
  readonly code?: string;
  readonly ordinal?: string;
  readonly children?: readonly NewColumn[];
  readonly [key: string]: unknown;
}
interface Home {
  readonly parent: Column | null;
  readonly siblings: readonly Column[];
  readonly at: number;
  readonly depth: number;
}
type Node = { readonly [key: string]: Value | undefined };

/** What a new column takes over from its neighbour. */
const TAKEN_OVER = ["type", "unit", "decimals", "min", "max", "required"];

export function homeOf(section: Section, id: string, parent: Column | null = null, depth = 0): Home | null {
  const siblings = parent ? (parent.children ?? []) : (section.columns ?? []);
  const at = siblings.findIndex((column) => column.id === id);
  if (at >= 0) return { parent, siblings, at, depth };
  for (const column of siblings) {
    const found = homeOf(section, id, column, depth + 1);
    if (found) return found;
  }
  return null;
}

/** Of the chosen columns those that stand below no other chosen one, in display order. */
export function tops(section: Section, ids: readonly string[]): Column[] {
  const all = walk(section.columns ?? []);
  const below = new Set(all.filter((each) => ids.includes(each.id)).flatMap((each) => walk(each.children ?? [])).map((each) => each.id));
  return all.filter((each) => ids.includes(each.id) && !below.has(each.id));
}

/** New columns below `parent` (null: at the top) after a sibling, alike to the leaf before them. */
export function insertColumns(document: Template, section: Section, columns: readonly NewColumn[], parent: string | null, after: string | null): Op[] {
  const like = neighbour(section, parent, after);
  const codes = new Set(walk(section.columns ?? []).map((each) => each.code));
  const ops = columns.map((column, at): Op => ({
    op: "insert",
    kind: "column",
    section: section.id,
    parent: refOf(section, parent),
    after: at ? (columns[at - 1] as NewColumn).id : after,
    node: nodeOf(column, like, codes),
  }));
  return numbered(document, section, ops);
}

/** A header cell over columns that stand side by side. */
export function group(document: Template, section: Section, ids: readonly string[], id: string, title: string): Op[] {
  const chosen = tops(section, ids);
  const home = homeOf(section, chosen[0]?.id ?? "");
  if (!home || chosen.some((column) => !home.siblings.includes(column))) return [];
  if (home.depth + 1 + Math.max(...chosen.map(depthOf)) > MAX_LEVELS) return [];
  const codes = new Set(walk(section.columns ?? []).map((each) => each.code));
  const before = home.siblings[home.at - 1]?.id ?? null;
  const node = { id, code: freeCode("g", codes), title };
  const ops: Op[] = [{ op: "insert", kind: "column", section: section.id, parent: refOf(section, home.parent?.id ?? null), after: before, node }];
  return numbered(document, section, [...ops, ...moves(section, chosen, id, null)]);
}

/** Take a header cell away; its columns take its place. */
export function ungroup(document: Template, section: Section, id: string): Op[] {
  const home = homeOf(section, id);
  const children = home?.siblings[home.at]?.children ?? [];
  if (!home || !children.length) return [];
  const ops = moves(section, children, home.parent?.id ?? null, id);
  return numbered(document, section, [...ops, { op: "delete", kind: "column", section: section.id, id }]);
}

/** Two columns below a header cell with the column's title; the first is the old one. */
export function split(document: Template, section: Section, id: string, made: readonly [string, string]): Op[] {
  const home = homeOf(section, id);
  const column = home?.siblings[home.at];
  if (!home || !column || column.children?.length || home.depth + 2 > MAX_LEVELS) return [];
  const codes = new Set(walk(section.columns ?? []).map((each) => each.code));
  const [over, second] = made;
  const node = { id: over, code: freeCode("g", codes), title: column.title };
  const ops: Op[] = [
    { op: "insert", kind: "column", section: section.id, parent: refOf(section, home.parent?.id ?? null), after: id, node },
    ...moves(section, [column], over, null),
    { op: "set", at: refTo(section, id), key: "title", value: "" },
    { op: "insert", kind: "column", section: section.id, parent: refOf(section, over), after: id, node: nodeOf({ id: second, title: "" }, column, codes) },
  ];
  return numbered(document, section, ops);
}

/** One column out of several that stand side by side; it is the first, under the title of their whole. */
export function merge(document: Template, section: Section, ids: readonly string[]): Op[] {
  const [only] = tops(section, ids);
  const isGroup = ids.length === 1 && only?.children?.length;
  const chosen = isGroup ? (only.children ?? []) : tops(section, ids);
  const home = homeOf(section, chosen[0]?.id ?? "");
  const [first, ...others] = chosen;
  if (!home || !first || !others.length) return [];
  if (chosen.some((each) => each.children?.length || !home.siblings.includes(each))) return [];
  const whole = home.parent && chosen.length === home.siblings.length ? home.parent : null;
  const title = whole?.title ?? chosen.map((each) => each.title).filter(Boolean).join(", ");
  const ops: Op[] = [...others.flatMap((each) => without(section, each)), { op: "set", at: refTo(section, first.id), key: "title", value: title }];
  if (whole) {
    const over = homeOf(section, whole.id) as Home;
    ops.push(...moves(section, [first], over.parent?.id ?? null, whole.id));
    ops.push({ op: "delete", kind: "column", section: section.id, id: whole.id });
  }
  return numbered(document, section, ops);
}

/** Move columns one place left or right among their siblings, or out at the end of them. */
export function shiftColumns(document: Template, section: Section, ids: readonly string[], by: 1 | -1): Op[] {
  const chosen = tops(section, ids);
  const home = homeOf(section, (by < 0 ? chosen[0] : chosen.at(-1))?.id ?? "");
  if (!home) return [];
  const edge = home.siblings[home.at + by];
  if (edge) return moveColumns(document, section, ids, home.parent?.id ?? null, by > 0 ? edge.id : (home.siblings[home.at - 2]?.id ?? null));
  if (!home.parent || home.siblings.length <= chosen.length) return [];
  const up = homeOf(section, home.parent.id) as Home;
  return moveColumns(document, section, ids, up.parent?.id ?? null, by > 0 ? home.parent.id : (up.siblings[up.at - 1]?.id ?? null));
}

/** Move columns to a place; a header cell that loses all its columns goes. */
export function moveColumns(document: Template, section: Section, ids: readonly string[], parent: string | null, after: string | null): Op[] {
  const chosen = tops(section, ids);
  const inside = new Set(walk(chosen).map((each) => each.id));
  if ((parent && inside.has(parent)) || (after && inside.has(after))) return [];
  const depth = parent ? (homeOf(section, parent)?.depth ?? 0) + 1 : 0;
  if (depth + Math.max(0, ...chosen.map(depthOf)) > MAX_LEVELS) return [];
  return numbered(document, section, [...moves(section, chosen, parent, after), ...emptied(section, inside, parent)]);
}

/** Take columns away with what is below them; a header cell that loses all its columns goes too. */
export function deleteColumns(document: Template, section: Section, ids: readonly string[]): Op[] {
  const chosen = tops(section, ids);
  const ops = chosen.flatMap((each) => without(section, each));
  return numbered(document, section, [...ops, ...emptied(section, new Set(walk(chosen).map((each) => each.id)), null)]);
}

/** State the same of several columns. */
export function setColumns(section: Section, ids: readonly string[], key: string, value: Value): Op[] {
  return ids.map((id) => ({ op: "set", at: refTo(section, id), key, value }));
}

/** What is written in the number line: a code, or a code with how it comes about (3=1+2). The first one's number leads. */
export function label(section: Section, id: string, text: string): Op[] {
  const typed = text.trim().replace(/^\((.*)\)$/, "$1");
  const code = /^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*/.exec(typed)?.[0];
  const others = walk(section.columns ?? []).filter((each) => each.id !== id);
  const leaves = new Table(section, false).leaves;
  const leads = leaves.find((leaf) => /^\d+$/.test(leaf.code))?.id === id && /^[1-9]\d*$/.test(typed) && runStart(leaves) !== null;
  if (leads) return leaves.filter((leaf) => /^\d+$/.test(leaf.code)).flatMap((leaf, at) => setColumns(section, [leaf.id], "code", String(Number(typed) + at)));
  if (!code || others.some((each) => each.code === code)) return setColumns(section, [id], "ordinal", typed);
  return [...setColumns(section, [id], "code", code), ...setColumns(section, [id], "ordinal", typed === code ? null : typed)];
}

/** The header cells all of whose columns are in `gone`, and which nothing comes to. */
function emptied(section: Section, gone: ReadonlySet<string>, kept: string | null): Op[] {
  const isEmpty = (column: Column): boolean =>
    column.id !== kept && Boolean(column.children?.length) && (column.children ?? []).every((child) => gone.has(child.id) || isEmpty(child));
  const empty = walk(section.columns ?? []).filter((column) => !gone.has(column.id) && isEmpty(column));
  const below = new Set(empty.flatMap((column) => walk(column.children ?? [])).map((column) => column.id));
  return empty.filter((column) => !below.has(column.id)).map((column) => ({ op: "delete", kind: "column", section: section.id, id: column.id }));
}

function without(section: Section, column: Column): Op[] {
  const gone = new Set(walk([column]).map((each) => each.id));
  const cells = (section.cells ?? []).filter((cell) => gone.has(cell.column));
  return [
    ...cells.map((cell): Op => ({ op: "delete", kind: "cell", section: section.id, id: `${cell.row}/${cell.column}` })),
    { op: "delete", kind: "column", section: section.id, id: column.id },
  ];
}

/**
 * An edit of the header with the number line that follows from it: where the numbers ran from first to last, they run
 * again, also inside labels such as 3=1+2. Codes that are no numbers stay.
 */
function numbered(document: Template, section: Section, ops: Op[]): Op[] {
  const after = ops.length ? applyEdit(document, ops)?.sections.find((each) => each.id === section.id) : undefined;
  if (!after) return ops;
  const old = new Table(section, false).leaves;
  const start = old.length ? runStart(old) : 1;
  const leaves = new Table(after, false).leaves;
  const known = new Set(walk(section.columns ?? []).map((each) => each.id));
  const brought = leaves.some((leaf) => !known.has(leaf.id) && !leaf.code.startsWith("?"));
  const renamed = new Map<string, string>();
  let next = start ?? 1;
  const codes = new Set(walk(after.columns ?? []).map((each) => each.code));
  for (const leaf of leaves) {
    if (leaf.code.startsWith("?")) {
      while (start === null && codes.has(String(next))) next += 1;
      codes.add(String(next));
      renamed.set(leaf.id, String(next++));
    } else if (/^\d+$/.test(leaf.code) && start !== null && !brought) {
      renamed.set(leaf.id, String(next++));
    }
  }
  const byCode = new Map(leaves.map((leaf) => [leaf.code, renamed.get(leaf.id) ?? leaf.code]));
  const sets = leaves.flatMap((leaf): Op[] => {
    const code = renamed.get(leaf.id) ?? leaf.code;
    const written = leaf.ordinal?.replace(/\d+/g, (n) => byCode.get(n) ?? n);
    return [
      ...(known.has(leaf.id) && code !== leaf.code ? setColumns(section, [leaf.id], "code", code) : []),
      ...(known.has(leaf.id) && written !== leaf.ordinal && leaf.ordinal?.includes("=") ? setColumns(section, [leaf.id], "ordinal", written ?? null) : []),
    ];
  });
  return [...ops.map((op) => (op.op === "insert" ? { ...op, node: withCodes(op.node as Node, renamed) } : op)), ...sets];
}

/** Where the numbers of the number line begin if they run; null if they do not. */
function runStart(leaves: readonly Column[]): number | null {
  const numbers = leaves.map((leaf) => leaf.code).filter((code) => /^\d+$/.test(code)).map(Number);
  const [first] = numbers;
  return first !== undefined && numbers.every((number, at) => number === first + at) ? first : null;
}

const withCodes = (node: Node, codes: ReadonlyMap<string, string>): Node => ({
  ...node,
  code: codes.get(node["id"] as string) ?? node["code"],
  ...(node["children"] ? { children: (node["children"] as readonly Node[]).map((child) => withCodes(child, codes)) } : {}),
});

function moves(section: Section, columns: readonly Column[], parent: string | null, after: string | null): Op[] {
  return columns.map((column, at) => ({
    op: "move",
    kind: "column",
    section: section.id,
    id: column.id,
    parent: refOf(section, parent),
    after: columns[at - 1]?.id ?? after,
  }));
}

const refTo = (section: Section, id: string): Ref => ({ kind: "column", section: section.id, id });
const refOf = (section: Section, column: string | null): Ref => (column === null ? { kind: "section", id: section.id } : refTo(section, column));

/** A leaf's code is "?" until the number line is known. */
function nodeOf(column: NewColumn, like: Column | null, codes: Set<string>): Node {
  const isLeaf = !column.children?.length;
  const wanted = column.code && !codes.has(column.code) ? column.code : null;
  const code = wanted ?? (isLeaf ? `?${column.id}` : freeCode("g", codes));
  codes.add(code);
  const { children, ...given } = column;
  const own = { ...given, code } as Node;
  if (!isLeaf) return { ...own, children: children?.map((child) => nodeOf(child, like, codes)) as Value };
  return "type" in own ? own : { ...propertiesOf(column.title, like), ...own };
}

/** Of what a new column is: told by its title, else like its neighbour, else a whole number. */
function propertiesOf(title: string, like: Column | null): Node {
  if (/^\s*ghi chú/i.test(title)) return { type: "text" };
  if (/\(%\)|^\s*(tỷ|tỉ) lệ/i.test(title)) return { type: "percent" };
  if (!like || like.type === "percent" || like.type === "text") return { type: "integer" };
  return Object.fromEntries(TAKEN_OVER.filter((key) => like[key] !== undefined).map((key) => [key, like[key] as Value]));
}

function neighbour(section: Section, parent: string | null, after: string | null): Column | null {
  const leaves = new Table(section, false).leaves;
  const near = walk(section.columns ?? []).find((each) => each.id === (after ?? parent));
  const last = near ? walk([near]).filter((each) => !each.children?.length).at(-1) : leaves.at(-1);
  return last ?? leaves.at(-1) ?? null;
}

function freeCode(stem: string, codes: Set<string>): string {
  let n = 1;
  while (codes.has(`${stem}${n}`)) n += 1;
  codes.add(`${stem}${n}`);
  return `${stem}${n}`;
}
