/** A severity as a letter in its colour: never the colour alone. */
import { css } from "lit";

export const severityStyles = css`
  .severity {
    flex: none;
    display: inline-grid;
    place-items: center;
    width: var(--icon);
    height: var(--icon);
    border-radius: var(--radius);
    font: var(--weight-strong) var(--text-small) var(--mono);
    color: var(--text-2);
    background: var(--surface-2);
  }
  .severity.error,
  .severity.fatal {
    color: var(--error);
    background: var(--error-soft);
  }
  .severity.warn {
    color: var(--warn);
    background: var(--warn-soft);
  }
`;
