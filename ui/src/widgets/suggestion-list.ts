/** The list of suggestions below a field, a popover: how it looks and is named, and which one the arrow keys come to. The field opens and places it. */
import { css, html, type TemplateResult } from "lit";

export interface SuggestItem {
  readonly label: string;
  readonly detail: string;
}

export const suggestionStyles = css`
  ul {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: var(--space-2);
    color: var(--text-1);
    background: var(--surface-1);
    border: var(--hairline) solid var(--line);
    border-radius: var(--radius-large);
    box-shadow: var(--shadow);
    max-height: 40dvh;
    overflow: auto;
  }
  li {
    display: flex;
    gap: var(--space-5);
    align-items: center;
    justify-content: space-between;
    min-height: var(--row);
    padding: 0 var(--space-3);
    border-radius: var(--radius);
    cursor: pointer;
  }
  li[aria-selected="true"] {
    background: var(--surface-selected);
  }
  .detail {
    color: var(--text-3);
    font-size: var(--text-small);
  }
`;

/** Of the combobox `label`, whose aria-controls is "suggestions" and aria-activedescendant "suggestion-N". */
export function suggestionList(
  items: readonly SuggestItem[],
  active: number,
  label: string,
  pick: (event: Event, index: number) => void,
): TemplateResult {
  return html`<ul id="suggestions" popover="manual" role="listbox" aria-label=${`Suggestions for ${label}`}>
    ${items.map(
      (item, index) =>
        html`<li
          id="suggestion-${index}"
          role="option"
          aria-selected=${String(index === active)}
          @pointerdown=${(event: Event) => pick(event, index)}
        >
          <span class="cut">${item.label}</span><span class="detail cut">${item.detail}</span>
        </li>`,
    )}
  </ul>`;
}

/** The next or previous of `count`, around the ends. @param active -1 = none yet */
export function stepActive(active: number, by: 1 | -1, count: number): number {
  return (active + by + (active < 0 && by < 0 ? 1 : 0) + count) % count;
}

export const ARROW_STEPS: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowUp: -1 };
