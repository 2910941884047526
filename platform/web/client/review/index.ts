// Lists of reports: which are chosen, to be moved together. A report: which cells are marked, to be given back.

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

const field = (name: string, value: string): HTMLInputElement => {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  return input;
};

/** Put a cell with its note into every form by which the report may be given back. */
function mark(cell: string, name: string, note: string): void {
  for (const list of document.querySelectorAll<HTMLElement>("[data-marks]")) {
    const line = document.createElement("li");
    const remove = document.createElement("button");
    Object.assign(remove, { type: "button", className: "btn btn-sm", textContent: list.dataset["remove"] ?? "" });
    remove.addEventListener("click", () => line.remove());
    line.append(note ? `${name}: ${note} ` : `${name} `, remove, field("mark", cell), field("note", note));
    list.append(line);
    list.closest("details")?.setAttribute("open", "");
  }
}

document.addEventListener("click", (event) => {
  const box = (event.target as Element).closest("[data-mark-add]")?.closest<HTMLElement>("[data-mark]");
  const note = box?.querySelector("input");
  if (!box || !note) return;
  mark(box.dataset["mark"] ?? "", box.dataset["name"] ?? "", note.value.trim());
  note.value = "";
});
