/** A page that fills the window below the header, with details at its side; below 900 px the details become a sheet from below. */
import { css } from "lit";

export const splitStyles = css`
  :host {
    background: var(--surface-1);
    height: calc(100dvh - var(--header));
  }
  .panel-data,
  .page {
    height: 100%;
  }
  .page {
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .page > * {
    flex: none;
  }
  .page > .split {
    flex: 1;
    display: flex;
    min-height: 0;
  }
  .main {
    flex: 1;
    min-width: 0;
    min-height: 0;
    display: flex;
    flex-direction: column;
  }
  .main > * {
    flex: none;
  }
  .main > .fill,
  .main > .panel-data,
  .page > .fill {
    flex: 1;
    min-height: 0;
  }
  .details {
    flex: none;
    width: min(var(--panel-width), 50%);
    min-height: 0;
    display: grid;
  }
  .details > * {
    min-height: 0;
  }
  gs-splitter {
    flex: none;
    margin-left: calc(-1 * var(--space-3) / 2);
    z-index: 1;
  }
  @media (max-width: 899.98px) {
    :host {
      height: calc(100dvh - 2 * var(--header) - env(safe-area-inset-bottom));
      --overview: var(--overview-small);
    }
    gs-splitter {
      display: none;
    }
    .page > .split {
      flex-direction: column;
    }
    .details {
      width: 100%;
      height: 48dvh;
      z-index: 1;
      background: var(--surface-1);
      border-top: var(--hairline) solid var(--line-strong);
      border-radius: var(--radius-large) var(--radius-large) 0 0;
      box-shadow: var(--shadow);
      overflow: hidden;
    }
  }
`;
