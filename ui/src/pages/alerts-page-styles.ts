/** How the page of alerts lies: tabs above, filters, then what the tab shows. */
import { css } from "lit";

export const alertsPageStyles = css`
  .tabs {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3);
    margin-bottom: var(--space-4);
    overflow-x: auto;
  }
  .problems {
    margin-bottom: var(--space-4);
    padding: var(--space-3) var(--space-5);
    border-radius: var(--radius-large);
    background: var(--warn-soft);
    color: var(--warn);
  }
`;
