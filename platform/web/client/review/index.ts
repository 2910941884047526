// Lists of reports: which are chosen, to be moved together.

import "./review.css";

const boxes = (form: HTMLFormElement): HTMLInputElement[] =>
  [...document.querySelectorAll<HTMLInputElement>("input[data-report]")].filter((box) => box.form === form);

function count(form: HTMLFormElement | null): void {
  if (!form) return;
  const chosen = boxes(form).filter((box) => box.checked).length;
  for (const place of form.querySelectorAll("[data-chosen]")) place.textContent = String(chosen);
  for (const button of form.querySelectorAll<HTMLButtonElement>("[data-bulk]")) button.disabled = chosen === 0;
}

document.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  if (box.matches("input[data-report]")) count(box.form);
});
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>("[data-choose]");
  if (!button?.form) return;
  for (const box of boxes(button.form)) {
    box.checked = button.dataset["choose"] === "clean" && box.dataset["clean"] === "yes";
  }
  count(button.form);
});
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-bulk]")) count(button.form);
