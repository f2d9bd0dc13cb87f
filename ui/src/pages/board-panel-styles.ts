/** How a panel of a board fills its place. --chart is the height that is left for a chart's plot. */
import { css } from "lit";

export const boardPanelStyles = css`
  :host {
    height: 100%;
  }
  .frame {
    display: flex;
    flex-direction: column;
    height: 100%;
    overflow: hidden;
    background: var(--surface-1);
    border: var(--hairline) solid var(--line);
    border-radius: var(--radius-large);
  }
  h3 {
    flex: none;
    padding: var(--space-2) var(--space-4);
    line-height: var(--row-compact);
  }
  .body {
    flex: 1;
    min-height: 0;
    overflow: auto;
  }
  .of-timeseries .body {
    overflow: visible;
    padding: 0 var(--space-3);
  }
  .none {
    padding: var(--space-4);
    color: var(--text-3);
  }
  .stat {
    display: grid;
    grid-template-rows: 1fr auto;
    height: 100%;
    min-height: calc(var(--row-tall) + var(--spark-height));
    padding: 0 var(--space-4) var(--space-3);
  }
  .stat .figure {
    align-self: center;
    font-size: calc(1.4 * var(--text-title));
    font-weight: var(--weight-strong);
    white-space: nowrap;
  }
  .figure.warn {
    color: var(--warn);
  }
  .figure.bad {
    color: var(--error);
  }
  .stat gs-sparkline {
    width: 100%;
  }
  .stat .panel-data,
  .panel-data {
    height: 100%;
  }
  gs-log-row {
    cursor: pointer;
  }
`;
