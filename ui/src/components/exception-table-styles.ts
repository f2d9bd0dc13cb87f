/** How the table of exceptions looks. */
import { css } from "lit";

export const exceptionTableStyles = css`
  :host {
    container-type: inline-size;
  }
  .whole thead th {
    position: sticky;
    top: var(--header);
    z-index: 1;
    background: var(--surface-1);
  }
  th button {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
  }
  th svg {
    width: var(--icon-small);
    height: var(--icon-small);
  }
  td {
    padding-block: var(--space-3);
    vertical-align: top;
  }
  th:first-child,
  td:first-child {
    padding-left: var(--space-5);
  }
  th:last-child,
  td:last-child {
    padding-right: var(--space-5);
  }
  th.what {
    width: 100%;
  }
  td.what {
    max-width: 0;
  }
  tbody tr:hover > * {
    background: var(--surface-2);
  }
  tr.selected > * {
    background: var(--surface-selected);
  }
  tbody tr:last-child > * {
    border-bottom: 0;
  }
  .what a {
    display: block;
    color: var(--text-1);
  }
  .what a b {
    color: var(--error);
  }
  .what a:hover {
    text-decoration: none;
  }
  .what a:hover b {
    text-decoration: underline;
  }
  .from {
    font-size: var(--text-small);
  }
  .new {
    margin-right: var(--space-2);
    padding: 0 var(--space-2);
    border-radius: var(--radius);
    color: var(--accent);
    background: var(--accent-soft);
    font-size: var(--text-small);
    font-weight: var(--weight-medium);
  }
  .says,
  .message {
    display: -webkit-box;
    -webkit-line-clamp: 2;
    -webkit-box-orient: vertical;
    overflow: hidden;
    overflow-wrap: anywhere;
  }
  .where {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    margin-top: var(--space-1);
    color: var(--text-2);
    font-size: var(--text-small);
  }
  .where > span {
    flex: none;
  }
  .where .cut {
    flex: 0 1 auto;
    margin-left: var(--space-3);
  }
  .trend {
    line-height: 0;
  }
  th.trend {
    line-height: inherit;
  }
  .count {
    font-weight: var(--weight-strong);
    color: var(--error);
  }
  .when,
  .versions {
    white-space: nowrap;
    color: var(--text-2);
  }
  .versions {
    max-width: 14em;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .half .from,
  .half .first,
  .half .versions {
    display: none;
  }
  @container (max-width: 900px) {
    .first,
    .versions,
    .from {
      display: none;
    }
  }
  @container (max-width: 560px) {
    .trend {
      display: none;
    }
    th:first-child,
    td:first-child {
      padding-left: var(--space-4);
    }
    td:last-child,
    .when {
      padding-right: var(--space-3);
      font-size: var(--text-small);
    }
  }
`;
