// For tests: each line of standard input is a question as JSON, each line of output its answer.

import { createInterface } from "node:readline";
import { answer } from "./answer";

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
}
