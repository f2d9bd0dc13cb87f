/** How the head of a panel looks: `<header class="panel-head">` with what it is, what more there is to say, and an `aside` at its end. */
import { css } from "lit";

export const panelHeadStyles = css`
  .panel-head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-4);
    min-height: var(--row-tall);
    padding: 0 var(--space-5);
    border-bottom: var(--hairline) solid var(--line);
  }
  .panel-head > .aside {
    margin-left: auto;
  }
  /* Of a panel beside the page: one line, and a button that closes it. */
  .panel-head.side {
    flex-wrap: nowrap;
    gap: var(--space-3);
    padding-right: var(--space-3);
  }
`;
