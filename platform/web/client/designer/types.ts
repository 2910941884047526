// What the parts of the designer say to each other: the document (a template file's value with every id written),
// the operations that change it, what is chosen, and what the server has worked out.

export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value | undefined };

/** A node of the document; its keys are those of the template file. */
interface Node {
  readonly id: string;
  readonly code: string;
  readonly [key: string]: unknown;
}
export interface Column extends Node {
  readonly title: string;
  readonly ordinal?: string; // the code where it is left out
  readonly type?: string;
  readonly unit?: string;
  readonly children?: readonly Column[];
}
export interface Row extends Node {
  readonly title: string;
  readonly ordinal?: string;
  readonly kind?: "data" | "group" | "total" | "open"; // data where it is left out
  readonly type?: string;
  readonly unit?: string;
  readonly part?: string;
  readonly children?: readonly Row[];
}
export interface Rule extends Node {
  readonly text: string;
  readonly computed?: boolean;
  readonly severity?: "error" | "warning" | "note";
  readonly message?: string;
}
export interface Part extends Node {
  readonly title: string;
  readonly guidance?: string;
  readonly text?: string;
  readonly required?: boolean;
  readonly children?: readonly Part[];
}
export interface Cell {
  readonly row: string;
  readonly column: string;
  readonly state?: "open" | "locked" | "not_applicable";
  readonly when?: string;
  readonly default?: string;
  readonly [key: string]: unknown;
}
export interface Section extends Node {
  readonly kind: "table" | "list" | "outline" | "attachment";
  readonly title?: string;
  readonly columns?: readonly Column[];
  readonly rows?: { readonly kind?: "fixed" | "agencies"; readonly items?: readonly Row[]; readonly group_by?: string };
  readonly cells?: readonly Cell[];
  readonly rules?: readonly Rule[];
  readonly parts?: readonly Part[];
}
export interface Template {
  readonly format: string;
  readonly code: string;
  readonly name: string;
  readonly sections: readonly Section[];
  readonly layout?: { readonly orientation?: "portrait" | "landscape"; readonly [key: string]: unknown };
  readonly examples?: readonly { readonly name: string; readonly [key: string]: unknown }[];
  readonly [key: string]: unknown;
}

export type Kind = "section" | "column" | "row" | "rule" | "cell" | "part" | "example";

/** Where an operation works. Columns, rows, rules and parts are found within their section; an example by its name. */
export type Ref =
  | { readonly kind: "template" }
  | { readonly kind: "section"; readonly id: string }
  | { readonly kind: "column" | "row" | "rule" | "part"; readonly section: string; readonly id: string }
  | { readonly kind: "cell"; readonly section: string; readonly row: string; readonly column: string }
  | { readonly kind: "example"; readonly id: string };

/** One primitive change. `key` may be dotted (`layout.heading.unit_line`); value null takes the key away. */
export type Op =
  | { readonly op: "set"; readonly at: Ref; readonly key: string; readonly value: Value }
  | {
      readonly op: "insert";
      readonly kind: Kind;
      readonly section?: string;
      readonly parent: Ref | null;
      readonly after: string | null;
      readonly node: Value;
    }
  | {
      readonly op: "move";
      readonly kind: Kind;
      readonly section?: string;
      readonly id: string;
      readonly parent: Ref | null;
      readonly after: string | null;
    }
  | { readonly op: "delete"; readonly kind: Kind; readonly section?: string; readonly id: string };

/** What is chosen; the last of `ids` is where the keyboard is. Columns may be header groups. */
export type Selection =
  | { readonly kind: "template" }
  | { readonly kind: "section"; readonly section: string }
  | { readonly kind: "columns"; readonly section: string; readonly ids: readonly string[] }
  | { readonly kind: "rows"; readonly section: string; readonly ids: readonly string[] }
  | { readonly kind: "cells"; readonly section: string; readonly rows: readonly string[]; readonly columns: readonly string[] }
  | { readonly kind: "part"; readonly section: string; readonly id: string }
  | { readonly kind: "rule"; readonly section: string; readonly id: string };

export interface Finding {
  readonly code: string;
  readonly severity: "error" | "warning" | "note";
  readonly told: string;
  readonly where: Where | null;
}
/** A spot of the form; `id` of a column, row, rule, part or section. */
export interface Where {
  readonly kind: string;
  readonly section?: string;
  readonly id?: string;
  readonly row?: string;
  readonly column?: string;
}
export interface Derived {
  readonly findings: readonly Finding[];
  readonly rules: { readonly [id: string]: { readonly told: string; readonly cells: readonly [string, string, string][]; readonly findings: readonly Finding[] } };
  readonly computed: readonly [string, string, string][];
  readonly [key: string]: unknown;
}
export interface State {
  readonly revision: number;
  readonly document: Template;
  readonly derived: Derived;
  readonly may: { readonly edit: boolean; readonly publish: boolean };
  readonly undo: string | null;
  readonly redo: string | null;
}
export interface Step {
  readonly revision: number;
  readonly by: string;
  readonly mine: boolean;
  readonly ops: readonly Op[];
}
/** The answer to edits, undo, redo and to asking for steps. */
export interface Answer {
  readonly revision: number;
  readonly steps: readonly Step[];
  readonly refused?: readonly { readonly edit: number; readonly findings: readonly Finding[] }[];
  readonly derived?: Derived | null; // null: the form is large, it is worked out when asked for
  readonly undo?: string | null;
  readonly redo?: string | null;
}
export type SaveState = "saved" | "saving" | "offline" | "stopped";

/** What a subscriber is told: which of these has changed. */
export interface News {
  readonly document: boolean;
  readonly selection: boolean;
  readonly derived: boolean;
  readonly saving: boolean;
}
