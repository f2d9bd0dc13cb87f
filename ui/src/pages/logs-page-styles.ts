/** How the logs page is arranged; below 900 px the fields open on demand over the list. */
import { css } from "lit";

export const logsPageStyles = css`
  .bar {
    padding: var(--space-3) var(--space-4) 0;
  }
  .tools {
    display: flex;
    align-items: center;
    gap: var(--space-4);
    padding: var(--space-1) var(--space-4);
    min-height: var(--row-tall);
    border-bottom: var(--hairline) solid var(--line);
  }
  .tools .end {
    margin-left: auto;
    display: flex;
    align-items: center;
    gap: var(--space-1);
  }
  gs-log-tools {
    display: flex;
    gap: var(--space-1);
  }
  .question {
    font-weight: var(--weight-strong);
  }
  .button.new {
    color: var(--accent);
    border-color: var(--accent);
  }
  .live i,
  .pulse {
    width: var(--dot);
    height: var(--dot);
    border-radius: var(--radius-round);
    background: var(--line-strong);
  }
  .live[aria-pressed="true"] i,
  .pulse.on {
    background: var(--ok);
  }
  .histogram {
    border-bottom: var(--hairline) solid var(--line);
    min-height: calc(var(--log-histogram) + var(--row));
  }
  .histogram .panel-data {
    height: auto;
  }
  .histogram gs-skeleton {
    --chart: var(--log-histogram);
  }
  .tail-bar {
    display: flex;
    align-items: center;
    gap: var(--space-4);
    padding: var(--space-2) var(--space-4);
    border-bottom: var(--hairline) solid var(--line);
  }
  .tail-bar button {
    margin-left: auto;
  }
  .tail-bar .warn,
  .partial {
    color: var(--warn);
  }
  .partial {
    display: flex;
    gap: var(--space-2);
    align-items: center;
    padding: var(--space-2) var(--space-4);
  }
  .facets {
    flex: none;
    width: var(--facets-width);
    min-height: 0;
    overflow: hidden auto;
    border-right: var(--hairline) solid var(--line);
  }
  .facets .panel-data {
    height: auto;
  }
  .main .panel-data {
    display: flex;
    flex-direction: column;
  }
  .main .panel-data > * {
    flex: none;
  }
  .main .panel-data > gs-log-list,
  .main .panel-data > gs-log-table {
    flex: 1;
    min-height: 0;
  }
  .examples {
    padding: var(--space-6) var(--space-5);
    overflow: auto;
  }
  .scrolls {
    overflow: auto;
  }
  .details {
    border-left: var(--hairline) solid var(--line);
  }
  gs-skeleton.lines {
    --skeleton-row: var(--row-compact);
  }
  @media (min-width: 900px) {
    .narrow {
      display: none;
    }
  }
  @media (max-width: 899.98px) {
    .bar,
    .tools,
    .tail-bar {
      padding-inline: var(--space-3);
    }
    .tools,
    .tools .end {
      gap: var(--space-1);
    }
    .live span {
      display: none;
    }
    .facets {
      display: none;
      width: 100%;
      max-height: 44dvh;
      border-right: 0;
      border-bottom: var(--hairline) solid var(--line);
    }
    .facets.open {
      display: block;
    }
    .details {
      border-left: 0;
    }
  }
`;
