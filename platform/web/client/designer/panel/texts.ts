// What the panel says by itself: its element carries the sentences in the language of the page.

export const find = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no #${id}`);
  return found as T;
};

/** A sentence by its name in the data of an element, `{facts}` filled in. */
export function text(name: string, facts: Record<string, string | number> = {}, host = "panel"): string {
  const found = find(host).dataset[name] ?? name;
  return found.replace(/\{(\w+)\}/g, (whole, key: string) => String(facts[key] ?? whole));
}

/** An element with a text and attributes. */
export function made<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  told: string,
  given: Record<string, string> = {},
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.textContent = told;
  for (const [name, value] of Object.entries(given)) element.setAttribute(name, value);
  return element;
}

/** A small button; `told` is read out where `shown` is only a sign. */
export function button(shown: string, told: string, work: () => void): HTMLButtonElement {
  const element = made("button", shown, { type: "button", class: "btn btn-sm", title: told });
  if (shown !== told) element.setAttribute("aria-label", told);
  element.addEventListener("click", work);
  return element;
}
