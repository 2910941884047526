// Figures as people write them: 1.234,5 and 1,234.5 and 1234.5. A text with two readings is never guessed.

import type { Kind } from "./model";

export const NUMERIC = ["integer", "decimal", "money", "percent"];

export type Reading =
  | { is: "value"; value: string }
  | { is: "ambiguous"; readings: [string, string] } // Vietnamese, English
  | { is: "wrong"; why: string; facts?: Record<string, string | number> };

const MARKS: Record<string, string> = { "-": "-", "–": "-", x: "x", X: "x", "...": "...", "…": "..." };
const VIETNAMESE = /^-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$/;
const ENGLISH = /^-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/;

/** What `given` means in a cell, in exchange form. */
export function read(given: string, kind: Kind): Reading {
  const text = given.normalize("NFC").trim();
  if (text === "") return { is: "value", value: "" };
  if (NUMERIC.includes(kind.type)) return readNumber(text, kind);
  if (kind.type === "date") return readDate(text);
  if (kind.choices && !kind.choices.includes(text)) {
    return { is: "wrong", why: "wrong_choice", facts: { choices: kind.choices.join(", ") } };
  }
  return { is: "value", value: text };
}

function readNumber(text: string, kind: Kind): Reading {
  const mark = MARKS[text];
  if (mark) return { is: "value", value: mark };
  const bare = text.replace(/[\s\u00a0\u202f]/g, "").replace(/%$/, "").replace(/^[−–]/, "-");
  const vi = VIETNAMESE.test(bare) ? tidy(bare.replaceAll(".", "").replace(",", ".")) : null;
  const en = ENGLISH.test(bare) ? tidy(bare.replaceAll(",", "")) : null;
  if (vi === null && en === null) return { is: "wrong", why: "wrong_number" };
  if (vi !== null && en !== null && vi !== en) {
    const fits = [vi, en].filter((reading) => kind.decimals > 0 || !reading.includes("."));
    if (fits.length === 2) return { is: "ambiguous", readings: [vi, en] };
    if (fits.length === 1) return { is: "value", value: fits[0] ?? "" };
  }
  return fitted(vi ?? en ?? "", kind);
}

/** A number that is read, or why it cannot stand in the cell. */
export function fitted(value: string, kind: Kind): Exclude<Reading, { is: "ambiguous" }> {
  if ((value.split(".")[1] ?? "").length > kind.decimals) {
    return { is: "wrong", why: kind.decimals ? "wrong_decimals" : "wrong_whole", facts: { decimals: kind.decimals } };
  }
  if (value.replace(/[-.]/g, "").length > 18 - (kind.decimals - (value.split(".")[1] ?? "").length)) {
    return { is: "wrong", why: "wrong_large" };
  }
  return { is: "value", value };
}

/** Without leading zeros and without zeros after the point that say nothing. */
function tidy(number: string): string {
  const [, sign = "", whole = "0", rest = ""] = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(number) ?? [];
  const value = rest ? `${whole}.${rest}` : whole;
  return value === "0" ? "0" : sign + value;
}

function readDate(text: string): Reading {
  const parts = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text);
  const iso = parts ? `${parts[3]}-${parts[2]?.padStart(2, "0")}-${parts[1]?.padStart(2, "0")}` : text;
  const day = new Date(`${iso}T00:00:00Z`);
  const exists = /^\d{4}-\d\d-\d\d$/.test(iso) && !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(iso);
  return exists ? { is: "value", value: iso } : { is: "wrong", why: "wrong_date" };
}

/** A figure as the reader of the language writes it; `plain` leaves the thousands together, as for typing. */
export function show(value: string, kind: Kind, lang: string, plain = false): string {
  if (kind.type === "date") return value.replace(/^(\d{4})-(\d\d)-(\d\d)$/, "$3/$2/$1");
  if (!NUMERIC.includes(kind.type) || !/^-?\d/.test(value)) return value;
  const number = tidy(value);
  return plain ? number.replace(".", lang === "vi" ? "," : ".") : group(number, lang);
}

/** A number with its thousands apart. */
export function group(number: string, lang: string): string {
  const [between, point] = lang === "vi" ? [".", ","] : [",", "."];
  const [whole = "", rest = ""] = number.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, between);
  return rest ? `${grouped}${point}${rest}` : grouped;
}

/** Whether two exchange texts are the same figure ("12.50" and "12.5"). */
export function same(a: string, b: string): boolean {
  return a === b || (/^-?\d/.test(a) && /^-?\d/.test(b) && tidy(a) === tidy(b));
}
