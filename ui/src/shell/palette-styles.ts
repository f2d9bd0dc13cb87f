/** How the command palette looks. */
import { css } from "lit";

export const paletteStyles = css`
  .field {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    padding: 0 var(--space-5);
    border-bottom: var(--hairline) solid var(--line);
    color: var(--text-3);
  }
  .field input {
    flex: 1;
    height: var(--header);
    border: 0;
    padding: 0;
    background: none;
    font-size: var(--text-large);
    outline: none;
  }
  ul {
    padding: var(--space-3);
    max-height: 50dvh;
    overflow: auto;
  }
  li {
    display: flex;
    align-items: center;
    gap: var(--space-4);
    height: calc(var(--row) + var(--space-2));
    padding: 0 var(--space-3);
    border-radius: var(--radius);
    cursor: pointer;
  }
  li svg {
    flex: none;
    color: var(--text-3);
  }
  li .dot {
    margin-inline: var(--space-2);
  }
  li[aria-selected="true"] {
    background: var(--surface-selected);
  }
  .detail {
    margin-left: auto;
    color: var(--text-3);
    font-size: var(--text-small);
    white-space: nowrap;
  }
  .nothing {
    color: var(--text-2);
    cursor: default;
  }
`;
