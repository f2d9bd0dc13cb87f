/** How graphs look: discs with rings, lines, names; what is not in focus is dimmed. */
import { css } from "lit";

export const graphStyles = css`
  :host {
    position: relative;
    overflow: hidden;
    background: var(--surface-1);
  }
  .canvas {
    display: block;
    width: 100%;
    height: 100%;
    cursor: grab;
    touch-action: none;
    user-select: none;
  }
  .canvas:active {
    cursor: grabbing;
  }
  .node {
    cursor: pointer;
    outline: none;
  }
  .node,
  .edge {
    transition: opacity var(--motion);
  }
  .dimmed {
    opacity: 0.22;
  }
  rect.reach {
    fill: transparent;
    stroke: none;
  }
  .disc {
    fill: color-mix(in oklab, var(--hue) 26%, var(--surface-1));
    stroke: var(--hue);
    stroke-width: 2.5;
  }
  .plain .disc {
    fill: var(--surface-2);
    stroke: var(--line-strong);
    stroke-width: 1.5;
  }
  .failed {
    fill: none;
    stroke: var(--error);
    stroke-width: 4.5;
  }
  .halo {
    fill: none;
    stroke: none;
  }
  .node:hover .halo {
    stroke: var(--line-strong);
    stroke-width: 1;
  }
  .node.focused .halo {
    stroke: var(--accent);
    stroke-width: 1.5;
  }
  .node:focus-visible .halo {
    stroke: var(--accent);
    stroke-width: 2.5;
  }
  .sign {
    color: var(--text-2);
    overflow: visible;
  }
  text {
    font-size: var(--text-small);
    text-anchor: middle;
    fill: var(--text-1);
    paint-order: stroke;
    stroke: var(--surface-1);
    stroke-width: 3;
    stroke-linejoin: round;
  }
  .name {
    font-weight: var(--weight-strong);
  }
  .below {
    fill: var(--text-2);
  }
  .small .node:not(.focused) .below,
  .small .figure {
    display: none;
  }
  .mark path {
    fill: var(--warn);
    stroke: var(--surface-1);
    stroke-width: 1.5;
  }
  .mark.bad path {
    fill: var(--error);
  }
  .mark path.bang,
  .mark.bad path.bang {
    fill: none;
    stroke: var(--surface-1);
    stroke-linecap: round;
  }
  .flag rect {
    fill: var(--surface-2);
    stroke: var(--surface-1);
    stroke-width: 1.5;
  }
  .flag.error rect {
    fill: var(--error-soft);
  }
  .flag.warn rect {
    fill: var(--warn-soft);
  }
  .flag,
  .flag text {
    color: var(--text-2);
    fill: var(--text-2);
  }
  .flag.error,
  .flag.error text {
    color: var(--error);
    fill: var(--error);
  }
  .flag.warn,
  .flag.warn text {
    color: var(--warn);
    fill: var(--warn);
  }
  .flag text {
    text-anchor: start;
    stroke: none;
    font-weight: var(--weight-strong);
  }
  .line {
    fill: none;
    stroke: var(--line-strong);
  }
  .tip {
    fill: var(--line-strong);
  }
  .reach {
    fill: none;
    stroke: transparent;
    stroke-width: 14;
    cursor: pointer;
  }
  .failing .line {
    stroke: var(--error);
  }
  .failing .tip {
    fill: var(--error);
  }
  .touched:not(.failing) .line,
  .edge:hover:not(.failing) .line {
    stroke: var(--text-3);
  }
  .touched:not(.failing) .tip,
  .edge:hover:not(.failing) .tip {
    fill: var(--text-3);
  }
  .figure {
    fill: var(--text-2);
    pointer-events: none;
  }
  .failing .figure {
    fill: var(--error);
  }
  .tools {
    position: absolute;
    right: var(--space-4);
    bottom: var(--space-4);
    display: flex;
    gap: var(--space-2);
  }
`;
