/** The metrics explorer: the browser at the left, queries and pictures beside it; below 900 px the browser opens on demand. */
import { css } from "lit";

export const metricsPageStyles = css`
  .page {
    display: grid;
    grid-template-columns: calc(0.8 * var(--panel-width)) minmax(0, 1fr);
  }
  aside {
    position: sticky;
    top: var(--header);
    height: calc(100dvh - var(--header));
    overflow: hidden;
    background: var(--surface-1);
    border-right: var(--hairline) solid var(--line);
  }
  aside .panel-data,
  gs-metric-browser {
    height: 100%;
  }
  .main {
    display: flex;
    flex-direction: column;
    gap: var(--space-4);
    padding: var(--space-4) var(--space-5) var(--space-7);
    min-width: 0;
  }
  .queries {
    display: grid;
    gap: var(--space-3);
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3);
  }
  .note {
    margin-left: auto;
    color: var(--text-3);
    font-size: var(--text-small);
  }
  gs-explored-chart:only-of-type {
    --chart: calc(1.8 * var(--chart-tall));
  }
  .panel + .panel gs-explored-chart,
  .panel:has(+ .panel) gs-explored-chart {
    --chart: var(--chart-tall);
  }
  .stage {
    min-height: calc(1.8 * var(--chart-tall) + var(--row));
  }
  .panel[data-stale="yes"] {
    opacity: var(--dimmed);
  }
  .nothing {
    padding: var(--space-3) var(--space-4);
    color: var(--text-2);
  }
  @media (min-width: 900px) {
    .narrow {
      display: none;
    }
  }
  @media (max-width: 899.98px) {
    .page {
      grid-template-columns: minmax(0, 1fr);
    }
    aside {
      display: none;
      position: static;
      height: 50dvh;
      border-right: 0;
      border-bottom: var(--hairline) solid var(--line);
    }
    aside.open {
      display: block;
    }
    .main {
      padding-inline: var(--space-3);
    }
  }
`;
