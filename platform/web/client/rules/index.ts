// The page of a template's rules: a box to try one in.

import "./rules.css";
import { RuleBox } from "./box";

const find = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const form = find<HTMLFormElement>("try");
const box = new RuleBox({
  box: find("text"),
  list: find("offers"),
  said: find("said"),
  behind: form.querySelector<HTMLElement>(".behind") as HTMLElement,
  address: form.dataset["address"] ?? "",
  targets: form.dataset["targets"] ?? "",
  question: () => ({ section: find<HTMLSelectElement>("section").value, computed: find<HTMLInputElement>("computed").checked }),
});
for (const id of ["section", "computed"]) find(id).addEventListener("change", () => void box.ask(false));
form.addEventListener("submit", (event) => event.preventDefault());
