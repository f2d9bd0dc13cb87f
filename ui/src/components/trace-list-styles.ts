/** How the list of traces looks: a grid of columns on wide screens, two lines a trace on narrow ones. */
import { css } from "lit";

export const traceListStyles = css`
  [role="row"] {
    display: grid;
    grid-template-columns: 8.5em minmax(0, 1fr) 7em var(--mini-width) 5em 4.5em 11em;
    align-items: center;
    gap: var(--space-4);
    padding: 0 var(--space-4);
    border-bottom: var(--hairline) solid var(--line);
  }
  .head {
    height: var(--row);
    color: var(--text-2);
    font-weight: var(--weight-medium);
  }
  .head > * {
    font-size: var(--text-small);
  }
  .head button {
    display: inline-flex;
    align-items: center;
    gap: var(--space-1);
  }
  .head button:hover {
    color: var(--text-1);
  }
  .head svg {
    width: var(--icon-small);
  }
  .line {
    position: relative;
    height: calc(var(--row) + var(--space-3));
    content-visibility: auto;
    contain-intrinsic-height: calc(var(--row) + var(--space-3));
  }
  .line:hover {
    background: var(--surface-2);
  }
  .line.marked {
    background: var(--surface-selected);
  }
  .time {
    color: var(--text-2);
    white-space: nowrap;
  }
  .root {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-width: 0;
  }
  .root .service {
    color: var(--text-2);
    white-space: nowrap;
  }
  .root a {
    color: var(--text-1);
    font-weight: var(--weight-medium);
  }
  .root a::after {
    content: "";
    position: absolute;
    inset: 0;
  }
  .root a:focus-visible {
    outline: none;
  }
  .root a:focus-visible::after {
    outline: var(--focus-width) solid var(--accent);
    outline-offset: calc(-1 * var(--focus-width));
  }
  .incomplete {
    flex: none;
    padding: 0 var(--space-3);
    border-radius: var(--radius);
    background: var(--warn-soft);
    color: var(--warn);
    font-size: var(--text-small);
  }
  .dots {
    position: relative;
    z-index: 1;
    display: inline-flex;
    align-items: center;
    gap: var(--space-1);
  }
  .spans,
  .errors,
  .duration {
    text-align: right;
    white-space: nowrap;
  }
  .head .spans,
  .head .errors,
  .head .duration {
    display: flex;
    justify-content: flex-end;
  }
  .unit {
    display: none;
  }
  .errors.failed {
    color: var(--error);
    font-weight: var(--weight-strong);
    display: inline-flex;
    justify-content: flex-end;
    align-items: center;
    gap: var(--space-2);
  }
  .line .duration {
    display: grid;
    grid-template-columns: 1fr 5em;
    align-items: center;
    gap: var(--space-3);
  }
  .duration svg {
    width: 100%;
    height: var(--space-2);
    display: block;
    overflow: hidden;
    border-radius: var(--radius);
    background: var(--surface-2);
  }
  .duration rect {
    fill: var(--hue);
  }
  @media (max-width: 1199.98px) {
    [role="row"] {
      --mini-width: var(--mini-width-small);
      grid-template-columns: 6.5em minmax(0, 1fr) var(--mini-width) 3.5em 4em 5.5em;
    }
    .services,
    .duration svg {
      display: none;
    }
    .line .duration {
      display: block;
    }
  }
  @media (max-width: 699.98px) {
    .head {
      display: none;
    }
    [role="row"].line {
      grid-template-columns: minmax(0, 1fr) auto auto;
      grid-template-areas: "root errors duration" "mini spans time";
      gap: 0 var(--space-3);
      height: calc(2 * var(--row));
      contain-intrinsic-height: calc(2 * var(--row));
      padding: var(--space-2) var(--space-3);
    }
    .root {
      grid-area: root;
    }
    .root .service {
      display: none;
    }
    .mini {
      grid-area: mini;
      --mini-width: 100%;
    }
    .spans {
      grid-area: spans;
      color: var(--text-3);
    }
    .unit {
      display: inline;
    }
    .errors {
      grid-area: errors;
    }
    .duration {
      grid-area: duration;
    }
    .time {
      grid-area: time;
    }
  }
`;
