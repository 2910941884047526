// Exact decimals: an integer of any size and how many of its digits stand behind the point.

const POWERS: bigint[] = [1n];
const QUOTIENT_DIGITS = 34;

/** 10 to the power of n. */
export function power(n: number): bigint {
  for (let at = POWERS.length; at <= n; at += 1) POWERS.push((POWERS[at - 1] as bigint) * 10n);
  return POWERS[n] as bigint;
}

/** units / 10^scale; the scale is never negative. */
export class Decimal {
  constructor(
    readonly units: bigint,
    readonly scale: number,
  ) {}
}

export const ZERO = new Decimal(0n, 0);

/** The number of a text such as "-12.50". */
export function readNumber(text: string): Decimal {
  const point = text.indexOf(".");
  if (point < 0) return new Decimal(BigInt(text), 0);
  return new Decimal(BigInt(text.slice(0, point) + text.slice(point + 1)), text.length - point - 1);
}

/** Plain digits without zeros at the end that say nothing. */
export function printNumber({ units, scale }: Decimal): string {
  const digits = magnitude(units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const rest = digits.slice(digits.length - scale).replace(/0+$/, "");
  return (units < 0n ? "-" : "") + (rest ? `${whole}.${rest}` : whole);
}

export function compareNumbers(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const [x, y] = [unitsAt(a, scale), unitsAt(b, scale)];
  return x < y ? -1 : x > y ? 1 : 0;
}

export function add(terms: readonly Decimal[]): Decimal {
  const scale = terms.reduce((most, term) => Math.max(most, term.scale), 0);
  return new Decimal(
    terms.reduce((sum, term) => sum + unitsAt(term, scale), 0n),
    scale,
  );
}

export function negate(x: Decimal): Decimal {
  return new Decimal(-x.units, x.scale);
}

export function absolute(x: Decimal): Decimal {
  return x.units < 0n ? negate(x) : x;
}

export function multiply(x: Decimal, y: Decimal): Decimal {
  return new Decimal(x.units * y.units, x.scale + y.scale);
}

/** To 34 significant digits, half to even; the divisor is not zero. */
export function divide(x: Decimal, y: Decimal): Decimal {
  if (x.units === 0n) return ZERO;
  const [over, under] = [magnitude(x.units), magnitude(y.units)];
  const shift = Math.max(0, QUOTIENT_DIGITS + 1 + digitsOf(under) - digitsOf(over));
  const shifted = over * power(shift);
  let units = shifted / under;
  const spare = Math.max(0, digitsOf(units) - QUOTIENT_DIGITS);
  const unit = power(spare);
  const left = units % unit;
  const isInexact = shifted % under !== 0n;
  units /= unit;
  const twice = left * 2n;
  if (spare > 0 && (twice > unit || (twice === unit && (isInexact || units % 2n === 1n)))) units += 1n;
  return plain(x.units < 0n === y.units < 0n ? units : -units, shift - spare + x.scale - y.scale);
}

/** With so many decimals, half away from zero. */
export function round(x: Decimal, decimals: number): Decimal {
  if (x.scale <= decimals) return new Decimal(unitsAt(x, decimals), decimals);
  const unit = power(x.scale - decimals);
  const size = magnitude(x.units);
  const units = size / unit + ((size % unit) * 2n >= unit ? 1n : 0n);
  return new Decimal(x.units < 0n ? -units : units, decimals);
}

function plain(units: bigint, scale: number): Decimal {
  if (scale <= 0) return new Decimal(units * power(-scale), 0);
  while (scale > 0 && units % 10n === 0n) {
    units /= 10n;
    scale -= 1;
  }
  return new Decimal(units, scale);
}

function unitsAt(x: Decimal, scale: number): bigint {
  return x.scale === scale ? x.units : x.units * power(scale - x.scale);
}

function magnitude(units: bigint): bigint {
  return units < 0n ? -units : units;
}

function digitsOf(units: bigint): number {
  return units.toString().length;
}
