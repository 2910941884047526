// What the page brings along: words in its reader's language and addresses.

import type { Urls } from "./store";

export interface PageData {
  readonly lang: "vi" | "en";
  readonly who: string;
  readonly urls: Urls & { readonly [name: string]: string };
  readonly texts: { readonly [name: string]: string };
}

export const page = JSON.parse(document.getElementById("designer-data")?.textContent ?? "{}") as PageData;

/** A sentence of the page with its braces filled. */
export function text(name: string, facts: { readonly [name: string]: string | number } = {}): string {
  return (page.texts[name] ?? name).replace(/\{(\w+)\}/g, (_, fact: string) => String(facts[fact] ?? ""));
}

export function find<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no #${id}`);
  return element as T;
}

type Attributes = { readonly [name: string]: string | number | boolean | null | undefined };

/** An element with attributes and children; attributes that are null or false are left out. */
export function made<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}
