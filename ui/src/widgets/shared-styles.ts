/** Styles that every component starts from: box model, focus, buttons, fields, chips, tables. Tokens only. */
import { css } from "lit";

export const sharedStyles = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    display: block;
    min-width: 0;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: var(--focus-width) solid var(--accent);
    outline-offset: calc(-1 * var(--focus-width));
    border-radius: var(--radius);
  }
  a {
    color: var(--accent);
    text-decoration: none;
  }
  a:hover {
    text-decoration: underline;
  }
  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    padding: 0;
    cursor: pointer;
    text-align: inherit;
  }
  button:disabled {
    cursor: default;
    color: var(--text-3);
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  pre {
    margin: 0;
    padding: 0;
  }
  h1,
  h2,
  h3 {
    font-size: inherit;
    font-weight: var(--weight-strong);
  }
  ul,
  ol {
    list-style: none;
  }
  .mono {
    font-family: var(--mono);
    font-size: var(--text-small);
  }
  .dim {
    color: var(--text-2);
  }
  .faint {
    color: var(--text-3);
  }
  .error {
    color: var(--error);
  }
  .number {
    text-align: right;
    white-space: nowrap;
  }
  .cut {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    min-width: 0;
  }
  .unseen {
    position: absolute;
    width: var(--hairline);
    height: var(--hairline);
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

export const controlStyles = css`
  .button {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    height: var(--row);
    padding: 0 var(--space-3);
    border: var(--hairline) solid var(--line);
    border-radius: var(--radius);
    background: var(--surface-1);
    color: var(--text-1);
    white-space: nowrap;
    transition: background var(--motion);
  }
  .button:hover:not(:disabled) {
    background: var(--surface-2);
    text-decoration: none;
  }
  .button.plain {
    border-color: transparent;
    background: none;
    color: var(--text-2);
  }
  .button.plain:hover:not(:disabled) {
    background: var(--surface-2);
    color: var(--text-1);
  }
  .button:disabled {
    color: var(--line-strong);
  }
  .button.primary {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
  }
  .button.icon {
    width: var(--row);
    padding: 0;
    justify-content: center;
  }
  .button[aria-pressed="true"] {
    background: var(--accent-soft);
    border-color: var(--accent);
    color: var(--accent);
  }
  input,
  select {
    font: inherit;
    color: var(--text-1);
    background: var(--surface-1);
    border: var(--hairline) solid var(--line-strong);
    border-radius: var(--radius);
    height: var(--row);
    padding: 0 var(--space-3);
    min-width: 0;
  }
  input::placeholder {
    color: var(--text-3);
    opacity: 1;
  }
  input:focus-visible,
  select:focus-visible {
    outline-offset: calc(-1 * var(--hairline));
  }
  input[type="checkbox"] {
    accent-color: var(--accent);
    height: auto;
    padding: 0;
    margin: 0;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    height: var(--row-compact);
    padding: 0 var(--space-3);
    border-radius: var(--radius);
    background: var(--surface-2);
    color: var(--text-2);
    font-size: var(--text-small);
    white-space: nowrap;
  }
  kbd {
    font: inherit;
    font-size: var(--text-small);
    padding: 0 var(--space-2);
    border: var(--hairline) solid var(--line-strong);
    border-radius: var(--radius);
    color: var(--text-2);
    background: var(--surface-1);
  }
`;

export const tableStyles = css`
  table {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  th {
    text-align: left;
    font-weight: var(--weight-medium);
    font-size: var(--text-small);
    color: var(--text-2);
    padding: 0 var(--space-3);
    height: var(--row);
    white-space: nowrap;
    border-bottom: var(--hairline) solid var(--line);
  }
  th.number button {
    text-align: right;
  }
  th button:hover {
    color: var(--text-1);
  }
  td {
    padding: 0 var(--space-3);
    height: var(--row);
    border-bottom: var(--hairline) solid var(--line);
  }
`;
