/** What the tabs of the page of alerts share: tools above, tables whose least important columns go on a phone. */
import { css } from "lit";
import { panelHeadStyles } from "../widgets/panel-head-styles.ts";

export const alertTabStyles = css`
  ${panelHeadStyles}
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3);
    margin-bottom: var(--space-4);
  }
  .panel {
    margin-bottom: var(--space-4);
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
  tbody tr:last-child > * {
    border-bottom: 0;
  }
  .wide {
    width: 100%;
    overflow-wrap: anywhere;
  }
  .ended > td {
    color: var(--text-2);
  }
  .under {
    color: var(--text-2);
    font-size: var(--text-small);
    overflow-wrap: anywhere;
  }
  .when {
    white-space: nowrap;
    color: var(--text-2);
  }
  td.do {
    padding-block: var(--space-2);
    white-space: nowrap;
    text-align: right;
  }
  .nothing {
    padding: var(--space-4) var(--space-5);
    color: var(--text-2);
  }
  @media (max-width: 899.98px) {
    .less {
      display: none;
    }
    td.do {
      white-space: normal;
    }
    td.do .button {
      margin-block: var(--space-1);
    }
    th:first-child,
    td:first-child {
      padding-left: var(--space-4);
    }
    th:last-child,
    td:last-child {
      padding-right: var(--space-4);
    }
  }
`;
