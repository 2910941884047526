// What every page has: the look, htmx under the strict policy, and a few manners of forms.

import "./base.css";
import htmx from "htmx.org";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.historyCacheSize = 0; // figures of one account never stay in a shared browser's storage

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  (event as CustomEvent).detail.headers["X-CSRFToken"] = token;
});

// What is refused is told in place of the page: htmx would leave it as if nothing had been asked.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event as CustomEvent;
  if (detail.xhr.status < 400) return;
  Object.assign(detail, { shouldSwap: true, isError: false, selectOverride: "main", swapOverride: "outerHTML" });
  detail.target = document.querySelector("main");
});

// A form sent twice by an impatient finger is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset["sent"]) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.hasAttribute("hx-post")) form.dataset["sent"] = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset["sent"];
});

document.addEventListener("click", (event) => {
  const target = (event.target as Element).closest<HTMLElement>("[data-print]");
  if (target) window.print();
});

// One tick for a whole list.
document.addEventListener("change", (event) => {
  const all = event.target as HTMLInputElement;
  const name = all.dataset["ticks"];
  if (!name) return;
  for (const box of all.form?.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`) ?? []) box.checked = all.checked;
});

// Ticking an agency in a list chooses the list.
document.addEventListener("change", (event) => {
  const list = (event.target as Element).closest<HTMLElement>("[data-chooses]");
  const choice = list && document.getElementById(list.dataset["chooses"] ?? "");
  if (choice instanceof HTMLInputElement) choice.checked = true;
});
