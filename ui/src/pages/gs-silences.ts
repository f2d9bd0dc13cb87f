/**
 * Silences: which alerts tell nobody, until when, by whom and why; new ones, also for an alert that was looked at. In: the address (?new,
 * ?for = an alert's id), the API; out: silences made and ended.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { WireAlertDetail, WireMatcher, WireNewSilence, WireSilence, WireSilences } from "goldspan/contract";
import { expireSilence, fetchAlert, fetchSilences, saveSilence } from "../api/alert-endpoints.ts";
import { formatPlural } from "../base/format-number.ts";
import { formatMillis } from "../base/format-duration.ts";
import { formatAgo, formatDateTime, formatUtc } from "../base/format-time.ts";
import { changeParams } from "../base/params.ts";
import "../components/gs-silence-form.ts";
import { severityMarkStyles } from "../components/severity-mark-styles.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { formatMatcher, matchersOf } from "../model/silences.ts";
import { currentPlace, navigateParams } from "../state/location.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-empty.ts";
import "../widgets/gs-skeleton.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import { alertTabStyles } from "./alert-tab-styles.ts";
import { tryTo } from "./try-to.ts";

@customElement("gs-silences")
export class GsSilences extends LitElement {
  static override styles = [sharedStyles, controlStyles, tableStyles, panelStyles, severityMarkStyles, alertTabStyles];

  @state() private matchers: readonly WireMatcher[] = [];
  @state() private busy = false;
  /** The alert whose labels stand in the form. */
  private filledFor = "";

  private readonly silences = new QueryController<WireSilences>(this, { key: () => "silences", ask: fetchSilences });
  private readonly alert = new QueryController<WireAlertDetail>(this, {
    key: () => (this.forAlert ? `alert ${this.forAlert}` : undefined),
    ask: (signal) => fetchAlert(this.forAlert, signal),
    keepStale: false,
  });

  constructor() {
    super();
    followSignals(this, currentPlace);
    onLiveBeat(this, () => this.silences.refresh());
    bindKeys(this, "Silences", [
      { keys: "n", label: "New silence", run: () => this.open([]) },
      { keys: "esc", label: "Close the form", run: () => this.close() },
    ]);
  }

  override render(): TemplateResult {
    return html`${this.isOpen ? this.renderForm() : this.renderTools()}
      <section class="panel" aria-label="Silences">
        ${panelStates(this.silences, {
          data: ({ silences }) => this.renderTable(silences),
          empty: ({ silences }) =>
            silences.length === 0
              ? html`<gs-empty
                  heading="Nothing is silenced"
                  why="A silence holds back the messages of alerts with certain labels for a while, such as during maintenance. The alerts go on being evaluated and shown."
                ></gs-empty>`
              : undefined,
          skeleton: () => html`<gs-skeleton .lines=${6}></gs-skeleton>`,
        })}
      </section>`;
  }

  protected override willUpdate(): void {
    const { alert } = this.alert.data ?? {};
    if (!this.forAlert) this.filledFor = "";
    if (!alert || alert.id !== this.forAlert || this.filledFor === alert.id) return;
    this.filledFor = alert.id;
    this.matchers = matchersOf(alert);
  }

  private renderTools(): TemplateResult {
    return html`<div class="tools">
      <button class="button primary" @click=${() => this.open([])}>${icon("plus")} New silence</button>
    </div>`;
  }

  private renderForm(): TemplateResult {
    const { error, data } = this.alert;
    return html`<section class="panel" aria-label="Make a silence">
      <header class="panel-head">
        <h2>New silence</h2>
        ${data ? html`<span class="dim">for ${data.alert.summary || data.alert.name}</span>` : nothing}
        ${error ? html`<span class="error" role="alert">Its labels are not known: ${error.message}</span>` : nothing}
      </header>
      <gs-silence-form
        .matchers=${this.matchers}
        .busy=${this.busy}
        @gs-save=${(event: Emitted<WireNewSilence>) => void this.save(event.detail)}
        @gs-close=${() => this.close()}
      ></gs-silence-form>
    </section>`;
  }

  private renderTable(silences: readonly WireSilence[]): TemplateResult {
    return html`<table>
      <thead>
        <tr>
          <th scope="col">State</th>
          <th class="wide" scope="col">Alerts with</th>
          <th class="number less" scope="col">Held back</th>
          <th scope="col">Until</th>
          <th scope="col"><span class="unseen">What to do</span></th>
        </tr>
      </thead>
      <tbody>
        ${silences.map((silence) => this.renderRow(silence))}
      </tbody>
    </table>`;
  }

  private renderRow(silence: WireSilence): TemplateResult {
    const { id, state, matchers, alerts, endsAtMillis, startsAtMillis, createdBy, comment } = silence;
    const ended = state === "expired";
    return html`<tr class=${ended ? "ended" : ""}>
      <td>
        <span class="mark ${state === "active" ? "warn" : "plain"}">${icon(ended ? "check" : "bellOff")}${state}</span>
      </td>
      <td class="wide">
        <p class="mono">${matchers.map(formatMatcher).join("  ")}</p>
        <p class="under">${[createdBy, comment].filter(Boolean).join(": ")}</p>
      </td>
      <td class="number less">${ended ? "" : formatPlural(alerts, "alert")}</td>
      <td class="when" title=${`${formatDateTime(endsAtMillis)}, ${formatUtc(endsAtMillis)}`}>
        ${ended ? formatAgo(endsAtMillis, Date.now()) : this.renderRest(state === "pending" ? startsAtMillis : endsAtMillis, state)}
      </td>
      <td class="do">
        ${
          ended
            ? html`<button class="button" @click=${() => this.open(matchers)}>Again</button>`
            : html`<button class="button" @click=${() => void this.expire(id)}>Expire</button>`
        }
      </td>
    </tr>`;
  }

  private renderRest(millis: number, state: string): string {
    const rest = formatMillis(Math.max(0, Math.round((millis - Date.now()) / 60_000)) * 60_000);
    return state === "pending" ? `begins in ${rest}` : `${rest} left`;
  }

  private open(matchers: readonly WireMatcher[]): void {
    this.matchers = matchers;
    this.go({ new: true, for: undefined });
  }

  private close(): void {
    if (this.isOpen) this.go({ new: undefined, for: undefined });
  }

  private go(changes: { readonly new?: boolean; readonly for?: undefined }): void {
    navigateParams(changeParams(currentPlace.value.params, changes));
  }

  private async save(silence: WireNewSilence): Promise<void> {
    this.busy = true;
    if (await tryTo(this, "silence them", () => saveSilence(silence))) this.close();
    this.busy = false;
    this.silences.refresh();
  }

  private async expire(id: string): Promise<void> {
    await tryTo(this, "end the silence", () => expireSilence(id));
    this.silences.refresh();
  }

  private get forAlert(): string {
    return currentPlace.value.params.get("for") ?? "";
  }

  private get isOpen(): boolean {
    return this.forAlert !== "" || currentPlace.value.params.has("new");
  }
}
