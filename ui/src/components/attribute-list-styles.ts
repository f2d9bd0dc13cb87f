/** How a list of attributes looks: keys left, values right; what can be done with one shows when the pointer or the focus is there. */
import { css } from "lit";

export const attributeListStyles = css`
  h3 {
    margin: var(--space-4) 0 var(--space-1);
    font-size: var(--text-small);
    color: var(--text-3);
    font-weight: var(--weight-medium);
  }
  h3:first-child {
    margin-top: 0;
  }
  .pair {
    position: relative;
    display: grid;
    grid-template-columns: minmax(7em, 38%) minmax(0, 1fr);
    gap: var(--space-4);
    padding: var(--space-1) 0;
    border-radius: var(--radius);
    font-size: var(--text-small);
    line-height: 1.5;
  }
  .pair.tall {
    grid-template-columns: minmax(0, 1fr);
    gap: 0;
  }
  .pair:hover,
  .pair:focus-within {
    background: var(--surface-2);
  }
  dt {
    color: var(--text-2);
    overflow-wrap: break-word;
  }
  dd {
    font-family: var(--mono);
    overflow-wrap: anywhere;
    min-width: 0;
  }
  pre {
    font: inherit;
    white-space: pre-wrap;
    max-height: 16em;
    overflow: auto;
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius);
    background: var(--surface-2);
  }
  .actions {
    position: absolute;
    top: 0;
    right: 0;
    display: none;
    gap: var(--space-2);
    align-items: center;
    padding: var(--space-1) var(--space-2);
    border-radius: var(--radius);
    background: var(--surface-2);
    color: var(--text-2);
  }
  .pair:hover .actions,
  .pair:focus-within .actions {
    display: flex;
  }
  .actions a,
  .actions button {
    color: var(--text-2);
    display: flex;
  }
  .actions a:hover,
  .actions button:hover {
    color: var(--accent);
  }
  @media (hover: none) {
    .actions {
      display: flex;
      position: static;
      justify-self: end;
      grid-column: 1 / -1;
    }
  }
`;
