// What is typed, as an example of a template: figures by section, row and column, and the rules that fail on them.

import type { Report } from "../fill/model";

export type Figures = { readonly [name: string]: unknown };
export interface Example {
  readonly name: string;
  readonly figures: Figures;
  readonly context?: Figures;
  readonly expect?: readonly string[];
}

export function newExample(name: string, report: Report, failed: readonly string[], context: Figures): Example {
  const figures: { [section: string]: { [row: string]: { [column: string]: string } } } = {};
  for (const section of report.sections.values()) {
    for (const row of section.rows) {
      row.values.forEach((value, at) => {
        const column = section.columns[at]?.id;
        if (!value || !column || report.isComputed({ section: section.id, row: row.key, column })) return;
        ((figures[section.id] ??= {})[row.key] ??= {})[column] = value;
      });
    }
  }
  return {
    name,
    figures,
    ...(Object.keys(context).length ? { context } : {}),
    ...(failed.length ? { expect: failed } : {}),
  };
}
