// Reading pages: which rows are chosen in the compilation sheet.

import "./review.css";

const boxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>("input[data-report]")];

function count(): void {
  const chosen = boxes().filter((box) => box.checked).length;
  for (const place of document.querySelectorAll("[data-chosen]")) place.textContent = String(chosen);
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-bulk]")) button.disabled = chosen === 0;
}

document.addEventListener("change", (event) => {
  if ((event.target as Element).matches("input[data-report]")) count();
});
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-choose]");
  if (!button) return;
  for (const box of boxes()) box.checked = button.dataset["choose"] === "clean" && box.dataset["clean"] === "yes";
  count();
});
count();
