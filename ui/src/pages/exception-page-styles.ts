/** How the pages of errors lie beside what pages of one thing share: filters above the list; head, stack and lists of one. */
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
  h1 {
    color: var(--error);
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
  .message {
    font-size: var(--text-large);
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    max-height: 8em;
    overflow-y: auto;
  }
  .facts .error {
    font-weight: var(--weight-strong);
  }
  .beside {
    grid-template-columns: minmax(0, 2fr) minmax(0, 1fr);
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
