/** How the table of services looks; its figures' cells are styled by red-cells.ts. */
import { css } from "lit";

export const serviceTableStyles = css`
  thead th {
    position: sticky;
    top: var(--header);
    z-index: 1;
    background: var(--surface-1);
  }
  thead th button {
    display: inline-flex;
    align-items: center;
    gap: var(--space-3);
  }
  thead th.number button {
    justify-content: flex-end;
  }
  tbody th {
    font-size: inherit;
    color: inherit;
    max-width: 0;
    width: 40%;
  }
  tr.service {
    cursor: pointer;
  }
  tr.service > * {
    height: var(--row-tall);
  }
  tr.service:hover > *,
  tr.operation:hover > * {
    background: var(--surface-2);
  }
  tr.selected > * {
    background: var(--surface-selected);
  }
  tr.open > * {
    border-bottom-color: transparent;
  }
  tbody th {
    white-space: nowrap;
  }
  tr.service th {
    display: table-cell;
  }
  tbody tr:last-child > * {
    border-bottom: 0;
  }
  .name {
    display: inline-flex;
    align-items: center;
    gap: var(--space-3);
    font-weight: var(--weight-strong);
    max-width: 60%;
    vertical-align: middle;
  }
  .name svg {
    flex: none;
    color: var(--text-3);
    transition: rotate var(--motion);
  }
  .open .name svg {
    rotate: 90deg;
  }
  .version {
    display: inline-block;
    vertical-align: middle;
    max-width: 40%;
    margin-left: var(--space-4);
    color: var(--text-2);
    font-size: var(--text-small);
  }
  .detail td {
    height: auto;
    padding: 0 0 var(--space-3);
    background: var(--surface-0);
  }
  .links {
    display: flex;
    gap: var(--space-3);
    padding: var(--space-3) var(--space-7) 0;
  }
  .operation > * {
    background: var(--surface-0);
  }
  .operation th {
    padding-left: calc(var(--space-7) + var(--space-3));
    font-weight: normal;
  }
  .operation th a {
    display: inline-block;
    max-width: 70%;
    vertical-align: middle;
    color: var(--text-1);
  }
  .operation.stale {
    opacity: var(--dimmed);
  }
  .operation .chip {
    background: none;
    color: var(--text-3);
  }
  @media (max-width: 899.98px) {
    .version {
      display: none;
    }
    .name {
      max-width: 100%;
    }
    .links {
      padding-inline: var(--space-4);
    }
    .operation th {
      padding-left: var(--space-6);
    }
    .operation .chip {
      display: none;
    }
    .operation th a {
      max-width: 100%;
    }
  }
`;
