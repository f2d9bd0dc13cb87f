/** How the time range control looks. */
import { css } from "lit";

export const timeRangeStyles = css`
  .bar {
    display: flex;
    align-items: center;
    gap: var(--space-1);
  }
  .label {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    color: var(--text-1);
  }
  .label svg {
    color: var(--text-3);
  }
  .live i {
    width: var(--dot);
    height: var(--dot);
    border-radius: var(--radius-round);
    border: var(--focus-width) solid var(--text-3);
  }
  .live.on[aria-pressed="true"] {
    background: none;
    border-color: transparent;
    color: var(--text-1);
  }
  .live.on i {
    background: var(--ok);
    border-color: var(--ok);
  }
  .live.lost[aria-pressed="true"] {
    color: var(--error);
  }
  .live.lost i {
    background: none;
    border-color: var(--error);
  }
  .choices {
    display: grid;
    grid-template-columns: repeat(5, 1fr);
    gap: var(--space-2);
  }
  .choices .button {
    justify-content: center;
  }
  form {
    display: grid;
    gap: var(--space-3);
    margin-top: var(--space-4);
  }
  label {
    display: grid;
    grid-template-columns: 3em 1fr;
    gap: var(--space-3);
    align-items: center;
    color: var(--text-2);
  }
  .row {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-3);
  }
  .share {
    margin-top: var(--space-4);
    padding-top: var(--space-3);
    border-top: var(--hairline) solid var(--line);
  }
  @media (max-width: 899.98px) {
    .step,
    .live span {
      display: none;
    }
    .live {
      width: var(--row);
      padding: 0;
      justify-content: center;
    }
  }
`;
