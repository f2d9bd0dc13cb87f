/** How the table of services looks; its figures' cells are styled by signal-cells.ts. */
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
    white-space: nowrap;
  }
  tr.service {
    cursor: pointer;
  }
  tr.service > * {
    height: var(--row-tall);
  }
  tr.service:hover > * {
    background: var(--surface-2);
  }
  tr.selected > * {
    background: var(--surface-selected);
  }
  tbody tr:last-child > * {
    border-bottom: 0;
  }
  .title {
    display: flex;
    align-items: center;
    gap: var(--space-3) var(--space-4);
    min-width: 0;
  }
  .name {
    display: inline-flex;
    align-items: center;
    gap: var(--space-3);
    min-width: 0;
    color: var(--text-1);
    font-weight: var(--weight-strong);
  }
  .version {
    color: var(--text-2);
    font-size: var(--text-small);
    font-weight: normal;
  }
  .chip {
    font-weight: normal;
  }
  .reasons {
    padding-left: calc(var(--dot) + var(--space-3));
    font-size: var(--text-small);
    font-weight: normal;
    line-height: 1.25;
    margin-bottom: var(--space-1);
  }
  .reasons svg {
    width: var(--icon-small);
    height: var(--icon-small);
    margin-right: var(--space-2);
    vertical-align: -0.15em;
  }
  .reasons .bad {
    color: var(--error);
  }
  .reasons .warn {
    color: var(--warn);
  }
  @media (max-width: 1099.98px) {
    .saturation {
      --meter-width: var(--space-7);
    }
  }
  @media (max-width: 899.98px) {
    .version,
    .chip {
      display: none;
    }
    tbody th,
    thead th,
    td {
      padding-inline: var(--space-2);
    }
    tbody th,
    thead th:first-child {
      padding-left: var(--space-4);
    }
  }
  @media (max-width: 599.98px) {
    .rate {
      display: none;
    }
    .saturation {
      --meter-width: var(--space-6);
    }
  }
`;
