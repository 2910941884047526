// Questions of the page: which of two readings a number has, the name of a new row. A dialog each, never `prompt`.

import type { Report } from "./model";

function dialog(title: string, body: (box: HTMLElement) => void, buttons: { text: string; value: string; primary?: boolean; leaves?: boolean }[]): Promise<string> {
  const element = document.createElement("dialog");
  element.className = "ask";
  const form = document.createElement("form");
  form.method = "dialog";
  const heading = document.createElement("h2");
  heading.textContent = title;
  heading.id = "ask-title";
  element.setAttribute("aria-labelledby", heading.id);
  form.append(heading);
  body(form);
  const bar = document.createElement("div");
  bar.className = "ask-buttons";
  for (const { text, value, primary, leaves } of buttons) {
    const button = document.createElement("button");
    button.className = primary ? "btn btn-primary" : "btn";
    button.value = value;
    button.formNoValidate = leaves ?? false;
    button.textContent = text;
    bar.append(button);
  }
  form.append(bar);
  element.append(form);
  document.body.append(element);
  element.showModal();
  return new Promise((resolve) => {
    element.addEventListener("close", () => {
      element.remove();
      resolve(element.returnValue);
    });
  });
}

/** Which style the two-way numbers of a block are in: "vi", "en", or "" to leave them out. */
export function askStyle(report: Report, count: number, given: string, readings: [string, string]): Promise<string> {
  const [vi, en] = readings.map((reading) => spoken(reading, report.data.lang));
  return dialog(
    report.text("ask_style", { count }),
    (form) => {
      const line = document.createElement("p");
      line.textContent = report.text("ask_style_example", { given });
      form.append(line);
    },
    [
      { text: report.text("ask_reading", { given, reading: vi ?? "" }), value: "vi" },
      { text: report.text("ask_reading", { given, reading: en ?? "" }), value: "en" },
      { text: report.text("ask_skip"), value: "" },
    ],
  );
}

/** A number in words that have only one reading: thousands apart by blanks. */
export function spoken(value: string, lang: string): string {
  const [whole = "", rest = ""] = value.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  return rest ? `${grouped}${lang === "vi" ? "," : "."}${rest}` : grouped;
}

/** The name of a new row, "" when nobody wants one. */
export async function askName(report: Report, title: string, taken: (name: string) => boolean): Promise<string> {
  const input = document.createElement("input");
  input.className = "form-control";
  input.id = "ask-name";
  input.required = true;
  input.maxLength = 300;
  input.addEventListener("input", () => {
    const name = input.value.trim();
    const wrong = /[|;[\]]/.test(name) ? "name_signs" : taken(name) ? "name_taken" : "";
    input.setCustomValidity(wrong ? report.text(wrong) : "");
  });
  const answer = await dialog(
    title,
    (form) => {
      const label = document.createElement("label");
      label.className = "form-label";
      label.htmlFor = input.id;
      label.textContent = report.text("row_name");
      form.append(label, input);
    },
    [
      { text: report.text("add"), value: "add", primary: true },
      { text: report.text("leave"), value: "", leaves: true },
    ],
  );
  return answer === "add" ? input.value.trim() : "";
}
