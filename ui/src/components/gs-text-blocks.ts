/** Text with a little formatting, drawn as what it is. In: text as model/text-blocks.ts reads it. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { parseText, type TextBlock, type TextPiece } from "../model/text-blocks.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";

@customElement("gs-text-blocks")
export class GsTextBlocks extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        padding: var(--space-2) var(--space-4) var(--space-4);
        overflow-wrap: anywhere;
      }
      h4 {
        margin: var(--space-3) 0 var(--space-2);
        font-size: var(--text-large);
      }
      h4:first-child {
        margin-top: 0;
      }
      p,
      ul,
      pre {
        margin: var(--space-2) 0;
      }
      ul {
        list-style: disc;
        padding-left: var(--space-5);
      }
      code,
      pre {
        font-family: var(--mono);
        font-size: var(--text-small);
        background: var(--surface-2);
        border-radius: var(--radius);
        padding: 0 var(--space-2);
      }
      pre {
        padding: var(--space-3);
        white-space: pre-wrap;
      }
    `,
  ];

  @property() text = "";

  override render(): TemplateResult[] {
    return parseText(this.text).map((block) => this.block(block));
  }

  private block(block: TextBlock): TemplateResult {
    if (block.kind === "code") return html`<pre>${block.text}</pre>`;
    if (block.kind === "list")
      return html`<ul>
        ${block.items.map((item) => html`<li>${this.pieces(item)}</li>`)}
      </ul>`;
    const pieces = this.pieces(block.pieces);
    return block.kind === "heading" ? html`<h4>${pieces}</h4>` : html`<p>${pieces}</p>`;
  }

  private pieces(pieces: readonly TextPiece[]): unknown[] {
    return pieces.map(({ kind, text }) => {
      if (kind === "code") return html`<code>${text}</code>`;
      if (kind === "strong") return html`<strong>${text}</strong>`;
      return kind === "emphasis" ? html`<em>${text}</em>` : text;
    });
  }
}
