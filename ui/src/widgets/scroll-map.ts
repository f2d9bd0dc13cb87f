/**
 * Which row of a list stands at which place of a scroll bar. In: how many rows, how tall one and the view are, where the bar stands; out: the
 * row at the top of the view, with a fraction. Browsers draw nothing taller than some million pixels: a longer list is squeezed, so that
 * dragging the bar goes everywhere while wheels and keys still move row by row. Pure.
 */

/** Firefox ends at 17.9 million. */
const MOST_PIXELS = 8_000_000;
/** A bar that moves farther at once was dragged. */
const JUMP_PIXELS = 4000;

export class ScrollMap {
  private count = 0;
  private rowHeight = 1;
  private viewHeight = 1;
  /** Rows above the view that the bar knows nothing of. */
  private offset = 0;
  private before = 0;

  /** @returns whether anything changed */
  resize(count: number, rowHeight: number, viewHeight: number): boolean {
    const same = count === this.count && rowHeight === this.rowHeight && viewHeight === this.viewHeight;
    this.count = count;
    this.rowHeight = Math.max(1, rowHeight);
    this.viewHeight = Math.max(1, viewHeight);
    if (this.wholeHeight <= MOST_PIXELS) this.offset = 0;
    return !same;
  }

  /** How tall the scrolled space is, in pixels. */
  get height(): number {
    return Math.min(MOST_PIXELS, this.wholeHeight);
  }

  /** The row at the top of the view. */
  rowAt(top: number): number {
    return Math.min(Math.max(0, top / this.rowHeight + this.offset), this.lastTop);
  }

  /** How many rows fit into the view. */
  get perView(): number {
    return this.viewHeight / this.rowHeight;
  }

  /**
   * Follows the bar.
   * @returns where the bar should be put instead; undefined = it is fine
   */
  moved(top: number): number | undefined {
    const far = Math.abs(top - this.before) > JUMP_PIXELS;
    this.before = top;
    if (this.height >= this.wholeHeight) return undefined;
    const atEnd = top <= 0 || top >= this.mostTop;
    if (far) this.offset = (top / this.mostTop) * this.lastTop - top / this.rowHeight;
    else if (atEnd && Math.abs(this.rowAt(top) - (top <= 0 ? 0 : this.lastTop)) >= 1)
      return this.placeOf(this.rowAt(top));
    return undefined;
  }

  /** Where the bar must stand for a row to be at the top; the map takes the row for being there from now on. */
  placeOf(row: number): number {
    const wanted = Math.min(Math.max(0, row), this.lastTop);
    if (this.height >= this.wholeHeight) return wanted * this.rowHeight;
    const top = Math.round((wanted / Math.max(1, this.lastTop)) * this.mostTop);
    this.offset = wanted - top / this.rowHeight;
    this.before = top;
    return top;
  }

  private get wholeHeight(): number {
    return this.count * this.rowHeight;
  }

  private get mostTop(): number {
    return Math.max(1, this.height - this.viewHeight);
  }

  private get lastTop(): number {
    return Math.max(0, this.count - this.perView);
  }
}
