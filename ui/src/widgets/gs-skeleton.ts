/** The outline of what is coming: as many lines as will be there, each as tall as a row. Says nothing to screen readers. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { sharedStyles } from "./shared-styles.ts";

@customElement("gs-skeleton")
export class GsSkeleton extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      li {
        display: flex;
        align-items: center;
        gap: var(--space-6);
        height: var(--skeleton-row, var(--row));
        padding: 0 var(--space-4);
        border-bottom: var(--hairline) solid var(--line);
      }
      i {
        height: var(--space-3);
        border-radius: var(--radius);
        background: var(--surface-2);
        flex: 1;
      }
      i:first-child {
        flex: 2;
      }
      .block {
        height: var(--chart);
        margin: var(--space-3);
        border-radius: var(--radius);
        background: var(--surface-2);
      }
    `,
  ];

  @property({ type: Number }) lines = 8;
  @property() shape: "rows" | "block" = "rows";

  override render(): TemplateResult {
    if (this.shape === "block") return html`<div class="block" aria-hidden="true"></div>`;
    return html`<ul aria-hidden="true">
      ${Array.from({ length: this.lines }, () => html`<li><i></i><i></i><i></i><i></i></li>`)}
    </ul>`;
  }
}
