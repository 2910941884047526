// Completion where a condition is typed, `đơn vị.cấp = "xã"`: the rest of a rule that begins with "nếu".

import { type Offer, RuleBox } from "../../rules/box";
import { selection, state } from "../store";
import { find } from "./texts";

const OPENING = "nếu ";
const OF_FIGURES = new Set(["row", "column", "form", "function"]); // a condition knows agency and period alone
const WORDS = new Set(["đơn vị", "và", "hoặc", "không phải", "thuộc", "không thuộc"]);

/** Wire the boxes of conditions within `host`. */
export function mountConditions(host: HTMLElement): void {
  const { address = "" } = find("rule-form").dataset;
  for (const box of host.querySelectorAll<HTMLInputElement>('[data-key="when"]')) {
    const list = document.createElement("ul");
    list.className = "offers";
    list.id = "condition-offers";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", find("rule-offers").getAttribute("aria-label") ?? "");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-controls", list.id);
    const field = box.closest(".field") as HTMLElement;
    field.classList.add("typed");
    field.append(list);
    new MutationObserver(() => {
      box.setAttribute("aria-expanded", String(!list.hidden));
      if (!list.hidden) list.scrollIntoView({ block: "nearest" });
    }).observe(list, { attributeFilter: ["hidden"] });
    box.addEventListener("blur", () => box.dispatchEvent(new Event("change", { bubbles: true }))); // also of what was offered
    const nowhere = document.createElement("div");
    new RuleBox({ box, list, said: nowhere, behind: nowhere, address, targets: "", opening: OPENING, offers: isOfConditions, question });
  }
}

const isOfConditions = ({ kind, text }: Offer): boolean => !OF_FIGURES.has(kind) && (kind !== "keyword" || WORDS.has(text.trim()));

function question(): { section: string; computed: boolean } {
  const chosen = selection();
  const section = "section" in chosen ? chosen.section : "";
  const known = state().document.sections.find(({ id }) => id === section) ?? state().document.sections[0];
  return { section: known?.id ?? "", computed: false };
}
