// HyperFormula over the work of engines.py: node hyperformula.mjs WORK.json prints names and milliseconds.

import { readFileSync } from "node:fs";
import { HyperFormula } from "hyperformula";

const work = JSON.parse(readFileSync(process.argv[2], "utf8"));
const options = { licenseKey: "gpl-v3" };

function median(run, repeats) {
  run();
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[repeats >> 1];
}

function rows(cells) {
  const found = [];
  for (let at = 0; at < cells.length; at += work.columns) found.push(cells.slice(at, at + work.columns));
  return found;
}

const rules = HyperFormula.buildFromSheets({ Sheet: rows(work.figures), Rules: work.excel.map((text) => [text]) }, options);
const sheet = rules.getSheetId("Sheet");
const all = work.figures.map((x) => x);
console.log(JSON.stringify(["hyperformula, all figures again", median(() => {
  all.forEach((_, at) => { all[at] += 1; });
  rules.setSheetContent(sheet, rows(all));
}, 5)]));

const cells = work.figures.map((x) => x);
for (const [at, text] of work.edit) cells[at] = `=${text}`;
const book = HyperFormula.buildFromSheets({ Sheet: rows(cells) }, options);
let turn = 0;
console.log(JSON.stringify(["hyperformula, one edit", median(() => {
  book.setCellContents({ sheet: 0, row: 0, col: 0 }, ++turn);
}, 50)]));
