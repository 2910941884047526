// The text of a rule that is made by pointing: what is pointed at, spelled in the language of rules. Pure.

export type Way = "children" | "sum" | "difference" | "most" | "percent" | "cumulative" | "previous" | "filled";

/** What was pointed at: `cột 3`, `dòng 1.1`, `ô [1; 3]`; `children` is the set of the rows below it. */
export interface Pointed {
  readonly text: string;
  readonly children?: string;
}

/** How many things are pointed at besides the target: at least, at most. */
export const OPERANDS: { readonly [way in Way]: readonly [number, number] } = {
  children: [0, 0],
  sum: [1, 200],
  difference: [2, 200],
  most: [1, 1],
  percent: [2, 2],
  cumulative: [1, 1],
  previous: [1, 1],
  filled: [0, 0],
};
/** The ways that are equalities: their target can be computed. */
export const COMPUTES: ReadonlySet<Way> = new Set(["children", "sum", "difference", "percent", "cumulative", "previous"]);

const LONG = 8; // more are summed by the function, which reads better

export function ruleText(way: Way, target: Pointed, operands: readonly string[]): string {
  const [first = "", second = ""] = operands;
  switch (way) {
    case "children":
      return `${target.text} = tổng(${target.children ?? "dòng con"})`;
    case "sum":
      return `${target.text} = ${operands.length > LONG ? `tổng(${operands.join("; ")})` : operands.join(" + ")}`;
    case "difference":
      return `${target.text} = ${operands.join(" - ")}`;
    case "most":
      return `${target.text} <= ${first}`;
    case "percent":
      return `${target.text} = ${first} / ${second} * 100`;
    case "cumulative":
      return `${target.text} = lũy_kế(${first})`;
    case "previous":
      return `${target.text} = ${first} của kỳ trước`;
    case "filled":
      return `${target.text} phải nhập`;
  }
}

/** The next code of the usual kind that no rule has. */
export function freeCode(taken: ReadonlySet<string>, from = 1): string {
  let number = from;
  while (taken.has(`K${number}`)) number += 1;
  return `K${number}`;
}
