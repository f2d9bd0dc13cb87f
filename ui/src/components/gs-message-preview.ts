/**
 * A message as a channel shows it: headings, texts, fields, links, the picture. In: its parts, whether it tells of trouble or of its end,
 * the address of the picture ("" = its place is shown). The text is foreign: it is text, never markup.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireShownBlock } from "goldspan/contract";
import { icon } from "../widgets/icons.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";

@customElement("gs-message-preview")
export class GsMessagePreview extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      article {
        display: grid;
        gap: var(--space-3);
        max-width: var(--prose-width);
        padding: var(--space-4) var(--space-5);
        border: var(--hairline) solid var(--line);
        border-left: var(--space-2) solid var(--error);
        border-radius: var(--radius);
        background: var(--surface-1);
        overflow-wrap: anywhere;
      }
      article.good {
        border-left-color: var(--ok);
      }
      h4 {
        margin: 0;
        font-size: var(--text-large);
        font-weight: var(--weight-strong);
      }
      p,
      pre {
        white-space: pre-wrap;
      }
      .code {
        max-height: calc(2 * var(--chart-tall));
        overflow: auto;
        font-family: var(--mono);
        font-size: var(--text-small);
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-1) var(--space-4);
      }
      dt {
        color: var(--text-2);
      }
      .links {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2) var(--space-4);
      }
      img {
        display: block;
        max-width: 100%;
        border: var(--hairline) solid var(--line);
        border-radius: var(--radius);
      }
      .picture {
        display: flex;
        align-items: center;
        justify-content: center;
        gap: var(--space-3);
        height: var(--chart);
        border: var(--hairline) dashed var(--line-strong);
        border-radius: var(--radius);
        color: var(--text-2);
      }
      code {
        font-family: var(--mono);
        font-size: var(--text-small);
        background: var(--surface-2);
      }
    `,
  ];

  @property({ attribute: false }) blocks: readonly WireShownBlock[] = [];
  @property({ type: Boolean }) good = false;
  @property() picture = "";

  override render(): TemplateResult {
    return html`<article class=${this.good ? "good" : ""} aria-label="The message">
      ${this.blocks.map((block) => this.renderBlock(block))}
    </article>`;
  }

  private renderBlock({ kind, runs, fields }: WireShownBlock): TemplateResult {
    switch (kind) {
      case "heading":
        return html`<h4>${runs.map(renderRun)}</h4>`;
      case "text":
        return html`<p>${runs.map(renderRun)}</p>`;
      case "code":
        return html`<pre class="code" tabindex="0" aria-label="What is sent">${runs.map(({ text }) => text)}</pre>`;
      case "links":
        return html`<div class="links">${runs.map(renderRun)}</div>`;
      case "fields":
        return html`<dl>
          ${fields.map(
            ({ name, value }) =>
              html`<dt>${name}</dt>
                <dd>${value}</dd>`,
          )}
        </dl>`;
      case "picture":
        return this.picture
          ? html`<img src=${this.picture} alt="Chart and trace of the alert" />`
          : html`<div class="picture">${icon("metrics")} the alert's chart and trace as a picture</div>`;
    }
  }
}

/** Blanks count in it, so nothing stands between the tags. */
function renderRun({ text, isBold, isCode, href }: WireShownBlock["runs"][number]): TemplateResult | string {
  const look = isCode ? html`<code>${text}</code>` : isBold ? html`<b>${text}</b>` : text;
  return href
    ? html`<a href=${href} target="_blank" rel="noreferrer">${look}</a>`
    : typeof look === "string"
      ? look
      : html`${look}${nothing}`;
}
