// The header tree above the grid: titles of up to six levels over the number line, in a frozen and a moving part.

import type { HeaderCell, Section } from "./model";

export interface Header {
  scrollTo(left: number): void;
  height: number;
}

interface Box {
  title: string;
  column: number;
  width: number;
  row: number;
  height: number;
  ordinal?: boolean;
}

/** Draw the header of a section into `host`; `widths` are those of all grid columns, the first `frozen` stay. */
export function drawHeader(host: HTMLElement, section: Section, widths: number[], frozen: number): Header {
  const levels = Math.max(1, ...section.header.map(depth));
  const left: Box[] = [];
  leadTitles(section).forEach(([title, ordinal], column) => {
    left.push({ title, column, width: 1, row: 0, height: levels });
    left.push({ title: ordinal, column, width: 1, row: levels, height: 1, ordinal: true });
  });
  const right: Box[] = [];
  place(section.header, 0, 0, levels, right);
  section.columns.forEach((column, at) =>
    right.push({ title: column.ordinal, column: at, width: 1, row: levels, height: 1, ordinal: true }),
  );
  host.replaceChildren();
  const still = pane(left, widths.slice(0, frozen), levels, "header-still");
  const moving = pane(right, widths.slice(frozen), levels, "header-moving");
  const clip = document.createElement("div");
  clip.className = "header-clip";
  clip.append(moving);
  host.append(still, clip);
  return {
    scrollTo: (x) => {
      moving.style.transform = `translateX(${-x}px)`;
    },
    height: host.offsetHeight,
  };
}

/** Titles and ordinals of the frozen columns. */
function leadTitles(section: Section): [string, string][] {
  const { names, ordinals } = section.lead;
  return names.map((name, at) => [name, ordinals[at] ?? ""]);
}

function depth(cell: HeaderCell): number {
  return 1 + Math.max(0, ...cell.children.map(depth));
}

function leaves(cell: HeaderCell): number {
  return cell.children.length ? cell.children.reduce((sum, child) => sum + leaves(child), 0) : 1;
}

function place(cells: HeaderCell[], column: number, row: number, levels: number, boxes: Box[]): void {
  for (const cell of cells) {
    const width = leaves(cell);
    const height = cell.children.length ? 1 : levels - row;
    boxes.push({ title: cell.title, column, width, row, height });
    place(cell.children, column, row + 1, levels, boxes);
    column += width;
  }
}

function pane(boxes: Box[], widths: number[], levels: number, name: string): HTMLElement {
  const element = document.createElement("div");
  element.className = name;
  element.style.gridTemplateColumns = widths.map((width) => `${width}px`).join(" ");
  element.style.gridTemplateRows = `repeat(${levels}, minmax(26px, auto)) 22px`;
  for (const box of boxes) {
    const cell = document.createElement("div");
    cell.className = box.ordinal ? "header-cell header-ordinal" : "header-cell";
    cell.textContent = box.title;
    cell.title = box.title;
    cell.style.gridColumn = `${box.column + 1} / span ${box.width}`;
    cell.style.gridRow = `${box.row + 1} / span ${box.height}`;
    element.append(cell);
  }
  return element;
}
