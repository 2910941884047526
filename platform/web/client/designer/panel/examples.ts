// Examples kept with the template and what came of them: each is run by the server after every edit.

import { edit, state, subscribe } from "../store";
import { button, find, made } from "./texts";

interface Example {
  readonly name: string;
  readonly expect?: readonly string[];
}

export function mountExamples(): void {
  subscribe((news) => {
    if (news.document || news.derived) draw();
  });
  draw();
}

function draw(): void {
  const host = find("example-list");
  const { document: form, derived } = state();
  const told = host.dataset;
  const wrong = new Map(derived.findings.flatMap(({ where, told: said }) => (where?.kind === "example" ? [[where.id ?? "", said] as const] : [])));
  const items = ((form.examples ?? []) as readonly Example[]).map((example) => {
    const expected = example.expect ?? [];
    const fault = wrong.get(example.name);
    const item = made("li", "");
    const head = made("div", "", { class: "bar" });
    head.append(
      made("strong", example.name),
      made("span", (fault === undefined ? told["passes"] : told["fails"]) ?? "", { class: `state ${fault === undefined ? "state-done" : "state-failed"}` }),
    );
    const name = (told["removed"] ?? "").replace("{name}", example.name);
    head.append(button("×", name, () => edit([{ op: "delete", kind: "example", id: example.name }], name)));
    item.append(head, made("p", expected.length ? (told["mustFail"] ?? "").replace("{rules}", expected.join(", ")) : (told["mustPass"] ?? "")));
    if (fault !== undefined) item.append(made("p", fault, { class: "fault" }));
    item.append(expectation(example.name, expected));
    return item;
  });
  if (host.contains(document.activeElement) && document.activeElement instanceof HTMLInputElement) return;
  host.replaceChildren(...(items.length ? items : [made("li", told["none"] ?? "", { class: "form-text" })]));
}

/** The codes of the rules that must fail. */
function expectation(name: string, expected: readonly string[]): HTMLElement {
  const label = made("label", "", { class: "field" });
  const field = made("input", "", { class: "form-control form-control-sm", value: expected.join(", "), autocomplete: "off" });
  label.append(made("span", find("example-list").dataset["expect"] ?? ""), field);
  field.addEventListener("change", () => {
    const codes = field.value.match(/[A-Za-z0-9_.]+/g) ?? [];
    edit([{ op: "set", at: { kind: "example", id: name }, key: "expect", value: codes.length ? codes : null }], label.textContent ?? "");
    field.blur();
  });
  return label;
}
