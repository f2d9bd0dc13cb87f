/** How the traces page is arranged. */
import { css } from "lit";

export const tracesPageStyles = css`
  .warn {
    color: var(--warn);
  }
  gs-trace-filters {
    margin: var(--space-3) 0 var(--space-4);
  }
  .panel + .panel {
    margin-top: var(--space-4);
  }
  .button.new {
    color: var(--accent);
    border-color: var(--accent);
  }
  .older {
    display: flex;
    justify-content: center;
    padding: var(--space-4);
  }
  gs-skeleton.tall {
    --skeleton-row: calc(var(--row) + var(--space-3));
  }
`;
