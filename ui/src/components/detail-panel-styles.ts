/** How a side panel with the details of one thing looks: a span's, a log line's. */
import { css } from "lit";

export const detailPanelStyles = css`
  :host {
    background: var(--surface-1);
    overflow: hidden auto;
    overscroll-behavior: contain;
  }
  header {
    position: sticky;
    top: 0;
    z-index: 1;
    display: flex;
    align-items: flex-start;
    justify-content: space-between;
    gap: var(--space-3);
    padding: var(--space-3) var(--space-3) var(--space-3) var(--space-4);
    background: var(--surface-1);
    border-bottom: var(--hairline) solid var(--line);
  }
  h2 {
    padding-top: var(--space-2);
    min-width: 0;
    overflow-wrap: anywhere;
  }
  h2 .dot {
    margin-right: var(--space-2);
  }
  h2 .service {
    font-weight: normal;
    color: var(--text-2);
    margin-right: var(--space-2);
  }
  .facts {
    display: grid;
    gap: var(--space-1);
    padding: var(--space-4);
  }
  .facts div {
    display: grid;
    grid-template-columns: minmax(6em, 24%) minmax(0, 1fr);
    gap: var(--space-4);
  }
  .facts dt {
    color: var(--text-2);
  }
  .facts dd {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .facts dd.error svg {
    vertical-align: text-bottom;
    margin-right: var(--space-2);
  }
  .figure {
    font-weight: var(--weight-strong);
  }
  .figure .faint {
    font-weight: normal;
  }
  .link {
    color: var(--accent);
    max-width: 100%;
  }
  .link:hover {
    text-decoration: underline;
  }
  .note {
    margin: 0 var(--space-4) var(--space-3);
    padding: var(--space-3);
    border-radius: var(--radius);
    background: var(--warn-soft);
  }
  header + .note {
    margin-top: var(--space-4);
  }
  .exception {
    padding: 0 var(--space-4) var(--space-4);
  }
  .filter {
    width: 100%;
    margin-bottom: var(--space-3);
  }
  .log-body {
    margin: 0 var(--space-4) var(--space-4);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-3);
    padding: 0 var(--space-4) var(--space-4);
  }
  .actions.close {
    gap: var(--space-2);
  }
`;
