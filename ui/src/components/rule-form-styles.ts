/** How the form of a rule looks: settings in a grid, short ones beside each other. */
import { css } from "lit";

export const ruleFormStyles = css`
  form {
    padding: var(--space-4) var(--space-5) var(--space-5);
  }
  fieldset {
    display: grid;
    gap: var(--space-4);
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }
  .settings {
    display: grid;
    grid-template-columns: repeat(4, minmax(0, 1fr));
    align-items: end;
    gap: var(--space-4);
  }
  .field {
    grid-column: 1 / -1;
    display: grid;
    gap: var(--space-2);
    min-width: 0;
  }
  .field.short {
    grid-column: span 1;
  }
  .field.rest {
    grid-column: span 3;
  }
  .name {
    color: var(--text-2);
    font-size: var(--text-small);
  }
  input:not([type]),
  select {
    width: 100%;
  }
  .code {
    border: var(--hairline) solid var(--line-strong);
    border-radius: var(--radius);
    padding: 0 var(--space-3);
    background: var(--surface-1);
  }
  .code:focus-within {
    outline: var(--focus-width) solid var(--accent);
    outline-offset: calc(-1 * var(--hairline));
  }
  .kinds {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }
  .kinds label {
    position: relative;
    display: inline-flex;
    align-items: center;
    height: var(--row);
    padding: 0 var(--space-3);
    border: var(--hairline) solid var(--line);
    border-radius: var(--radius);
    cursor: pointer;
  }
  .kinds label.chosen {
    background: var(--accent-soft);
    border-color: var(--accent);
    color: var(--accent);
  }
  .kinds label:focus-within {
    outline: var(--focus-width) solid var(--accent);
    outline-offset: calc(-1 * var(--focus-width));
  }
  .kinds input {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    opacity: 0;
    margin: 0;
    cursor: pointer;
  }
  @media (max-width: 899.98px) {
    form {
      padding-inline: var(--space-4);
    }
    .field.short,
    .field.rest {
      grid-column: span 2;
    }
  }
`;
