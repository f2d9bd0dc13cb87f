/** What the trace page adds to a split page: tabs and findings in one strip. */
import { css } from "lit";

export const tracePageStyles = css`
  .strip {
    display: flex;
    align-items: end;
    border-bottom: var(--hairline) solid var(--line);
  }
  .tabs {
    flex: none;
    padding-left: var(--space-4);
  }
  gs-trace-findings {
    flex: 1;
  }
  @media (max-width: 899.98px) {
    .strip {
      flex-direction: column-reverse;
      align-items: stretch;
    }
    .tabs {
      padding: 0;
    }
  }
`;
