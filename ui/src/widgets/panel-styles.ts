/** How panels and their four states look; for elements that draw with panelStates(). */
import { css } from "lit";

export const panelStyles = css`
  .panel-data {
    transition: opacity var(--motion);
  }
  .panel-data[data-stale="yes"] {
    opacity: var(--dimmed);
  }
  .panel {
    background: var(--surface-1);
    border: var(--hairline) solid var(--line);
    border-radius: var(--radius-large);
    overflow: clip;
  }
`;
