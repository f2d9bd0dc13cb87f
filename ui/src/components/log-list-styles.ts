/** How log lines look in a long list: a grid whose columns all rows share. */
import { css } from "lit";

export const logListStyles = css`
  :host {
    container-type: inline-size;
    --log-time: 7.6em;
    --log-service: 9em;
    --log-column: 12em;
    --columns: ;
  }
  .grid {
    display: flex;
    flex-direction: column;
    height: 100%;
  }
  .scroll {
    flex: 1;
    min-height: 0;
    overflow: hidden auto;
    contain: strict;
    overflow-anchor: none;
  }
  .space {
    position: relative;
    overflow: hidden;
  }
  .rows {
    position: absolute;
    inset: 0 0 auto;
    will-change: transform;
  }
  .before {
    position: absolute;
    inset: auto 0 100%;
  }
  .head,
  .row {
    display: grid;
    grid-template-columns: var(--log-time) var(--icon) var(--log-service) minmax(10em, 1fr) var(--columns) var(--icon);
    align-items: center;
    gap: var(--space-3);
    padding: 0 var(--space-4);
  }
  .head {
    flex: none;
    height: var(--row);
    font-size: var(--text-small);
    font-weight: var(--weight-medium);
    color: var(--text-2);
    border-bottom: var(--hairline) solid var(--line);
    position: sticky;
    top: 0;
    z-index: 1;
    background: var(--surface-1);
    border-left: var(--focus-width) solid transparent;
  }
  .head .time {
    text-align: right;
  }
  .head .cell {
    display: flex;
    align-items: center;
    gap: var(--space-2);
  }
  .head button {
    display: flex;
    color: var(--text-3);
    opacity: 0;
  }
  .head .cell:hover button,
  .head button:focus-visible {
    opacity: 1;
  }
  .head svg {
    width: var(--icon-small);
    height: var(--icon-small);
  }
  .row {
    height: var(--row-compact);
    cursor: pointer;
    contain: layout style paint;
    font-size: var(--text-small);
    border-left: var(--focus-width) solid transparent;
  }
  .row:hover {
    background: var(--surface-2);
  }
  .row.chosen {
    background: var(--surface-selected);
  }
  .row.of-error,
  .row.of-fatal {
    border-left-color: var(--error);
  }
  .row.of-warn {
    border-left-color: var(--warn);
  }
  .row .time {
    color: var(--text-2);
    white-space: nowrap;
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  .row .service {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    color: var(--text-2);
    min-width: 0;
  }
  .row .level {
    display: flex;
  }
  .row .body,
  .row .cell {
    font-family: var(--mono);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
    min-width: 0;
    unicode-bidi: isolate;
  }
  .row .cell {
    color: var(--text-2);
  }
  .way a {
    display: flex;
    color: var(--text-3);
  }
  .way a:hover,
  .row:hover .way a,
  .row.chosen .way a {
    color: var(--accent);
  }
  .fields {
    margin-left: var(--space-4);
    color: var(--text-3);
  }
  :host([wrap]) .row {
    height: auto;
    min-height: var(--row-compact);
    align-items: start;
    padding-block: var(--space-1);
  }
  :host([wrap]) .row .body {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    line-height: 1.4;
    display: -webkit-box;
    -webkit-line-clamp: 12;
    -webkit-box-orient: vertical;
  }
  .waiting i {
    grid-column: 4;
    height: var(--space-3);
    width: 60%;
    border-radius: var(--radius);
    background: var(--surface-2);
  }
  .waiting {
    cursor: default;
  }
  @container (max-width: 720px) {
    .head,
    .row {
      grid-template-columns: auto var(--icon) var(--dot) minmax(0, 1fr) var(--icon);
      gap: var(--space-3);
      padding-inline: var(--space-3);
    }
    .row .service .cut,
    .row .cell,
    .head {
      display: none;
    }
  }
`;
