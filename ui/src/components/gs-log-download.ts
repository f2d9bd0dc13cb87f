/**
 * Taking what was found along as a file: which format, how far it is, and a way to stop. In: what is on its way, about how many lines there are;
 * out: gs-download (format), gs-cancel.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatBytes } from "../base/format-bytes.ts";
import { formatPercent, formatPlural } from "../base/format-number.ts";
import { emit } from "../widgets/emit.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

export interface Download {
  readonly format: "csv" | "ndjson";
  readonly bytes: number;
  /** Of the lines, 0 to 1; undefined = not known. */
  readonly share?: number;
  /** Why it ended too early. */
  readonly error?: string;
  readonly done: boolean;
}

@customElement("gs-log-download")
export class GsLogDownload extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      :host {
        width: min(var(--facets-width) * 1.2, 90vw);
      }
      .formats {
        display: flex;
        gap: var(--space-3);
        margin-top: var(--space-3);
      }
      progress {
        width: 100%;
        accent-color: var(--accent);
        margin: var(--space-3) 0;
      }
    `,
  ];

  @property({ attribute: false }) download?: Download;
  @property({ type: Number }) total = 0;

  override render(): TemplateResult {
    const { download } = this;
    if (download && !download.done) {
      return html`<p role="status">
          ${formatBytes(download.bytes)}${download.share === undefined ? "" : `, ${formatPercent(download.share)}`} so
          far
        </p>
        <progress aria-label="Download" value=${download.share ?? nothing}></progress>
        <button class="button" @click=${() => emit(this, "gs-cancel")}>Cancel</button>`;
    }
    return html`<p>
        ${download?.error ? html`<span class="error">${download.error}</span>` : download ? html`Done: ${formatBytes(download.bytes)}.` : html`All that was found, ${formatPlural(this.total, "line")}, newest first.`}
      </p>
      <div class="formats">
        <button class="button" @click=${() => emit(this, "gs-download", "csv")}>CSV</button>
        <button class="button" @click=${() => emit(this, "gs-download", "ndjson")}>NDJSON</button>
      </div>`;
  }
}
