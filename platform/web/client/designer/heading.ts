// What stands on paper above and below the sections: the number of the form, the state's heading, title, signatures.

import { spotted } from "./spots";
import { made, text } from "./page";
import type { Template } from "./types";

interface Layout {
  readonly heading?: { readonly form_number?: boolean; readonly issued_by?: string; readonly received_by?: string; readonly unit_line?: boolean };
  readonly signature_block?: readonly { readonly title: string }[];
}

export function drawHeading(form: Template): HTMLElement {
  const { heading } = (form.layout ?? {}) as Layout;
  const basis = (form["legal_basis"] ?? []) as readonly { readonly number: string }[];
  const left = made("div", {}, made("strong", {}, text("form_number", { code: form.code })));
  for (const { number } of basis) left.append(made("div", {}, text("issued_with", { number })));
  left.append(made("div", {}, text("reporter", { agency: "……………" })));
  if (heading?.received_by) left.append(made("div", {}, text("receiver", { agency: heading.received_by })));
  const nation = made(
    "div",
    { class: "nation" },
    made("strong", {}, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    made("strong", { class: "motto" }, "Độc lập - Tự do - Hạnh phúc"),
  );
  const title = spotted(made("h2", { class: "paper-title" }, form.name || text("unnamed_form")), { at: "form" });
  const unit = form["unit"] && heading?.unit_line !== false ? [made("p", { class: "paper-unit" }, text("unit_line", { unit: String(form["unit"]) }))] : [];
  const period = made("p", { class: "paper-period" }, text("period", { period: "……………" }));
  return made("header", {}, made("div", { class: "paper-head" }, left, nation), title, period, ...unit);
}

export function drawFoot(form: Template): HTMLElement {
  const { signature_block: block } = (form.layout ?? {}) as Layout;
  const places = (block ?? []).map(({ title }) => made("div", {}, made("strong", {}, title), made("em", {}, text("sign_here"))));
  return made("footer", { class: "signatures" }, ...places);
}
