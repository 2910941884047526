// The figures of a report by slot. A number that fits is kept as a double of its cell's smallest units, which is
// exact up to 2^53; all else stands beside.

import { Decimal, power, printNumber, readNumber, round } from "./numbers";
import type { CellKind } from "./plan";
import { BLANK, Day, MARK, type Value } from "./values";

/** In `units`: nothing entered. */
export const NOTHING = Infinity;
/** In `units`: a mark, a text, a date, or a number beyond 2^53. */
export const ELSEWHERE = Number.NaN;

export class Figures {
  readonly units: Float64Array;
  private readonly others: (Value | undefined)[];

  constructor(
    readonly decimals: readonly number[],
    readonly kinds: readonly CellKind[],
  ) {
    this.units = new Float64Array(decimals.length).fill(NOTHING);
    this.others = new Array(decimals.length);
  }

  value(slot: number): Value {
    const units = this.units[slot] as number;
    if (units === NOTHING) return BLANK;
    if (Number.isNaN(units)) return this.others[slot] ?? BLANK;
    return new Decimal(BigInt(units), this.decimals[slot] as number);
  }

  put(slot: number, value: Value): void {
    this.units[slot] = value === BLANK ? NOTHING : ELSEWHERE;
    this.others[slot] = value;
    if (!(value instanceof Decimal)) return;
    const { units } = round(value, this.decimals[slot] as number);
    if (units >= Number.MIN_SAFE_INTEGER && units <= Number.MAX_SAFE_INTEGER) this.units[slot] = Number(units);
  }

  /** Put what the exchange form says ("12.5", "-", "2026-09-14"). */
  type(slot: number, text: string): void {
    this.put(slot, readFigure(text, this.kinds[slot] as CellKind));
  }

  /** The exchange form; numbers with all decimals of their cell, as the server prints them. */
  print(slot: number): string {
    const value = this.value(slot);
    if (value instanceof Decimal) return withDecimals(printNumber(value), this.decimals[slot] as number);
    if (value instanceof Day) return value.text;
    return value === MARK ? "x" : typeof value === "string" ? value : "";
  }
}

function readFigure(text: string, kind: CellKind): Value {
  if (text === "") return BLANK;
  if (kind === "text") return text;
  if (kind === "date") return new Day(text);
  if (text === "-") return new Decimal(0n, 0);
  if (text === "x") return MARK;
  return text === "..." ? BLANK : readNumber(text);
}

function withDecimals(number: string, decimals: number): string {
  const [whole = "", rest = ""] = number.split(".");
  return decimals ? `${whole}.${rest.padEnd(decimals, "0")}` : whole;
}

/** The largest figure that is kept, in a cell's smallest units. */
export const LARGEST = 92n * power(17);
