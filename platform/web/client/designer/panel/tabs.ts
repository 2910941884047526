// A row of tabs as WAI-ARIA describes it: arrows walk, one tab is in the order of Tab.

export function mountTabs(list: HTMLElement, opened: (tab: HTMLElement) => void = () => {}): (id: string) => void {
  const tabs = [...list.querySelectorAll<HTMLElement>('[role="tab"]')];
  const open = (tab: HTMLElement): void => {
    for (const each of tabs) {
      const chosen = each === tab;
      each.setAttribute("aria-selected", String(chosen));
      each.tabIndex = chosen ? 0 : -1;
      for (const pane of (each.getAttribute("aria-controls") ?? "").split(" ")) {
        document.getElementById(pane)?.toggleAttribute("hidden", !chosen);
      }
    }
    opened(tab);
  };
  list.addEventListener("click", (event) => {
    const tab = (event.target as Element).closest<HTMLElement>('[role="tab"]');
    if (tab) open(tab);
  });
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step && at >= 0 ? tabs[(at + step + tabs.length) % tabs.length] : undefined;
    if (!next) return;
    event.preventDefault();
    open(next);
    next.focus();
  });
  return (id) => tabs.filter((tab) => tab.id === id).forEach(open);
}
