/**
 * How a message looks in a channel: of an alert that is known or of a made-up one, firing and resolved, and what is really sent. In: the
 * channel, the address (?of, ?over), the API; out: changes of the address, gs-close.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireAlerts, WireChannel, WireChannelPreview } from "goldspan/contract";
import { alertPicturePath, fetchAlerts, previewChannel } from "../api/alert-endpoints.ts";
import { changeParams, type ParamChanges } from "../base/params.ts";
import "../components/gs-message-preview.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { currentPlace, navigateParams } from "../state/location.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import "../widgets/gs-empty.ts";
import "../widgets/gs-skeleton.ts";
import "../widgets/gs-tabs.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { alertTabStyles } from "./alert-tab-styles.ts";

const STATES = [
  { value: "", label: "Firing" },
  { value: "1", label: "Resolved" },
];

@customElement("gs-channel-preview")
export class GsChannelPreview extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelStyles,
    alertTabStyles,
    css`
      select {
        max-width: var(--field-width);
      }
      .body {
        padding: var(--space-4) var(--space-5);
      }
      .note {
        margin-bottom: var(--space-3);
        color: var(--text-2);
      }
      details {
        margin-top: var(--space-4);
      }
      summary {
        cursor: pointer;
        color: var(--text-2);
      }
      .request {
        margin-top: var(--space-3);
        overflow-wrap: anywhere;
      }
      pre {
        max-height: calc(2 * var(--chart-tall));
        margin-top: var(--space-2);
        padding: var(--space-3);
        overflow: auto;
        border-radius: var(--radius);
        background: var(--surface-2);
        font-family: var(--mono);
        font-size: var(--text-small);
        white-space: pre-wrap;
      }
    `,
  ];

  @property({ attribute: false }) channel?: WireChannel;

  private readonly alerts = new QueryController<WireAlerts>(this, { key: () => "alerts", ask: fetchAlerts });
  private readonly preview = new QueryController<WireChannelPreview>(this, {
    key: () => this.channel && `preview ${this.channel.id} ${this.alert} ${this.state}`,
    ask: (signal) => previewChannel(this.channel?.id ?? "", this.alert, this.state, signal),
  });

  constructor() {
    super();
    followSignals(this, currentPlace);
  }

  override render(): TemplateResult {
    const { channel } = this;
    if (!channel) return html`${nothing}`;
    return html`<section class="panel" aria-label="How it looks">
      <header class="panel-head">
        <h2>How it looks</h2>
        <span class="dim">${channel.receiver} (${channel.kind})</span>
        <gs-tabs
          look="segments"
          label="State of the alert"
          .items=${STATES}
          .value=${this.state === "resolved" ? "1" : ""}
          @gs-change=${(event: Emitted<string>) => this.write({ over: event.detail || undefined })}
        ></gs-tabs>
        ${this.renderAlerts()}
        <button class="button plain icon aside" aria-label="Close the preview" @click=${() => emit(this, "gs-close")}>
          ${icon("close")}
        </button>
      </header>
      <div class="body">
        ${panelStates(this.preview, {
          data: (data) => this.renderPreview(data, channel),
          skeleton: () => html`<gs-skeleton .lines=${8}></gs-skeleton>`,
        })}
      </div>
    </section>`;
  }

  private renderAlerts(): TemplateResult {
    const known = this.alerts.data?.alerts ?? [];
    return html`<select
      aria-label="Of which alert"
      @change=${(event: Event) => this.write({ of: (event.target as HTMLSelectElement).value || undefined })}
    >
      <option value="">of a made-up alert</option>
      ${known.map(({ id, name, summary }) => html`<option value=${id} ?selected=${id === this.alert}>of ${name}${summary ? `: ${summary}` : ""}</option>`)}
    </select>`;
  }

  private renderPreview(data: WireChannelPreview, { sendResolved }: WireChannel): TemplateResult {
    const isOver = this.state === "resolved";
    return html`${
        isOver && !sendResolved
          ? html`<p class="note">
              ${icon("bellOff")} This channel is not told when an alert is over (send_resolved: false).
            </p>`
          : nothing
      }
      <gs-message-preview
        .blocks=${data.shown}
        ?good=${isOver}
        picture=${data.hasPicture && this.alert ? alertPicturePath(this.alert) : ""}
      ></gs-message-preview>
      <details>
        <summary>What is sent</summary>
        ${data.requests.map(
          ({ method, url, headers, body }) =>
            html`<div class="request">
              <p class="mono">${method} ${url}</p>
              <pre tabindex="0" aria-label="Headers and body">
${Object.entries(headers)
                  .map(([name, value]) => `${name}: ${value}\n`)
                  .join("")}
${body}</pre>
            </div>`,
        )}
      </details>`;
  }

  private get alert(): string {
    return currentPlace.value.params.get("of") ?? "";
  }

  private get state(): "firing" | "resolved" {
    return currentPlace.value.params.has("over") ? "resolved" : "firing";
  }

  private write(changes: ParamChanges): void {
    navigateParams(changeParams(currentPlace.value.params, changes), { replace: true });
  }
}
