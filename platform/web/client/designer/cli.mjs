// For tests: each line of standard input names a pure function of the designer and its arguments as JSON, each line of
// output is what it gives.

import { createInterface } from "node:readline";
import * as columns from "./columns";
import { applyEdit } from "./document";
import { columnsOf, readText, rowsOf } from "./names";
import { infer, restyle } from "./numbering";
import * as rows from "./rows";

let made = 0;
const newId = () => `new${(made += 1)}`;
const FUNCTIONS = {
  ...columns,
  ...rows,
  applyEdit,
  infer,
  restyle,
  /** What stands after the operations of a tool on the first section. */
  edited: (tool, document, ...given) => applyEdit(document, FUNCTIONS[tool](document, document.sections[0], ...given)),
  columnsOfText: (text) => columnsOf(readText(text), newId),
  rowsOfText: (text) => rowsOf(readText(text), newId),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...given] = JSON.parse(line);
  made = 0;
  process.stdout.write(`${JSON.stringify(FUNCTIONS[name](...given))}\n`);
}
