/** The frame of a page that scrolls with the window. */
import { css } from "lit";

export const pageStyles = css`
  :host {
    max-width: var(--page-width);
    margin: 0 auto;
    padding: var(--space-4) var(--space-5) var(--space-7);
  }
  gs-failure {
    margin: 0 0 var(--space-4);
  }
  @media (max-width: 899.98px) {
    :host {
      padding-inline: var(--space-3);
    }
  }
`;
