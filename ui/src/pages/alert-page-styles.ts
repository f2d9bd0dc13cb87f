/** How the page of an alert lies: head, chart, then evidence in panels, two beside each other where there is room. */
import { css } from "lit";

export const alertPageStyles = css`
  .head {
    margin-bottom: var(--space-4);
  }
  .title {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3) var(--space-4);
    min-height: var(--row-tall);
  }
  h1 {
    font-size: var(--text-title);
    overflow-wrap: anywhere;
  }
  nav {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
    margin-left: auto;
  }
  .more {
    margin-top: var(--space-2);
    color: var(--text-2);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2) var(--space-6);
    margin-top: var(--space-3);
  }
  .facts dt {
    color: var(--text-2);
    font-size: var(--text-small);
  }
  .facts dd {
    overflow-wrap: anywhere;
  }
  .chart {
    padding: var(--space-1) var(--space-3) var(--space-2);
  }
  .beside {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 0 var(--space-4);
    align-items: start;
  }
  section.panel {
    margin-top: var(--space-4);
    min-width: 0;
    padding-bottom: var(--space-3);
  }
  section header {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-height: var(--row);
    padding: var(--space-2) var(--space-5);
  }
  .aside {
    margin-left: auto;
    color: var(--text-3);
    font-size: var(--text-small);
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
  .lines .wrap {
    overflow-wrap: anywhere;
  }
  .told .failed {
    color: var(--error);
  }
  .nothing {
    padding: 0 var(--space-5) var(--space-2);
    color: var(--text-3);
  }
  @media (max-width: 899.98px) {
    .beside {
      grid-template-columns: minmax(0, 1fr);
    }
    nav {
      margin-left: 0;
    }
  }
`;
