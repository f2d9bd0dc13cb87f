/** How facets look: a name, values with bars behind them; what can be done shows under the pointer or the focus. */
import { css } from "lit";

export const logFacetsStyles = css`
  :host {
    padding: var(--space-2) 0 var(--space-5);
  }
  .head {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    height: var(--row);
    padding: 0 var(--space-2) 0 var(--space-4);
  }
  h2 {
    color: var(--text-2);
    font-size: var(--text-small);
    font-weight: var(--weight-medium);
  }
  .head gs-popover {
    margin-left: auto;
  }
  section {
    padding: var(--space-1) var(--space-2) var(--space-2);
  }
  header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-2);
    min-height: var(--row-compact);
    padding: 0 var(--space-2);
  }
  header button {
    display: flex;
    color: var(--text-3);
    opacity: 0;
  }
  header svg {
    width: var(--icon-small);
    height: var(--icon-small);
  }
  section:hover header button,
  header button:focus-visible {
    opacity: 1;
  }
  ul.open {
    max-height: calc(12 * var(--row-compact));
    overflow: auto;
  }
  li {
    position: relative;
    display: flex;
    align-items: center;
    height: var(--row-compact);
    border-radius: var(--radius);
  }
  section li::before {
    content: "";
    position: absolute;
    left: 0;
    top: var(--space-1);
    bottom: var(--space-1);
    width: var(--share);
    background: var(--surface-2);
    border-radius: var(--radius);
  }
  li.in::before {
    background: var(--accent-soft);
  }
  li:hover,
  li:focus-within {
    background: var(--surface-2);
  }
  .value {
    position: relative;
    flex: 1;
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-width: 0;
    height: 100%;
    padding: 0 var(--space-2);
    font-size: var(--text-small);
  }
  .value .text {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    unicode-bidi: isolate;
  }
  .count {
    color: var(--text-2);
    font-variant-numeric: tabular-nums;
  }
  li.in .text {
    font-weight: var(--weight-strong);
    color: var(--accent);
  }
  li.out .text {
    text-decoration: line-through;
    color: var(--text-2);
  }
  .minus {
    position: absolute;
    right: 0;
    display: none;
    align-items: center;
    justify-content: center;
    width: var(--row-compact);
    height: var(--row-compact);
    color: var(--text-2);
    background: var(--surface-2);
    border-radius: var(--radius);
  }
  .minus:hover {
    color: var(--accent);
  }
  li:hover .minus,
  li:focus-within .minus,
  li.out .minus {
    display: flex;
  }
  .more {
    padding: var(--space-1) var(--space-2);
    font-size: var(--text-small);
    color: var(--accent);
  }
  section > input {
    width: 100%;
    height: var(--row-compact);
    margin-bottom: var(--space-1);
    font-size: var(--text-small);
  }
  section > p {
    padding: 0 var(--space-2);
    font-size: var(--text-small);
  }
  .add {
    width: var(--facets-width);
  }
  .add input {
    width: 100%;
  }
  .add ul {
    margin-top: var(--space-2);
    max-height: 40dvh;
    overflow: auto;
  }
  .add button {
    display: flex;
    justify-content: space-between;
    gap: var(--space-3);
    width: 100%;
    padding: 0 var(--space-2);
    line-height: var(--row-compact);
  }
  @media (hover: none) {
    .minus {
      display: flex;
      position: static;
      background: none;
    }
    header button {
      opacity: 1;
    }
  }
`;
