/** How the table of log patterns looks: narrow columns for figures, the text takes what is left. */
import { css } from "lit";

export const logPatternStyles = css`
  :host {
    container-type: inline-size;
  }
  .warn {
    color: var(--warn);
  }
  .warn svg {
    width: var(--icon-small);
    height: var(--icon-small);
    vertical-align: -0.15em;
  }
  .sum {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-4);
    padding: var(--space-3) var(--space-5);
  }
  th.what {
    width: 100%;
  }
  td.what {
    max-width: 0;
  }
  thead th {
    position: sticky;
    top: 0;
    z-index: 1;
    background: var(--surface-1);
  }
  th button {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
  }
  th svg,
  .toggle svg {
    flex: none;
    width: var(--icon-small);
    height: var(--icon-small);
  }
  td {
    padding-block: var(--space-2);
    vertical-align: top;
  }
  tbody tr:not(.detail) {
    cursor: pointer;
  }
  tbody tr:not(.detail):hover > * {
    background: var(--surface-2);
  }
  tr.open > * {
    background: var(--surface-selected);
    border-bottom-color: transparent;
  }
  th.level,
  td.level {
    width: calc(5em + var(--space-3));
    padding-left: var(--space-5);
  }
  th.number,
  td.count {
    width: 6em;
  }
  .count {
    font-weight: var(--weight-strong);
  }
  th.share {
    width: calc(var(--meter-width) + 6em);
  }
  td.share {
    white-space: nowrap;
    color: var(--text-2);
  }
  svg.bar {
    width: var(--meter-width);
    height: var(--meter-height);
    margin-right: var(--space-3);
    border-radius: var(--radius);
    background: var(--surface-2);
    vertical-align: middle;
  }
  svg.bar rect {
    fill: var(--text-3);
  }
  th.trend {
    width: calc(var(--spark-width) + 2 * var(--space-3));
  }
  .toggle {
    display: flex;
    align-items: start;
    gap: var(--space-2);
    width: 100%;
  }
  .toggle svg {
    margin-top: var(--space-1);
    color: var(--text-3);
    transition: rotate var(--motion);
  }
  tr.open .toggle svg {
    rotate: 90deg;
  }
  .pattern {
    display: -webkit-box;
    -webkit-line-clamp: 2;
    -webkit-box-orient: vertical;
    overflow: hidden;
    overflow-wrap: anywhere;
    font-family: var(--mono);
    font-size: var(--text-small);
    line-height: 1.55;
  }
  tr.open .pattern {
    display: block;
  }
  .place {
    padding: 0 var(--space-1);
    border-radius: var(--radius);
    font-style: normal;
    color: var(--accent);
    background: var(--accent-soft);
  }
  th.services {
    width: 11em;
  }
  td.services {
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--text-2);
  }
  .dot {
    margin-right: var(--space-2);
  }
  th.newest {
    width: 8em;
  }
  .newest {
    padding-right: var(--space-5);
    color: var(--text-2);
  }
  .detail td {
    padding: 0 var(--space-5) var(--space-4) calc(5em + var(--space-4));
    background: var(--surface-selected);
  }
  .whose {
    display: flex;
    align-items: baseline;
    gap: var(--space-2);
  }
  pre {
    margin: var(--space-2) 0 var(--space-3);
    padding: var(--space-3);
    max-height: 16em;
    overflow: auto;
    border-radius: var(--radius);
    background: var(--surface-1);
    font-family: var(--mono);
    font-size: var(--text-small);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3);
  }
  @container (max-width: 980px) {
    .share,
    .newest {
      display: none;
    }
  }
  @container (max-width: 640px) {
    .services,
    .trend {
      display: none;
    }
    th.level,
    td.level {
      width: calc(var(--icon) + var(--space-3) + var(--space-2));
      padding-left: var(--space-3);
      overflow: hidden;
      text-overflow: clip;
    }
    th.level button {
      visibility: hidden;
    }
    th.number,
    td.count {
      width: 4.5em;
    }
    .sum {
      padding-inline: var(--space-3);
    }
    .detail td {
      padding-left: var(--space-3);
    }
  }
`;
