/** How the pages of errors lie: filters above the list; head, chart, stack and lists of one. */
import { css } from "lit";

export const exceptionPageStyles = css`
  .sum {
    margin-left: auto;
    color: var(--text-2);
  }
  .fresh {
    color: var(--accent);
    font-weight: var(--weight-strong);
  }
  .panel {
    overflow: visible;
  }
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
    color: var(--error);
    overflow-wrap: anywhere;
  }
  .from {
    font-size: var(--text-large);
    font-weight: normal;
  }
  .new {
    padding: 0 var(--space-3);
    border-radius: var(--radius);
    color: var(--accent);
    background: var(--accent-soft);
    font-weight: var(--weight-medium);
  }
  nav {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
    margin-left: auto;
  }
  .message {
    font-size: var(--text-large);
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    max-height: 8em;
    overflow-y: auto;
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
  .facts .error {
    font-weight: var(--weight-strong);
  }
  .chart {
    padding: var(--space-1) var(--space-3) var(--space-2);
  }
  .beside {
    display: grid;
    grid-template-columns: minmax(0, 2fr) minmax(0, 1fr);
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
  gs-exception {
    margin: 0 var(--space-5) var(--space-2);
  }
  .nothing,
  .chips {
    padding: 0 var(--space-5) var(--space-2);
    color: var(--text-3);
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2);
  }
  .operations li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) var(--meter-width) 4em;
    align-items: center;
    gap: var(--space-3);
    min-height: var(--row);
    padding: 0 var(--space-5);
  }
  svg.bar {
    width: var(--meter-width);
    height: var(--meter-height);
    border-radius: var(--radius);
    background: var(--surface-2);
  }
  svg.bar rect {
    fill: var(--error);
  }
  @media (max-width: 899.98px) {
    .beside {
      grid-template-columns: minmax(0, 1fr);
    }
    .head {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--space-2) var(--space-4);
    }
    .title {
      display: contents;
    }
    .head > .message,
    .facts {
      flex-basis: 100%;
    }
    nav {
      order: 1;
      margin-left: 0;
    }
    .facts {
      order: 2;
      margin-top: 0;
    }
    .sum {
      order: 1;
      margin-left: 0;
    }
    form .button {
      order: 2;
      margin-left: auto;
    }
    .from {
      display: block;
    }
  }
`;
