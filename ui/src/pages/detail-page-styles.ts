/** What the pages of one thing share, such as of an alert or an exception: head with facts, chart, panels beside each other. */
import { css } from "lit";

export const detailPageStyles = css`
  .head {
    margin-bottom: var(--space-4);
  }
  .title {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-4);
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
    gap: 0 var(--space-4);
  }
  section.panel {
    margin-top: var(--space-4);
    min-width: 0;
    padding-bottom: var(--space-3);
  }
  section header {
    display: flex;
    align-items: center;
    min-height: var(--row);
    padding: var(--space-2) var(--space-5);
  }
  .aside {
    margin-left: auto;
    font-size: var(--text-small);
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
