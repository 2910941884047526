// The document under operations, as the server applies them: pure, all or nothing. What an edit leaves alone stays
// the same object, so a page sees by identity what has changed.

import type { Kind, Op, Ref, Value } from "./types";

type Data = { readonly [key: string]: unknown };
/** The way from the document to a node: keys of objects and places in lists. */
type Path = readonly (string | number)[];
interface Place {
  readonly list: Path;
  readonly at: number;
}

/** The lists that hold nodes of a kind, below a section or below a node of the same kind. */
const LISTS: { readonly [kind in Kind]: Path } = {
  section: ["sections"],
  example: ["examples"],
  column: ["columns"],
  row: ["rows", "items"],
  rule: ["rules"],
  cell: ["cells"],
  part: ["parts"],
};

class Misfit extends Error {}

/** The document after all operations of an edit; null where one does not fit. */
export function applyEdit<T extends Data>(document: T, ops: readonly Op[]): T | null {
  try {
    return ops.reduce<Data>(apply, document) as T;
  } catch (fault) {
    if (fault instanceof Misfit) return null;
    throw fault;
  }
}

/** Whether two documents say the same; what is the same object is not looked into. */
export function alike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length || Array.isArray(one) !== Array.isArray(other)) return false;
  return keys.every((key) => alike((one as Data)[key], (other as Data)[key]));
}

function apply(document: Data, op: Op): Data {
  if (op.op === "set") return set(document, op.at, op.key, op.value);
  if (op.op === "insert") {
    if (op.kind === "cell" && Object.keys(op.node as Data).length <= 2) throw new Misfit(); // it states nothing
    return insert(document, op.kind, op.section, op.parent, op.after, op.node as Data);
  }
  const place = find(document, op.kind, op.section, op.id);
  const node = (look(document, place.list) as readonly Data[])[place.at] as Data;
  const without = change(document, place.list, (list) => (list as Data[]).filter((_, at) => at !== place.at));
  const rest = tidy(without, place.list);
  return op.op === "delete" ? rest : insert(rest, op.kind, op.section, op.parent, op.after, node);
}

function set(document: Data, at: Ref, key: string, value: Value): Data {
  const keys = key.split(".");
  if (at.kind === "cell") return setCell(document, at, keys, value);
  return withKey(document, [...pathOf(document, at), ...keys], value);
}

/** A cell states something of its own only while it does. */
function setCell(document: Data, at: Extract<Ref, { kind: "cell" }>, keys: Path, value: Value): Data {
  const list = [...sectionPath(document, at.section), "cells"];
  const cells = (look(document, list) ?? []) as readonly Data[];
  const found = cells.findIndex((cell) => cell["row"] === at.row && cell["column"] === at.column);
  if (found < 0) {
    if (value === null) return document;
    return withKey(document, list, [...cells, withKey({ row: at.row, column: at.column }, keys, value)] as Value);
  }
  const changed = withKey(cells[found] as Data, keys, value);
  const rest = cells.flatMap((cell, each) => (each !== found ? [cell] : Object.keys(changed).length > 2 ? [changed] : []));
  return withKey(document, list, rest.length ? (rest as Value) : null);
}

function insert(
  document: Data,
  kind: Kind,
  section: string | undefined,
  parent: Ref | null,
  after: string | null,
  node: Data,
): Data {
  const list = listOf(document, kind, section, parent);
  const there = (look(document, list) ?? []) as readonly Data[];
  const at = after === null ? 0 : there.findIndex((each) => nameOf(kind, each) === after) + 1;
  if (after !== null && at === 0) throw new Misfit();
  return withKey(document, list, [...there.slice(0, at), node, ...there.slice(at)] as Value);
}

/** Where a node's list is: at the top of its section, or the children of its parent. */
function listOf(document: Data, kind: Kind, section: string | undefined, parent: Ref | null): Path {
  if (kind === "section" || kind === "example") return LISTS[kind];
  if (parent && parent.kind !== "section" && parent.kind !== "template") return [...pathOf(document, parent), "children"];
  const id = parent?.kind === "section" ? parent.id : section;
  return [...sectionPath(document, id ?? ""), ...LISTS[kind]];
}

function pathOf(document: Data, at: Ref): Path {
  if (at.kind === "template") return [];
  if (at.kind === "section") return sectionPath(document, at.id);
  const section = "section" in at ? at.section : undefined;
  const place = at.kind === "cell" ? find(document, "cell", section, `${at.row}/${at.column}`) : find(document, at.kind, section, at.id);
  return [...place.list, place.at];
}

function sectionPath(document: Data, id: string): Path {
  const place = find(document, "section", undefined, id);
  return [...place.list, place.at];
}

function find(document: Data, kind: Kind, section: string | undefined, id: string): Place {
  const start = kind === "section" || kind === "example" ? LISTS[kind] : [...sectionPath(document, section ?? ""), ...LISTS[kind]];
  const place = search(document, start, kind, id);
  if (!place) throw new Misfit();
  return place;
}

function search(document: Data, list: Path, kind: Kind, id: string): Place | null {
  const nodes = (look(document, list) ?? []) as readonly Data[];
  for (const [at, node] of nodes.entries()) {
    if (nameOf(kind, node) === id) return { list, at };
    const below = node["children"] ? search(document, [...list, at, "children"], kind, id) : null;
    if (below) return below;
  }
  return null;
}

function nameOf(kind: Kind, node: Data): unknown {
  if (kind === "example") return node["name"];
  return kind === "cell" ? `${node["row"]}/${node["column"]}` : node["id"];
}

const look = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (value as { [key: string]: unknown } | undefined)?.[key as string], data);

/** The value with the key at the end of the path set; null takes it away, and what is empty then. */
function withKey(data: Data, path: Path, value: Value): Data {
  return tidy(change(data, path, () => value), path.slice(0, -1));
}

function change(data: unknown, path: Path, work: (value: unknown) => unknown): Data {
  const [key, ...rest] = path;
  if (key === undefined) return work(data) as Data;
  if (typeof key === "number") {
    const list = data as readonly unknown[];
    return list.map((each, at) => (at === key ? change(each, rest, work) : each)) as unknown as Data;
  }
  const { [key]: old, ...others } = (data ?? {}) as Data;
  const next = change(old, rest, work) as unknown;
  if (next === null || next === undefined) return others;
  return old === undefined ? { ...others, [key]: next } : { ...(data as Data), [key]: next };
}

/** Take away lists and objects on the way that have become empty; only `sections` is always there. */
function tidy(data: Data, path: Path): Data {
  if (!path.length || typeof path.at(-1) === "number" || path.at(-1) === "sections") return data;
  const value = look(data, path);
  const isEmpty = value !== undefined && value !== null && typeof value === "object" && !Object.keys(value).length;
  return isEmpty ? tidy(change(data, path, () => null), path.slice(0, -1)) : data;
}
