/** How the page of an alert lies beside what pages of one thing share (detail-page-styles.ts): evidence in panels, two beside each other where there is room. */
import { css } from "lit";

export const alertPageStyles = css`
  .more {
    margin-top: var(--space-2);
    color: var(--text-2);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .beside {
    grid-template-columns: repeat(2, minmax(0, 1fr));
    align-items: start;
  }
  section header {
    gap: var(--space-3);
  }
  .aside {
    color: var(--text-3);
  }
  .cards {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(15em, 1fr));
    gap: var(--space-3);
    padding: 0 var(--space-5) var(--space-2);
  }
  .cause {
    padding: 0 var(--space-5) var(--space-2);
    font-size: var(--text-large);
    overflow-wrap: anywhere;
  }
  .lines li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    gap: var(--space-3);
    align-items: baseline;
    padding: var(--space-2) var(--space-5);
    border-top: var(--hairline) solid var(--line);
  }
  .lines li:first-child {
    border-top: 0;
  }
  /* Within a sentence, colour alone does not tell a link from the words beside it. */
  .lines li > span > a {
    text-decoration: underline;
  }
  .lines .wrap {
    overflow-wrap: anywhere;
  }
  .told .failed {
    color: var(--error);
  }
  @media (max-width: 899.98px) {
    .beside {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
