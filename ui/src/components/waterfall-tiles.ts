/**
 * The canvases behind the waterfall's bars: each holds TILE_ROWS rows and scrolls with them, so only what comes into view is painted.
 * In: which rows are in view and how they look; out: canvases inside the scrolled space. A canvas that left the view is used again.
 */
import type { Interval } from "../base/interval.ts";
import { linearTicks } from "../base/ticks.ts";
import type { WaterfallModel } from "../model/waterfall-layout.ts";
import { canvasFont, openCanvas, TokenColors } from "../widgets/canvas-surface.ts";
import { paintRows } from "./paint-waterfall.ts";

/** Few, so that no frame of a fast scroll has to paint many at once. */
const TILE_ROWS = 8;
const PIXELS_PER_TICK = 110;
/** Pixels at the right of the time axis, so that the label of a bar that reaches the end has a place. */
export const LABEL_ROOM = 76;
/** Height of a bar and of the gap above it; stacked bars lie at the bottom of their row. */
const BAR = 10;
const STACKED_BOTTOM = 14;

export interface TileScene {
  readonly model: WaterfallModel;
  readonly space: HTMLElement;
  /** Rows in view: first inclusive, last exclusive. */
  readonly first: number;
  readonly last: number;
  readonly rowHeight: number;
  readonly axis: { readonly left: number; readonly width: number };
  readonly view: Interval;
  readonly hues: readonly number[];
  readonly stacked: boolean;
  readonly critical: boolean;
  readonly isPale: (at: number) => boolean;
}

interface Tile {
  readonly canvas: HTMLCanvasElement;
  /** Which rows it holds, and of which version of the picture; -1 = none. */
  number: number;
  version: number;
}

/** Grid lines of an axis: where, in the unit of the view. */
export function axisTicks(view: Interval, width: number): number[] {
  return linearTicks(view.from, view.to, Math.max(3, Math.floor(width / PIXELS_PER_TICK)));
}

export class WaterfallTiles {
  private tiles: Tile[] = [];
  private version = 0;
  private colors?: TokenColors;

  /** All tiles are painted anew the next time. */
  invalidate(): void {
    this.version += 1;
    this.colors = undefined;
  }

  paint(scene: TileScene): void {
    const from = Math.floor(scene.first / TILE_ROWS);
    const to = Math.ceil(scene.last / TILE_ROWS);
    for (let number = from; number < to; number++) {
      const tile = this.take(scene.space, number, from, to);
      if (tile.number === number && tile.version === this.version) continue;
      tile.number = number;
      tile.version = this.version;
      this.colors ??= new TokenColors(tile.canvas);
      this.paintTile(tile, scene, this.colors);
    }
    for (const tile of this.tiles) tile.canvas.hidden = tile.number < from || tile.number >= to;
  }

  /** The tile that holds these rows, else one that is out of view, else a new one. */
  private take(space: HTMLElement, number: number, from: number, to: number): Tile {
    const found =
      this.tiles.find((tile) => tile.number === number) ??
      this.tiles.find((tile) => tile.number < from || tile.number >= to);
    if (found?.canvas.isConnected) return found;
    const tile: Tile = { canvas: document.createElement("canvas"), number: -1, version: -1 };
    tile.canvas.setAttribute("aria-hidden", "true");
    space.append(tile.canvas);
    this.tiles = [...this.tiles.filter((other) => other.canvas.isConnected), tile];
    return tile;
  }

  private paintTile({ canvas, number }: Tile, scene: TileScene, colors: TokenColors): void {
    const { model, rowHeight, axis, view, stacked } = scene;
    const from = number * TILE_ROWS;
    const to = Math.min(model.rows.count, from + TILE_ROWS);
    const height = (to - from) * rowHeight;
    canvas.style.transform = `translate(${axis.left}px, ${from * rowHeight}px)`;
    canvas.style.width = `${axis.width + LABEL_ROOM}px`;
    canvas.style.height = `${height}px`;
    const context = openCanvas(canvas, axis.width + LABEL_ROOM, height);
    if (!context) return;
    context.font = canvasFont(scene.space);
    paintRows(context, model, from, to, {
      view,
      width: axis.width,
      rowHeight,
      barTop: stacked ? rowHeight - STACKED_BOTTOM : (rowHeight - BAR) / 2,
      barHeight: BAR,
      gridTop: stacked ? rowHeight - STACKED_BOTTOM - 2 : 0,
      hues: scene.hues,
      ticks: axisTicks(view, axis.width),
      colors,
      critical: scene.critical,
      isPale: scene.isPale,
    });
  }
}
