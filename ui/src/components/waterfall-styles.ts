/** How the waterfall looks. Sizes that the geometry needs are read back from here: --row-compact, or twice that when stacked. */
import { css } from "lit";

export const waterfallStyles = css`
  :host {
    display: flex;
    position: relative;
    flex-direction: column;
    min-height: 0;
    --name-width: 38%;
    --waterfall-row: var(--row-compact);
  }
  :host([stacked]) {
    --waterfall-row: calc(var(--row-compact) + var(--space-5));
  }
  gs-splitter {
    position: absolute;
    top: 0;
    bottom: 0;
    left: calc(var(--name-width) - var(--space-3) / 2);
    z-index: 1;
  }
  .scroller {
    position: relative;
    flex: 1;
    min-height: 0;
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-gutter: stable;
    background: var(--surface-1);
  }
  .scroller:focus-visible {
    outline-offset: calc(-1 * var(--focus-width));
  }
  .space {
    position: relative;
    contain: size layout paint;
  }
  .row {
    position: absolute;
    inset: 0 0 auto;
    height: var(--waterfall-row);
    border-radius: 0;
    cursor: pointer;
    contain: layout paint style;
  }
  .row:hover {
    background: var(--surface-2);
  }
  .row.match {
    background: color-mix(in oklch, var(--highlight) 40%, transparent);
  }
  .row.selected {
    background: var(--surface-selected);
  }
  .row.cursor {
    box-shadow: inset var(--focus-width) 0 var(--accent);
  }
  .name {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    width: var(--name-width);
    height: var(--row-compact);
    padding: 0 var(--space-3);
    white-space: nowrap;
    overflow: hidden;
  }
  :host([stacked]) .name {
    width: 100%;
  }
  :host([stacked]) .row {
    border-bottom: var(--hairline) solid var(--line);
  }
  .pale .service,
  .pale .operation {
    color: var(--text-3);
  }
  .pale .dot,
  .pale .severity {
    opacity: 0.4;
  }
  .indent {
    flex: none;
    align-self: stretch;
    width: calc(var(--indent) * var(--space-4));
    background: repeating-linear-gradient(
      to right,
      transparent 0 calc(var(--space-4) - var(--hairline)),
      var(--line) calc(var(--space-4) - var(--hairline)) var(--space-4)
    );
  }
  .fold {
    flex: none;
    display: grid;
    place-items: center;
    width: var(--icon);
    height: var(--icon);
    border-radius: var(--radius);
    color: var(--text-3);
  }
  .fold:hover {
    background: var(--line);
    color: var(--text-1);
  }
  .fold svg {
    width: var(--icon-small);
    height: var(--icon-small);
  }
  .service {
    color: var(--text-2);
    flex: none;
    max-width: 45%;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .operation {
    overflow: hidden;
    text-overflow: ellipsis;
    min-width: 0;
  }
  .missing {
    font-style: italic;
    color: var(--text-2);
  }
  .times {
    font-weight: var(--weight-strong);
    flex: none;
  }
  .count {
    display: inline-flex;
    align-items: center;
    gap: var(--space-1);
    flex: none;
    padding: 0 var(--space-2);
    border-radius: var(--radius);
    background: var(--surface-2);
    color: var(--text-2);
    font-size: var(--text-small);
    line-height: 1.35;
  }
  .count svg {
    width: var(--icon-small);
    height: var(--icon-small);
  }
  .sign {
    flex: none;
    font-size: var(--text-small);
    line-height: 1.35;
  }
  .sign svg {
    display: block;
    width: var(--icon-small);
    height: var(--icon-small);
  }
  .bad {
    color: var(--error);
  }
  .odd {
    padding: 0 var(--space-2);
    border-radius: var(--radius);
    color: var(--warn);
    background: var(--warn-soft);
  }
  .log:not(.pale) .operation {
    color: var(--text-2);
  }
  .log .operation {
    font-size: var(--text-small);
  }
  canvas {
    position: absolute;
    pointer-events: none;
  }
  .divider {
    position: absolute;
    top: 0;
    bottom: 0;
    left: var(--name-width);
    width: var(--hairline);
    background: var(--line);
    pointer-events: none;
  }
  :host([stacked]) .divider {
    display: none;
  }
  .zooming {
    position: absolute;
    top: 0;
    bottom: 0;
    background: var(--accent);
    opacity: 0.14;
    pointer-events: none;
  }
  .tip {
    position: fixed;
    z-index: 5;
    pointer-events: none;
    max-width: var(--field-width);
    padding: var(--space-2) var(--space-3);
    background: var(--surface-1);
    border: var(--hairline) solid var(--line-strong);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
    overflow-wrap: anywhere;
  }
`;
