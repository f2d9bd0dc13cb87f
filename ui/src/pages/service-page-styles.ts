/** How the parts of the service page lie. */
import { css } from "lit";

export const servicePageStyles = css`
  /* The room that the data will take: nothing below moves when it comes. */
  .room {
    min-height: calc(2 * (var(--chart-tall) + var(--row) + 3 * var(--space-2)) + var(--space-4));
  }
  section .body {
    min-height: calc(2 * var(--row));
  }
  section[aria-label="Operations"] .body {
    min-height: calc(5 * var(--row));
  }
  .charts {
    --chart: calc(var(--chart-tall) + var(--space-2));
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: var(--space-4);
  }
  .panel-data {
    min-width: 0;
  }
  section.panel {
    margin-top: var(--space-4);
    min-width: 0;
  }
  section header {
    display: flex;
    align-items: center;
    min-height: var(--row);
    padding: var(--space-2) var(--space-5) 0;
    gap: var(--space-4);
  }
  .aside {
    margin-left: auto;
    font-size: var(--text-small);
  }
  .split {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 0 var(--space-4);
  }
  .nothing {
    padding: var(--space-3) var(--space-5) var(--space-5);
    color: var(--text-3);
  }
  @media (max-width: 899.98px) {
    .room {
      min-height: calc(4 * (var(--chart-tall) + var(--row) + 3 * var(--space-2)) + 3 * var(--space-4));
    }
    .charts,
    .split {
      grid-template-columns: minmax(0, 1fr);
    }
    section header {
      padding-inline: var(--space-4);
    }
  }
`;
