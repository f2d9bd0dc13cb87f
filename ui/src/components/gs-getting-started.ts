/**
 * What pages show before the first data: where to send it, what to copy for each language, a test at the press of a button, and that the
 * page waits. In: WireInfo and the host that this page was reached under; out: gs-send-test. Who embeds it asks and says what came.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { WireInfo } from "goldspan/contract";
import { isLoopback, otlpWays, type OtlpWay } from "../model/otlp-ways.ts";
import { otlpSnippets } from "../model/snippets.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import "../widgets/gs-copy.ts";
import "../widgets/gs-tabs.ts";
import { gettingStartedStyles } from "./getting-started-styles.ts";

const PROTOCOLS = { http: "OTLP over HTTP", grpc: "OTLP over gRPC" } as const;

@customElement("gs-getting-started")
export class GsGettingStarted extends LitElement {
  static override styles = [sharedStyles, controlStyles, gettingStartedStyles];

  @property({ attribute: false }) info?: WireInfo;
  @property() host = "localhost";
  /** A test is under way. */
  @property({ type: Boolean }) sending = false;
  /** Why the last test could not be sent; "" = it could. */
  @property() failure = "";
  @state() private language = "Node.js";

  override render(): TemplateResult {
    const ways = otlpWays(this.info ?? { receivers: [] }, this.host);
    return html`<h2>Waiting for the first trace</h2>
      <p class="waiting" role="status">Nothing has arrived yet. As soon as something does, it is shown here.</p>
      ${ways.length === 0 ? this.renderNoWay() : this.renderWays(ways)}`;
  }

  private renderWays(ways: readonly OtlpWay[]): TemplateResult {
    return html`<div class="test">
        <button class="button primary" aria-disabled=${String(this.sending)} @click=${this.onSend}>
          ${this.sending ? "Sending…" : "Send a test trace"}
        </button>
        <span class="dim">An order in a made-up shop of three services, with one fault, its logs and metrics.</span>
        ${this.failure ? html`<p class="error" role="alert">${this.failure}</p>` : nothing}
      </div>
      <h3>Send your own</h3>
      <dl>
        ${ways.map(
          ({ protocol, url }) =>
            html`<dt>${PROTOCOLS[protocol]}</dt>
              <dd><gs-copy .value=${url} .text=${url} what="endpoint"></gs-copy></dd>`,
        )}
      </dl>
      ${this.renderNotes(ways)} ${this.renderSnippets(ways[0])}`;
  }

  /** The button stays one while a test is under way: a disabled one loses the focus. */
  private readonly onSend = (): void => {
    if (!this.sending) emit(this, "gs-send-test", undefined);
  };

  private renderNotes(ways: readonly OtlpWay[]): TemplateResult {
    const unreachable = ways.every(({ onlyLocal }) => onlyLocal) && !isLoopback(this.host);
    return html`${
      unreachable
        ? html`<p class="note">
            Only programs on the machine that Goldspan runs on reach these. To take data from others, start it with
            <code>GOLDSPAN_HOST=0.0.0.0</code>.
          </p>`
        : nothing
    }
    ${
      ways.some(({ wantsAuth }) => wantsAuth)
        ? html`<p class="note">
            Senders have to say who they are: put the receiver's token where <code>TOKEN</code> stands.
          </p>`
        : nothing
    }`;
  }

  private renderSnippets(way: OtlpWay): TemplateResult {
    const snippets = otlpSnippets(way);
    const chosen = snippets.find((snippet) => snippet.language === this.language) ?? snippets[0];
    return html`<div class="languages">
        <gs-tabs
          label="Language"
          .items=${snippets.map(({ language }) => ({ value: language, label: language }))}
          .value=${chosen.language}
          @gs-change=${(event: Emitted<string>) => (this.language = event.detail)}
        ></gs-tabs>
      </div>
      <div class="code">
        <pre tabindex="0" aria-label=${`For ${chosen.language}`}>${chosen.text}</pre>
        <gs-copy .value=${chosen.text} what=${`commands for ${chosen.language}`}></gs-copy>
      </div>`;
  }

  private renderNoWay(): TemplateResult {
    return html`<p class="note">
      No OTLP receiver runs here that is reached over the network. Put one into a pipeline of the configuration, as in
      <code>traces: { receivers: [otlp], exporters: [goldspan] }</code>.
    </p>`;
  }
}
