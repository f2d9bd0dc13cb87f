/** How code looks while it is written: the text of the field is invisible, the picture behind it has the same letters in colour. */
import { css } from "lit";

export const codeFieldStyles = css`
  .frame {
    display: grid;
    min-height: var(--row);
  }
  pre,
  textarea {
    grid-area: 1 / 1;
    margin: 0;
    padding: var(--space-2) 0;
    border: 0;
    font: var(--text-body) / var(--line-height) var(--mono);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    tab-size: 2;
    min-width: 0;
  }
  pre {
    color: var(--text-1);
    pointer-events: none;
    /* The line break at the end must not make a line of its own when the text ends with one. */
    margin-bottom: calc(-1 * var(--space-1));
  }
  textarea {
    width: 100%;
    height: 100%;
    resize: none;
    overflow: hidden;
    background: none;
    color: transparent;
    caret-color: var(--text-1);
    outline: none;
  }
  textarea:focus-visible {
    outline: none;
  }
  textarea::placeholder {
    color: var(--text-3);
    opacity: 1;
    white-space: nowrap;
    text-overflow: ellipsis;
  }
  :host([file]) :is(pre, textarea) {
    padding: var(--space-3) var(--space-4) var(--space-3) 4.5em;
  }
  i {
    position: absolute;
    left: 0;
  }
  i::before {
    content: attr(data-line);
    display: block;
    width: 3.5em;
    text-align: right;
    font-style: normal;
    color: var(--text-3);
  }
  i.wrong::before {
    color: var(--error);
    font-weight: var(--weight-strong);
  }
  :host([file]) pre {
    position: relative;
  }
  .marked {
    background: var(--error-soft);
    text-decoration: underline wavy var(--error);
    text-decoration-skip-ink: none;
  }
  ul {
    border-color: var(--line-strong);
    max-width: min(calc(1.5 * var(--field-width)), 94vw);
  }
  li {
    min-height: var(--row-compact);
  }
  li > :first-child {
    flex: none;
    max-width: 70%;
    font: var(--text-small) var(--mono);
  }
`;

/** Colours of pieces of code, wherever they stand. */
export const codeColorStyles = css`
  .function {
    color: var(--accent);
  }
  .keyword {
    color: var(--accent);
    font-weight: var(--weight-strong);
  }
  .key {
    color: var(--accent);
  }
  .string,
  .duration,
  .number {
    color: var(--ok);
  }
  .operator,
  .bracket {
    color: var(--text-2);
  }
  .comment {
    color: var(--text-3);
  }
`;
