/** How traces look as cards: where and what, how long, a miniature waterfall, a line below. */
import { css } from "lit";

export const traceCardStyles = css`
  a {
    display: block;
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
  gs-mini-waterfall {
    width: 100%;
    height: var(--row-tall);
  }
  .foot {
    margin-top: var(--space-2);
    font-size: var(--text-small);
    color: var(--text-2);
  }
`;
