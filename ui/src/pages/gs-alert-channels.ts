/**
 * Channels: where messages go and how that does, how they look there, a test of each, which alert goes where, and what was given up. In:
 * the address (?channel, and what the parts keep there), the API; out: tests.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { WireChannel, WireChannels, WireChannelTest } from "goldspan/contract";
import { fetchChannels, testChannel } from "../api/alert-endpoints.ts";
import { formatCount } from "../base/format-number.ts";
import { formatMillis } from "../base/format-duration.ts";
import { formatAgo, formatDateTime, formatUtc } from "../base/format-time.ts";
import { changeParams, formatHref } from "../base/params.ts";
import { severityMarkStyles } from "../components/severity-mark-styles.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { currentPlace, navigateParams } from "../state/location.ts";
import "../widgets/gs-empty.ts";
import "../widgets/gs-skeleton.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import { alertTabStyles } from "./alert-tab-styles.ts";
import "./gs-alert-routing.ts";
import "./gs-channel-preview.ts";
import "./gs-dead-letters.ts";
import { tryTo } from "./try-to.ts";

const CLOSED = { channel: undefined, of: undefined, over: undefined };

@customElement("gs-alert-channels")
export class GsAlertChannels extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    tableStyles,
    panelStyles,
    severityMarkStyles,
    alertTabStyles,
    css`
      tr.chosen > * {
        background: var(--surface-selected);
      }
    `,
  ];

  /** Of the channel that is being tested; "" = none. */
  @state() private testing = "";
  /** By channel. */
  @state() private tests: ReadonlyMap<string, WireChannelTest> = new Map();

  private readonly channels = new QueryController<WireChannels>(this, { key: () => "channels", ask: fetchChannels });

  constructor() {
    super();
    followSignals(this, currentPlace);
    onLiveBeat(this, () => this.channels.refresh());
    bindKeys(this, "Channels", [
      { keys: "j", label: "Next channel", run: () => this.move(1) },
      { keys: "k", label: "Previous channel", run: () => this.move(-1) },
      { keys: "esc", label: "Close the preview", run: () => this.close() },
    ]);
  }

  override render(): TemplateResult {
    const { data } = this.channels;
    const chosen = data?.channels.find(({ id }) => id === this.chosen);
    return html`<section class="panel" aria-label="Channels">
        ${panelStates(this.channels, {
          data: (shown) => html`${this.renderIssues(shown)}${this.renderChannels(shown.channels)}`,
          empty: ({ channels, issues }) => (channels.length + issues.length === 0 ? this.renderEmpty() : undefined),
          skeleton: () => html`<gs-skeleton .lines=${5}></gs-skeleton>`,
        })}
      </section>
      ${
        chosen
          ? html`<gs-channel-preview .channel=${chosen} @gs-close=${() => this.close()}></gs-channel-preview>`
          : nothing
      }
      <gs-dead-letters></gs-dead-letters>
      <gs-alert-routing .channels=${data} .hrefOf=${({ id }: WireChannel) => this.hrefOf(id)}></gs-alert-routing>`;
  }

  private renderEmpty(): TemplateResult {
    return html`<gs-empty
      heading="Nobody is told"
      why="Alerts are shown here only. Write an Alertmanager configuration with a receiver (slack_configs, webhook_configs, …) and name it in extensions.alerting.config_file."
    ></gs-empty>`;
  }

  private renderIssues({ issues, configFile }: WireChannels): TemplateResult | typeof nothing {
    if (issues.length === 0) return nothing;
    return html`<ul class="nothing" aria-label="What is wrong with ${configFile}">
      ${issues.map(
        ({ line, message, severity }) =>
          html`<li class=${severity === "error" ? "error" : ""}>
            ${configFile}${line > 0 ? `:${line}` : ""}: ${message}
          </li>`,
      )}
    </ul>`;
  }

  private renderChannels(channels: readonly WireChannel[]): TemplateResult {
    return html`<table>
      <thead>
        <tr>
          <th scope="col">State</th>
          <th class="wide" scope="col">Channel</th>
          <th class="number less" scope="col">Sent</th>
          <th class="number less" scope="col">Failed</th>
          <th class="number less" scope="col">Waiting</th>
          <th scope="col"><span class="unseen">What to do</span></th>
        </tr>
      </thead>
      <tbody>
        ${channels.map((channel) => this.renderChannel(channel))}
      </tbody>
    </table>`;
  }

  private renderChannel(channel: WireChannel): TemplateResult {
    const { id, receiver, kind, target, sent, failed, waiting, sendResolved } = channel;
    const isChosen = id === this.chosen;
    return html`<tr class=${isChosen ? "chosen" : ""}>
      <td>${this.renderState(channel)}</td>
      <td class="wide">
        <p>
          <b>${receiver}</b> <span class="dim">${kind}${target ? ` · ${target}` : ""}</span>
          ${sendResolved ? nothing : html`<span class="faint">not told when it is over</span>`}
        </p>
        ${this.renderTrouble(channel)} ${this.renderTest(id)}
      </td>
      <td class="number less">${formatCount(sent)}</td>
      <td class="number less">${formatCount(failed)}</td>
      <td class="number less">${formatCount(waiting)}</td>
      <td class="do">
        <a
          class="button"
          aria-current=${isChosen ? "true" : nothing}
          href=${isChosen ? this.hrefOf("") : this.hrefOf(id)}
          >Preview</a
        >
        <button class="button" ?disabled=${this.testing !== ""} @click=${() => void this.test(channel)}>
          ${this.testing === id ? "Sending …" : "Send a test"}
        </button>
      </td>
    </tr>`;
  }

  private renderState({ lastError, lastSentMillis }: WireChannel): TemplateResult {
    return lastError
      ? html`<span class="mark error">${icon("warning")}fails</span>`
      : html`<span class="mark">${icon("check")}${lastSentMillis === null ? "ready" : "well"}</span>`;
  }

  private renderTrouble({ lastError, lastErrorMillis, lastSentMillis, retryAtMillis }: WireChannel): unknown {
    const now = Date.now();
    const when = (millis: number) =>
      html`<span title=${`${formatDateTime(millis)}, ${formatUtc(millis)}`}>${formatAgo(millis, now)}</span>`;
    const again =
      retryAtMillis === null || retryAtMillis <= now
        ? ""
        : formatMillis(Math.ceil((retryAtMillis - now) / 1000) * 1000);
    return html`${
      lastError
        ? html`<p class="error">
            ${lastError}${lastErrorMillis === null ? nothing : html` · ${when(lastErrorMillis)}`}${again && ` · tried again in ${again}`}
          </p>`
        : nothing
    }
    ${lastSentMillis === null ? nothing : html`<p class="under">last sent ${when(lastSentMillis)}</p>`}`;
  }

  private renderTest(id: string): TemplateResult {
    const test = this.tests.get(id);
    if (!test) return html`<p role="status"></p>`;
    const { outcome, message, durationMillis } = test;
    return html`<p class="under" role="status">
      ${
        outcome === "sent"
          ? html`${icon("check")} The test was sent in ${formatMillis(durationMillis)}. ${message}`
          : html`<span class="error">${icon("warning")} The test failed: ${message}</span>`
      }
    </p>`;
  }

  private async test({ id }: WireChannel): Promise<void> {
    this.testing = id;
    await tryTo(this, "send a test", async () => {
      this.tests = new Map([...this.tests, [id, await testChannel(id)]]);
    });
    this.testing = "";
    this.channels.refresh();
  }

  private move(by: number): void {
    const channels = this.channels.data?.channels ?? [];
    const at = channels.findIndex(({ id }) => id === this.chosen);
    const next = channels[Math.min(channels.length - 1, Math.max(0, at + by))];
    if (next) navigateParams(changeParams(currentPlace.value.params, { channel: next.id }), { replace: true });
  }

  private close(): void {
    if (this.chosen) navigateParams(changeParams(currentPlace.value.params, CLOSED), { replace: true });
  }

  private hrefOf(id: string): string {
    const { path, params } = currentPlace.value;
    return formatHref(path, changeParams(params, id ? { channel: id } : CLOSED));
  }

  private get chosen(): string {
    return currentPlace.value.params.get("channel") ?? "";
  }
}
