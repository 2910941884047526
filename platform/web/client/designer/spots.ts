// Which spot of the form an element of the canvas stands for.

import type { Spot } from "./table";

const SPOT_KEYS = ["id", "row", "column", "at", "section"];
const spots = new WeakMap<Element, Spot>();

/** The spot an element stands for. */
export function spotOf(element: Element | null): Spot | null {
  const found = element?.closest("[data-at]");
  return (found && spots.get(found)) ?? null;
}

export function sameSpot(a: Spot, b: Spot): boolean {
  const [one, other] = [a, b] as { readonly [name: string]: string | undefined }[];
  return SPOT_KEYS.every((key) => one?.[key] === other?.[key]);
}

/** Give an element its spot. */
export function spotted<T extends HTMLElement>(element: T, spot: Spot): T {
  for (const [name, value] of Object.entries(spot)) element.dataset[name] = value;
  spots.set(element, spot);
  element.tabIndex = -1;
  return element;
}
