/** How severities of alerts look: never by colour alone. */
import { css } from "lit";

export const severityMarkStyles = css`
  .mark {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    padding: 0 var(--space-3);
    border-radius: var(--radius);
    background: var(--surface-2);
    color: var(--text-2);
    font-size: var(--text-small);
    font-weight: var(--weight-medium);
    white-space: nowrap;
  }
  .mark svg {
    width: var(--icon-small);
    height: var(--icon-small);
  }
  .mark.error {
    background: var(--error-soft);
    color: var(--error);
  }
  .mark.warn {
    background: var(--warn-soft);
    color: var(--warn);
  }
`;
