/** How the forms beside a board look: of a panel, of the variables. */
import { css } from "lit";
import { panelHeadStyles } from "../widgets/panel-head-styles.ts";

export const editorFormStyles = css`
  ${panelHeadStyles}
  :host {
    overflow: auto;
    background: var(--surface-1);
  }
  form {
    display: grid;
    gap: var(--space-4);
    padding: var(--space-4) var(--space-5) var(--space-6);
  }
  label,
  fieldset {
    display: grid;
    gap: var(--space-2);
    color: var(--text-2);
    font-size: var(--text-small);
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
  }
  legend {
    padding: 0;
  }
  input,
  select,
  textarea {
    font-size: var(--text-body);
    width: 100%;
  }
  textarea {
    font-family: var(--mono);
    color: var(--text-1);
    background: var(--surface-1);
    border: var(--hairline) solid var(--line-strong);
    border-radius: var(--radius);
    padding: var(--space-3);
    min-height: 12em;
    resize: vertical;
  }
  .check {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    font-size: var(--text-body);
  }
  .check input {
    width: auto;
  }
  .pair {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: var(--space-3);
  }
  .line {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) auto;
    gap: var(--space-2);
  }
  fieldset .button {
    justify-self: start;
  }
`;
