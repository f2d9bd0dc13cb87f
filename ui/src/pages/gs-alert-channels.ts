/** Channels: where messages go and how that does, a test of each, and what was given up. In: the API; out: tests, letters sent again. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { WireChannel, WireChannels, WireDeadLetters } from "goldspan/contract";
import {
  dropDeadLetter,
  fetchChannels,
  fetchDeadLetters,
  retryDeadLetter,
  testChannel,
} from "../api/alert-endpoints.ts";
import { formatCount } from "../base/format-number.ts";
import { formatAgo, formatDateTime } from "../base/format-time.ts";
import { severityMarkStyles } from "../components/severity-mark-styles.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { emit } from "../widgets/emit.ts";
import "../widgets/gs-empty.ts";
import "../widgets/gs-skeleton.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import { alertTabStyles } from "./alert-tab-styles.ts";
import { tryTo } from "./try-to.ts";

@customElement("gs-alert-channels")
export class GsAlertChannels extends LitElement {
  static override styles = [sharedStyles, controlStyles, tableStyles, panelStyles, severityMarkStyles, alertTabStyles];

  /** Of the channel that is being tested; "" = none. */
  @state() private testing = "";

  private readonly channels = new QueryController<WireChannels>(this, { key: () => "channels", ask: fetchChannels });
  private readonly letters = new QueryController<WireDeadLetters>(this, {
    key: () => "dead letters",
    ask: fetchDeadLetters,
  });

  constructor() {
    super();
    onLiveBeat(this, () => this.refresh());
  }

  override render(): TemplateResult {
    return html`<section class="panel" aria-label="Channels">
        ${panelStates(this.channels, {
          data: (data) => html`${this.renderIssues(data)}${this.renderChannels(data.channels)}`,
          empty: ({ channels, issues }) => (channels.length + issues.length === 0 ? this.renderEmpty() : undefined),
          skeleton: () => html`<gs-skeleton .lines=${5}></gs-skeleton>`,
        })}
      </section>
      ${(this.letters.data?.letters.length ?? 0) > 0 ? this.renderLetters(this.letters.data!) : nothing}`;
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
    const { id, receiver, kind, target, sent, waiting, lastError, lastErrorMillis, lastSentMillis } = channel;
    return html`<tr>
      <td>
        ${
          lastError
            ? html`<span class="mark error">${icon("warning")}fails</span>`
            : html`<span class="mark">${icon("check")}${lastSentMillis === null ? "ready" : "well"}</span>`
        }
      </td>
      <td class="wide">
        <p><b>${receiver}</b> <span class="dim">${kind} ${target}</span></p>
        ${
          lastError
            ? html`<p class="error">
                ${lastError} ${lastErrorMillis === null ? "" : formatAgo(lastErrorMillis, Date.now())}
              </p>`
            : nothing
        }
        ${lastSentMillis === null ? nothing : html`<p class="under">last sent ${formatAgo(lastSentMillis, Date.now())}</p>`}
      </td>
      <td class="number less">${formatCount(sent)}</td>
      <td class="number less">${formatCount(waiting)}</td>
      <td class="do">
        <button class="button" ?disabled=${this.testing !== ""} @click=${() => void this.test(channel)}>
          ${this.testing === id ? "Sending …" : "Send a test"}
        </button>
      </td>
    </tr>`;
  }

  private renderLetters({ letters }: WireDeadLetters): TemplateResult {
    return html`<section class="panel" aria-label="Given up">
      <header>
        <h2>Given up</h2>
        <span class="dim">messages that could not be delivered</span>
      </header>
      <table>
        <tbody>
          ${letters.map(
            ({ id, receiver, kind, alerts, failedAtMillis, attempts, message }) =>
              html`<tr>
                <td class="when">${formatDateTime(failedAtMillis)}</td>
                <td class="wide">
                  <p>${receiver} <span class="dim">${kind}</span> ${alerts.join(", ")}</p>
                  <p class="under">${message} (tried ${attempts} times)</p>
                </td>
                <td class="do">
                  <button class="button" @click=${() => void this.change("send it again", () => retryDeadLetter(id))}>
                    Again
                  </button>
                  <button class="button" @click=${() => void this.change("drop it", () => dropDeadLetter(id))}>
                    Drop
                  </button>
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }

  private async test({ id, receiver, kind }: WireChannel): Promise<void> {
    this.testing = id;
    await tryTo(this, "send a test", async () => {
      const { outcome, message } = await testChannel(id);
      const said = outcome === "sent" ? "The test was sent" : `The test failed: ${message}`;
      emit(this, "gs-notice", `${said} (${receiver}, ${kind}).`);
    });
    this.testing = "";
    this.refresh();
  }

  private async change(what: string, run: () => Promise<void>): Promise<void> {
    await tryTo(this, what, run);
    this.refresh();
  }

  private refresh(): void {
    this.channels.refresh();
    this.letters.refresh();
  }
}
