/** A board's grid of 24 columns; below 900 px the panels stand below each other in the order of reading. */
import { css } from "lit";

export const boardPageStyles = css`
  .page.split {
    display: grid;
    grid-template-columns: minmax(0, 1fr) var(--panel-width);
  }
  .main {
    max-width: var(--page-width);
    margin: 0 auto;
    padding: var(--space-4) var(--space-5) var(--space-7);
    width: 100%;
    min-width: 0;
  }
  gs-panel-editor,
  gs-variable-editor {
    position: sticky;
    top: var(--header);
    height: calc(100dvh - var(--header));
    border-left: var(--hairline) solid var(--line);
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3);
    min-height: var(--row-tall);
    margin-bottom: var(--space-2);
  }
  h1 {
    font-size: var(--text-title);
    overflow-wrap: anywhere;
  }
  .back {
    color: var(--text-3);
    display: inline-flex;
  }
  .title {
    flex: 1;
    font-size: var(--text-large);
    font-weight: var(--weight-strong);
    max-width: var(--field-width);
  }
  .about {
    flex: 1;
    max-width: var(--field-width);
  }
  nav {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
    margin-left: auto;
  }
  .description {
    color: var(--text-2);
    margin-bottom: var(--space-3);
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(24, minmax(0, 1fr));
    grid-auto-rows: var(--board-row);
    gap: var(--space-3);
  }
  .cell {
    --height: calc(var(--h) * var(--board-row) + (var(--h) - 1) * var(--space-3));
    --chart: calc(var(--height) - var(--row) - var(--space-3));
    position: relative;
    grid-column: var(--x) / span var(--w);
    grid-row: var(--y) / span var(--h);
    min-width: 0;
  }
  .cell.edited {
    outline: var(--focus-width) solid var(--accent);
    outline-offset: var(--space-1);
    border-radius: var(--radius-large);
  }
  .cell-tools {
    position: absolute;
    top: var(--space-2);
    right: var(--space-2);
    z-index: 3;
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: var(--space-1);
    max-width: 100%;
    padding-left: var(--space-2);
    opacity: 0;
    transition: opacity var(--motion);
  }
  .cell-tools .button {
    width: var(--row-compact);
    height: var(--row-compact);
  }
  .cell:hover .cell-tools,
  .cell:focus-within .cell-tools,
  .cell.edited .cell-tools {
    opacity: 1;
  }
  @media (hover: none) {
    .cell-tools {
      opacity: 1;
    }
  }
  @media (max-width: 899.98px) {
    .main {
      padding-inline: var(--space-3);
    }
    .grid {
      display: flex;
      flex-direction: column;
    }
    .cell {
      height: var(--height);
    }
    .page.split {
      display: block;
    }
    gs-panel-editor,
    gs-variable-editor {
      position: fixed;
      inset: auto 0 calc(var(--header) + env(safe-area-inset-bottom));
      z-index: 5;
      top: auto;
      height: 60dvh;
      border: 0;
      border-top: var(--hairline) solid var(--line-strong);
      box-shadow: var(--shadow);
    }
  }
`;
