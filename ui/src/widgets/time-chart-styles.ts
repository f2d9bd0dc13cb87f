/** How charts over time look around their canvas: head, tooltip, the part being dragged. Shared by lines and heatmaps. */
import { css } from "lit";

export const timeChartStyles = css`
  :host {
    position: relative;
  }
  .head {
    display: flex;
    gap: var(--space-4);
    height: var(--row);
    align-items: center;
    font-size: var(--text-small);
    color: var(--text-2);
    overflow: hidden;
    white-space: nowrap;
  }
  /* What is to be clicked keeps its width; the note is cut. */
  h3,
  ::slotted(*) {
    flex: none;
  }
  h3 {
    color: var(--text-1);
    font-size: var(--text-body);
  }
  .note {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--text-3);
  }
  .at {
    margin-left: auto;
    color: var(--text-3);
  }
  .plot {
    position: relative;
    height: var(--chart);
    touch-action: pan-y;
    cursor: crosshair;
  }
  .plot.pointing {
    cursor: pointer;
  }
  .u-select {
    background: var(--accent);
    opacity: 0.15;
  }
  .u-cursor-x,
  .u-cursor-y {
    border-color: var(--line-strong);
  }
  .none {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    color: var(--text-3);
    pointer-events: none;
  }
  .tip {
    position: absolute;
    z-index: 2;
    pointer-events: none;
    padding: var(--space-2) var(--space-3);
    background: var(--surface-1);
    border: var(--hairline) solid var(--line-strong);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
    font-size: var(--text-small);
    white-space: nowrap;
    max-width: min(100%, var(--field-width));
  }
  .tip p {
    color: var(--text-2);
  }
  .tip li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--space-3);
    color: var(--text-2);
  }
  .tip li.nearest {
    color: var(--text-1);
    font-weight: var(--weight-strong);
  }
  .tip i {
    width: var(--space-4);
    height: var(--focus-width);
    background: var(--tone);
  }
  .tip .value {
    text-align: right;
  }
`;
