// Publishing: what stands in the way first, then the day from which the version counts.

import { post, Refused } from "../server";
import { pending, state, subscribe } from "../store";
import type { Finding } from "../types";
import { findingLine } from "./findings";
import { find, made, text } from "./texts";

export function mountPublish(open: (tab: string) => void): void {
  const press = document.getElementById("publish");
  const dialog = find<HTMLDialogElement>("publish-dialog");
  const show = (findings: readonly Finding[] = state().derived.findings): void => {
    const errors = findings.filter((finding) => finding.severity === "error").length;
    const name = errors ? "faulty" : findings.length ? "told" : "clean";
    find("publish-state").textContent = text(name, { count: errors || findings.length }, "publish-dialog");
    find("publish-findings").replaceChildren(...findings.map((finding) => findingLine(finding, leaveFor)));
    find<HTMLButtonElement>("publish-go").disabled = errors > 0 || pending() > 0 || !state().may.publish;
  };
  const leaveFor = (tab: string): void => {
    dialog.close();
    open(tab);
  };
  press?.addEventListener("click", () => {
    show();
    dialog.showModal();
  });
  find("publish-leave").addEventListener("click", () => dialog.close());
  subscribe((news) => {
    if (dialog.open && (news.derived || news.saving)) show();
  });
  find<HTMLFormElement>("publish-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void publish(show);
  });
}

async function publish(show: (findings: readonly Finding[]) => void): Promise<void> {
  const go = find<HTMLButtonElement>("publish-go");
  go.disabled = true;
  try {
    const body = { base: state().revision, effective_from: find<HTMLInputElement>("publish-from").value };
    const { address } = await post<{ address: string }>(find("publish-form").dataset["address"] ?? "", body);
    window.location.assign(address);
  } catch (fault) {
    const refused = fault instanceof Refused ? fault : null;
    const findings = (refused?.problem["findings"] ?? []) as Finding[];
    const told = refused?.message || text("away", {}, "publish-dialog");
    if (findings.length) show(findings);
    else find("publish-findings").replaceChildren(made("li", told, { class: "finding-error" }));
    go.disabled = false;
  }
}
