// The card at a desk: one key a decision.

import "./card.css";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if ((event.target as Element).matches("input:not([type=checkbox]), textarea, select")) return;
  const wanted = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
  wanted.closest("details")?.querySelector<HTMLElement>("input[type=checkbox]")?.focus();
});
