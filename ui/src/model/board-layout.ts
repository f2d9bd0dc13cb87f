/**
 * Panels on a board's grid of 24 columns: moved, resized, added, removed, never on each other. In: panels and what is to be done; out: new
 * panels in the same order. What is in the way moves down; nothing moves up by itself, so that gaps somebody made stay. Pure.
 */
import type { WireBoardGrid, WireBoardPanel } from "goldspan/contract";

export const COLUMNS = 24;
const LEAST_WIDTH = 3;
const LEAST_HEIGHT = 2;
const MOST_HEIGHT = 40;

export function movePanel(panels: readonly WireBoardPanel[], index: number, dx: number, dy: number): WireBoardPanel[] {
  const { grid } = panels[index];
  const x = Math.min(COLUMNS - grid.w, Math.max(0, grid.x + dx));
  return settle(replaceGrid(panels, index, { ...grid, x, y: Math.max(0, grid.y + dy) }), index);
}

export function resizePanel(
  panels: readonly WireBoardPanel[],
  index: number,
  dw: number,
  dh: number,
): WireBoardPanel[] {
  const { grid } = panels[index];
  const w = Math.min(COLUMNS - grid.x, Math.max(LEAST_WIDTH, grid.w + dw));
  const h = Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, grid.h + dh));
  return settle(replaceGrid(panels, index, { ...grid, w, h }), index);
}

/** At the right of the last one when there is room, else below all. */
export function addPanel(panels: readonly WireBoardPanel[], panel: WireBoardPanel): WireBoardPanel[] {
  const bottom = Math.max(0, ...panels.map(({ grid }) => grid.y + grid.h));
  const last = panels.toSorted((a, b) => b.grid.y - a.grid.y || b.grid.x - a.grid.x)[0]?.grid;
  const beside: WireBoardGrid | undefined = last && { ...panel.grid, x: last.x + last.w, y: last.y };
  const fits = beside && beside.x + beside.w <= COLUMNS && panels.every(({ grid }) => !overlap(grid, beside));
  return [...panels, { ...panel, grid: fits ? beside : { ...panel.grid, x: 0, y: bottom } }];
}

export function removePanel(panels: readonly WireBoardPanel[], index: number): WireBoardPanel[] {
  return panels.filter((_, at) => at !== index);
}

/** Pushes down what overlaps; `fixed` keeps its place. From top to bottom, so that the order of reading stays. */
export function settle(panels: readonly WireBoardPanel[], fixed = -1): WireBoardPanel[] {
  const placed: WireBoardGrid[] = fixed >= 0 ? [panels[fixed].grid] : [];
  const grids = panels.map(({ grid }) => grid);
  const order = panels.map((_, index) => index).filter((index) => index !== fixed);
  order.sort((a, b) => grids[a].y - grids[b].y || grids[a].x - grids[b].x);
  for (const index of order) {
    let grid = grids[index];
    for (
      let hit = placed.find((other) => overlap(other, grid));
      hit;
      hit = placed.find((other) => overlap(other, grid))
    )
      grid = { ...grid, y: hit.y + hit.h };
    placed.push(grid);
    grids[index] = grid;
  }
  return panels.map((panel, index) => ({ ...panel, grid: grids[index] }));
}

/** Indexes in the order of reading: rows from top to bottom, each from left to right. */
export function readingOrder(panels: readonly WireBoardPanel[]): number[] {
  const grid = (index: number): WireBoardGrid => panels[index].grid;
  return panels.map((_, index) => index).sort((a, b) => grid(a).y - grid(b).y || grid(a).x - grid(b).x || a - b);
}

function replaceGrid(panels: readonly WireBoardPanel[], index: number, grid: WireBoardGrid): WireBoardPanel[] {
  return panels.map((panel, at) => (at === index ? { ...panel, grid } : panel));
}

function overlap(a: WireBoardGrid, b: WireBoardGrid): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
