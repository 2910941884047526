// The first and the third step: what the template says of itself, and the printed page seen as it will print.

import { edit, pending, state, subscribe } from "../store";
import type { Ref } from "../types";
import { Fields, insertBeside } from "./fields";
import { mountRecords } from "./records";
import { button, find, made, text } from "./texts";

const TEMPLATE: readonly Ref[] = [{ kind: "template" }];

export function mountGeneral(): void {
  const fields = ["general-fields", "layout-fields", "recipient-fields"].map((id) => new Fields(find(id)));
  find("general-fields").addEventListener("change", insertBeside);
  const draw = (): void => {
    for (const each of fields) each.show(TEMPLATE);
    drawHeadlines();
  };
  for (const host of document.querySelectorAll<HTMLElement>("[data-records]")) mountRecords(host);
  subscribe((news) => {
    if (news.document) draw();
    if (news.document || news.saving) void drawPaper();
  });
  draw();
}

function drawHeadlines(): void {
  const cells = (state().document["headline"] as string[] | undefined) ?? [];
  const remove = (cell: string): void => {
    const rest = cells.filter((each) => each !== cell);
    edit([{ op: "set", at: { kind: "template" }, key: "headline", value: rest.length ? rest : null }], text("headline"));
  };
  const items = cells.map((cell) => {
    const item = made("li", `${cell} `);
    item.append(button("×", `${text("delete")} ${cell}`, () => remove(cell)));
    return item;
  });
  find("headlines").replaceChildren(...(items.length ? items : [made("li", find("headlines").dataset["none"] ?? "", { class: "form-text" })]));
}

let drawn = -1;

/** The server draws the paper, with what it has stored; so it is asked once everything is saved. */
export async function drawPaper(): Promise<void> {
  const host = find("print-preview");
  const { revision } = state();
  if (find("step-layout").hidden || pending() || revision === drawn) return;
  drawn = revision;
  if (!host.firstChild) host.textContent = host.dataset["waiting"] ?? "";
  const response = await fetch(host.dataset["address"] ?? "", { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) {
    drawn = -1;
    return;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  host.replaceChildren(...page.body.children);
}
