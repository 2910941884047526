// The bodies of the language's functions. For sets a body gets one list; it never sees "does not apply".

import type { Arithmetic } from "./arithmetic";
import { Decimal } from "./numbers";
import { BLANK, type Counted, Day, DIVIDED_BY_ZERO, Interval, isEntered, Missing, type Value } from "./values";

export type Body = (numbers: Arithmetic, values: readonly Value[]) => Value;

/** The sum of what is entered; x is left out, nothing entered is blank. */
export const total: Body = (numbers, values) => {
  const there = values.filter(isEntered) as Counted[];
  return there.length ? numbers.add(there) : BLANK;
};

const average: Body = (numbers, values) => {
  const there = values.filter(isEntered) as Counted[];
  return there.length ? quotient(numbers, numbers.add(there), numbers.literal(whole(there.length))) : BLANK;
};

const least: Body = (numbers, values) => {
  const there = values.filter(isEntered) as Counted[];
  return there.length ? numbers.least(there) : BLANK;
};

const greatest: Body = (numbers, values) => {
  const there = values.filter(isEntered) as Counted[];
  return there.length ? numbers.greatest(there) : BLANK;
};

/** a / b · 100; 0/0 and blank/blank are blank. */
const ratio: Body = (numbers, [part = BLANK, whole_ = BLANK]) => {
  if (part === BLANK || whole_ === BLANK) return BLANK;
  if (isZero(part) && isZero(whole_)) return BLANK;
  const result = quotient(numbers, part, whole_);
  return result === DIVIDED_BY_ZERO ? result : numbers.multiply(result as Counted, numbers.literal(whole(100)));
};

const days: Body = (numbers, [first, last]) =>
  first instanceof Day && last instanceof Day ? numbers.literal(whole(last.number - first.number)) : BLANK;

const partOfDate =
  (from: number, to: number): Body =>
  (numbers, [day]) =>
    day instanceof Day ? numbers.literal(whole(Number(day.text.slice(from, to)))) : BLANK;

/** By the names of `engine.functions.BODIES`. */
export const BODIES: Readonly<Record<string, Body>> = {
  tổng: total,
  trung_bình: average,
  nhỏ_nhất: least,
  lớn_nhất: greatest,
  đếm: (numbers, values) => numbers.literal(whole(values.filter(isEntered).length)),
  làm_tròn: (numbers, [value = BLANK, digits]) =>
    value instanceof Missing ? value : numbers.round(value as Counted, Number((digits as Decimal).units)),
  trị_tuyệt_đối: (numbers, [value = BLANK]) => (value instanceof Missing ? value : numbers.absolute(value as Counted)),
  tỷ_lệ: ratio,
  nếu_trống: (_, [value = BLANK, otherwise = BLANK]) => (value === BLANK ? otherwise : value),
  năm: partOfDate(0, 4),
  tháng: partOfDate(5, 7),
  số_ngày: days,
  độ_dài: (numbers, [text]) => (typeof text === "string" ? numbers.literal(whole([...text].length)) : BLANK),
};

/** Functions that multiply or divide: a mark x among their arguments makes them n/a. */
export const MULTIPLIES = new Set(["tỷ_lệ"]);

/** x / y where both are numbers; n/a by zero. */
export function quotient(numbers: Arithmetic, x: Value, y: Value): Value {
  return numbers.divide(x as Counted, y as Counted) ?? DIVIDED_BY_ZERO;
}

export function whole(number: number): Decimal {
  return new Decimal(BigInt(number), 0);
}

function isZero(value: Value): boolean {
  return value instanceof Decimal && value.units === 0n && !(value instanceof Interval);
}
