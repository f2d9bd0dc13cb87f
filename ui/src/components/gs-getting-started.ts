/**
 * What the services page shows before the first data: where to send it, and what to copy for each language. In: WireInfo and the
 * host that this page was reached under.
 */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { WireInfo } from "goldspan/contract";
import { otlpSnippets } from "../model/snippets.ts";
import type { Emitted } from "../widgets/emit.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import "../widgets/gs-copy.ts";
import "../widgets/gs-tabs.ts";

@customElement("gs-getting-started")
export class GsGettingStarted extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        max-width: calc(var(--prose-width) * 1.2);
        margin: var(--space-7) auto;
        padding: 0 var(--space-5);
      }
      h2 {
        font-size: var(--text-title);
      }
      p {
        color: var(--text-2);
        margin: var(--space-2) 0 var(--space-5);
      }
      .waiting::before {
        content: "";
        display: inline-block;
        width: var(--dot);
        height: var(--dot);
        margin-right: var(--space-3);
        border-radius: var(--radius-round);
        background: var(--ok);
        animation: pulse 1.6s ease-in-out infinite;
      }
      @keyframes pulse {
        50% {
          opacity: 0.3;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .waiting::before {
          animation: none;
        }
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: var(--space-3) var(--space-5);
        margin-bottom: var(--space-6);
      }
      dt {
        color: var(--text-2);
      }
      .code {
        position: relative;
        margin-top: var(--space-3);
        border: var(--hairline) solid var(--line);
        border-radius: var(--radius-large);
        background: var(--surface-1);
      }
      pre {
        margin-right: var(--row-tall);
        padding: var(--space-4);
        padding-right: 0;
        overflow: auto;
        font: var(--text-small) / 1.6 var(--mono);
      }
      .code gs-copy {
        position: absolute;
        top: var(--space-3);
        right: var(--space-3);
        background: var(--surface-1);
      }
    `,
  ];

  @property({ attribute: false }) info?: WireInfo;
  @property() host = "localhost";
  @state() private language = "Node.js";

  override render(): TemplateResult {
    const ports = this.info?.ports ?? {};
    const snippets = otlpSnippets(this.host, ports);
    const chosen = snippets.find((snippet) => snippet.language === this.language) ?? snippets[0];
    const http = `http://${this.host}:${ports.otlp_http ?? 4318}`;
    const grpc = `http://${this.host}:${ports.otlp_grpc ?? 4317}`;
    return html`<h2>Waiting for the first trace</h2>
      <p class="waiting">
        Nothing has arrived yet. This page looks again every few seconds; services appear here by themselves.
      </p>
      <dl>
        <dt>OTLP over HTTP</dt>
        <dd><gs-copy .value=${http} .text=${http} what="endpoint"></gs-copy></dd>
        <dt>OTLP over gRPC</dt>
        <dd><gs-copy .value=${grpc} .text=${grpc} what="endpoint"></gs-copy></dd>
      </dl>
      <gs-tabs
        label="Language"
        .items=${snippets.map(({ language }) => ({ value: language, label: language }))}
        .value=${chosen.language}
        @gs-change=${(event: Emitted<string>) => (this.language = event.detail)}
      ></gs-tabs>
      <div class="code">
        <pre tabindex="0">${chosen.text}</pre>
        <gs-copy .value=${chosen.text} what=${`commands for ${chosen.language}`}></gs-copy>
      </div>`;
  }
}
