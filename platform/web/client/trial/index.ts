// A draft tried: the fill page without saving; what is typed can be kept as an example of the template.

import { newExample, type Figures } from "./example";
import { findings, report } from "../fill/index";
import { post, Refused } from "../designer/server";

interface Kept {
  readonly refused: readonly { readonly findings: readonly { readonly told: string }[] }[];
}

const form = document.getElementById("keep-example") as HTMLFormElement;
const name = document.getElementById("example-name") as HTMLInputElement;
const told = document.getElementById("example-state") as HTMLElement;
const { url, base, context } = JSON.parse(form.dataset["example"] ?? "{}") as { url: string; base: number; context: Figures };

form.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  void keep();
});

async function keep(): Promise<void> {
  const node = newExample(name.value.trim(), report, findings.failed(), context);
  const op = { op: "insert", kind: "example", parent: null, after: null, node };
  const key = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const say = (text: string, facts: Record<string, string>): void => {
    told.textContent = (form.dataset[text] ?? "").replace(/\{(\w+)\}/g, (_, fact: string) => facts[fact] ?? "");
  };
  try {
    const { refused } = await post<Kept>(url, { base, key, edits: [[op]] });
    const [first] = refused.flatMap((each) => each.findings);
    if (first) return say("notKept", { why: first.told });
    say("kept", { name: node.name });
    form.reset();
  } catch (fault) {
    say("notKept", { why: fault instanceof Refused ? fault.message : String(fault) });
  }
}
