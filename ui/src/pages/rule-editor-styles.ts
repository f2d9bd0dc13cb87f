/** How the editor of rule files looks: form and file beside each other, the preview below both. */
import { css } from "lit";

export const ruleEditorStyles = css`
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3) var(--space-4);
    margin-bottom: var(--space-4);
  }
  .head h2 {
    font-size: var(--text-large);
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3);
    margin-left: auto;
  }
  .complaint {
    margin-bottom: var(--space-4);
    overflow-wrap: anywhere;
  }
  .sides {
    display: grid;
    grid-template-columns: minmax(0, 5fr) minmax(0, 6fr);
    gap: var(--space-4);
    margin-bottom: var(--space-4);
  }
  .sides > .panel {
    display: flex;
    flex-direction: column;
  }
  nav {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
    padding: var(--space-3) var(--space-4);
    border-bottom: var(--hairline) solid var(--line);
  }
  .rule {
    display: inline-flex;
    align-items: center;
    gap: var(--space-3);
    max-width: 100%;
    height: var(--row);
    padding: 0 var(--space-3);
    border-radius: var(--radius);
  }
  .rule .dim {
    font-size: var(--text-small);
  }
  .rule:hover {
    background: var(--surface-2);
  }
  .rule[aria-pressed="true"] {
    background: var(--surface-selected);
  }
  .hint,
  .foot {
    padding: var(--space-4) var(--space-5);
    color: var(--text-2);
  }
  .foot {
    padding-top: 0;
    margin-top: auto;
  }
  gs-code-field.yaml {
    flex: 1;
    max-height: calc(24 * var(--row));
    min-height: calc(8 * var(--row));
    overflow: auto;
  }
  gs-code-field.yaml:focus-within {
    box-shadow: inset 0 0 0 var(--hairline) var(--accent);
  }
  .issues {
    display: grid;
    gap: var(--space-2);
    max-height: calc(6 * var(--row));
    overflow: auto;
    padding: var(--space-3) var(--space-4);
    border-top: var(--hairline) solid var(--line);
  }
  p.issues {
    display: flex;
    align-items: center;
  }
  .issues button {
    display: flex;
    gap: var(--space-2);
    overflow-wrap: anywhere;
  }
  .issues .warn {
    color: var(--warn);
  }
  .issues button:hover {
    text-decoration: underline;
  }
  .issues svg {
    flex: none;
    margin-top: var(--space-1);
  }
  .conflict {
    margin-bottom: var(--space-4);
    border-color: var(--warn);
  }
  .conflict p {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
    padding: var(--space-3) var(--space-5);
  }
  .diff {
    max-height: calc(10 * var(--row));
    overflow: auto;
    padding: var(--space-3) var(--space-5);
    border-top: var(--hairline) solid var(--line);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .diff .left {
    color: var(--error);
    background: var(--error-soft);
  }
  .diff .right {
    color: var(--ok);
  }
  @media (max-width: 899.98px) {
    .sides {
      grid-template-columns: minmax(0, 1fr);
    }
    .tools {
      margin-left: 0;
    }
  }
`;
