/** Messages that were given up: when, for whom and why; each is sent again or dropped. In: the API; out: that. Nothing where there are none. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { WireDeadLetters } from "goldspan/contract";
import { dropDeadLetter, fetchDeadLetters, retryDeadLetter } from "../api/alert-endpoints.ts";
import { formatPlural } from "../base/format-number.ts";
import { formatAgo, formatDateTime, formatUtc } from "../base/format-time.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { emit } from "../widgets/emit.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import { alertTabStyles } from "./alert-tab-styles.ts";
import { tryTo } from "./try-to.ts";

const MOST_SHOWN = 50;

@customElement("gs-dead-letters")
export class GsDeadLetters extends LitElement {
  static override styles = [sharedStyles, controlStyles, tableStyles, panelStyles, alertTabStyles];

  private readonly letters = new QueryController<WireDeadLetters>(this, {
    key: () => "dead letters",
    ask: fetchDeadLetters,
  });

  constructor() {
    super();
    onLiveBeat(this, () => this.letters.refresh());
  }

  override render(): TemplateResult | typeof nothing {
    const { data, error } = this.letters;
    // Most of the time there are none, which needs no place.
    if (!error && (data?.letters.length ?? 0) === 0) return nothing;
    return html`<section class="panel" aria-label="Given up">
      <header class="panel-head">
        <h2>Given up</h2>
        <span class="dim">messages that could not be delivered</span>
      </header>
      ${panelStates(this.letters, { data: ({ letters }) => this.renderLetters(letters), skeleton: () => nothing })}
    </section>`;
  }

  private renderLetters(letters: WireDeadLetters["letters"]): TemplateResult {
    return html`<table>
        <thead class="unseen">
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">What to do</th>
          </tr>
        </thead>
        <tbody>
          ${letters.slice(0, MOST_SHOWN).map((letter) => this.renderLetter(letter))}
        </tbody>
      </table>
      ${letters.length > MOST_SHOWN ? html`<p class="nothing">and ${letters.length - MOST_SHOWN} more, older ones</p>` : nothing}`;
  }

  private renderLetter(letter: WireDeadLetters["letters"][number]): TemplateResult {
    const { id, receiver, kind, alerts, failedAtMillis, attempts, message } = letter;
    return html`<tr>
      <td class="when" title=${`${formatDateTime(failedAtMillis)}, ${formatUtc(failedAtMillis)}`}>
        ${formatAgo(failedAtMillis, Date.now())}
      </td>
      <td class="wide">
        <p><b>${alerts.join(", ")}</b> <span class="dim">to ${receiver} (${kind})</span></p>
        <p class="under">
          <span class="error">${message}</span>${attempts > 0 ? ` · tried ${formatPlural(attempts, "time")}` : ""}
        </p>
      </td>
      <td class="do">
        <button
          class="button"
          @click=${() => void this.change("send it again", () => retryDeadLetter(id), "It waits to be sent again.")}
        >
          Again
        </button>
        <button class="button" @click=${() => void this.change("drop it", () => dropDeadLetter(id), "It is dropped.")}>
          Drop
        </button>
      </td>
    </tr>`;
  }

  private async change(what: string, run: () => Promise<void>, done: string): Promise<void> {
    if (await tryTo(this, what, run)) emit(this, "gs-notice", done);
    this.letters.refresh();
  }
}
