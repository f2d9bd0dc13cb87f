/** How a trace of evidence looks. */
import { css } from "lit";

export const evidenceTraceStyles = css`
  a {
    display: block;
    height: 100%;
    padding: var(--space-3);
    border: var(--hairline) solid var(--line);
    border-radius: var(--radius);
    color: var(--text-1);
  }
  a:hover {
    border-color: var(--accent);
    text-decoration: none;
  }
  .head {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    margin-bottom: var(--space-2);
  }
  .name {
    flex: 1;
    font-weight: var(--weight-medium);
  }
  .number svg {
    width: var(--icon-small);
    height: var(--icon-small);
    margin-right: var(--space-1);
    vertical-align: -0.1em;
  }
  gs-mini-waterfall,
  .room {
    display: block;
    width: 100%;
    height: var(--row-tall);
    color: var(--text-3);
  }
  .foot {
    display: block;
    margin-top: var(--space-2);
    color: var(--text-2);
    font-size: var(--text-small);
  }
`;
