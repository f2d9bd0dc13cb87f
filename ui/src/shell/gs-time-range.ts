/**
 * The one time range: what is shown, whether it is live, a step back and on, and a panel with relative spans and absolute times. In
 * and out: state/time-range.ts. UTC stands in the hover.
 */
import { html, LitElement, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { parseDuration } from "../base/format-duration.ts";
import { formatLocalInput, formatUtc } from "../base/format-time.ts";
import { nameRange, RELATIVE_CHOICES } from "../base/time-range.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { isAnswering } from "../api/client.ts";
import { currentBounds, setLive, setTimeRange, shareableHref, stepTimeRange, timeRange } from "../state/time-range.ts";
import "../widgets/gs-copy.ts";
import "../widgets/gs-popover.ts";
import type { GsPopover } from "../widgets/gs-popover.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { timeRangeStyles } from "./time-range-styles.ts";

@customElement("gs-time-range")
export class GsTimeRange extends LitElement {
  static override styles = [sharedStyles, controlStyles, timeRangeStyles];

  @state() private problem = "";
  @query("gs-popover") private panel!: GsPopover;

  constructor() {
    super();
    followSignals(this, timeRange, isAnswering);
  }

  override render(): TemplateResult {
    const range = timeRange.value;
    const live = range.kind === "relative";
    const lost = live && !isAnswering.value;
    const { start, end } = currentBounds();
    const utc = `${formatUtc(start)} to ${formatUtc(end)}`;
    return html`<div class="bar" role="group" aria-label="Time range">
      <button class="button plain icon step" title="Earlier ([)" aria-label="Earlier" @click=${() => stepTimeRange(-1)}>
        ${icon("left")}
      </button>
      <gs-popover
        label=${`Time range: ${nameRange(range, Date.now())}`}
        align="right"
        @gs-open=${() => (this.problem = "")}
      >
        <span slot="label" class="label" title=${utc}>${nameRange(range, Date.now())}${icon("down")}</span>
        ${this.renderPanel(start, end)}
      </gs-popover>
      <button
        class="button plain icon step"
        title="Later (])"
        aria-label="Later"
        ?disabled=${live}
        @click=${() => stepTimeRange(1)}
      >
        ${icon("right")}
      </button>
      <button
        class="button plain live ${live ? "on" : ""} ${lost ? "lost" : ""}"
        aria-pressed=${String(live)}
        title=${lost ? "The collector does not answer: what is shown is from before. It is asked again and again" : live ? "Live: follows the clock. Click to hold (L)" : "Held. Click to follow the clock (L)"}
        @click=${() => setLive(!live)}
      >
        <i></i><span>${lost ? "No answer" : "Live"}</span>
      </button>
    </div>`;
  }

  private renderPanel(start: number, end: number): TemplateResult {
    const range = timeRange.value;
    return html`<div class="panel">
      <div class="choices">
        ${RELATIVE_CHOICES.map((text) => {
          const millis = Number(parseDuration(text)) / 1e6;
          const chosen = range.kind === "relative" && range.millis === millis;
          return html`<button class="button" aria-pressed=${String(chosen)} @click=${() => this.choose(millis)}>
            ${text}
          </button>`;
        })}
      </div>
      <form @submit=${this.onSubmit}>
        <label>From <input name="from" type="datetime-local" step="1" .value=${formatLocalInput(start)} /></label>
        <label>To <input name="to" type="datetime-local" step="1" .value=${formatLocalInput(end)} /></label>
        <div class="row">
          <span class="faint">local time</span>
          <button class="button primary">Show</button>
        </div>
        <p class="error" role="alert">${this.problem}</p>
      </form>
      <div class="row share">
        <span class="dim">Link with fixed times</span>
        <gs-copy .value=${shareableHref()} text="copy" what="link"></gs-copy>
      </div>
    </div>`;
  }

  private choose(millis: number): void {
    this.panel.close();
    setTimeRange({ kind: "relative", millis });
  }

  private readonly onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const [from, to] = [Date.parse(textOf(data.get("from"))), Date.parse(textOf(data.get("to")))];
    if (!(to > from)) {
      this.problem = "The end must lie after the start.";
      return;
    }
    this.panel.close();
    setTimeRange({ kind: "absolute", from, to });
  };
}

function textOf(value: FormDataEntryValue | null): string {
  return typeof value === "string" ? value : "";
}
