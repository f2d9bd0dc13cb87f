/**
 * The way of a page from nothing to the first data: asks the collector while there is none, sends a test when told to, finds the first
 * trace. In: whether the page has nothing to show; out: what stands in the page's place, and later above it.
 */
import { html, nothing, type LitElement, type ReactiveController, type TemplateResult } from "lit";
import type { WireInfo } from "goldspan/contract";
import { ApiError } from "../api/api-error.ts";
import { fetchInfo, fetchTraces, sendTestTrace } from "../api/endpoints.ts";
import "../components/gs-first-arrival.ts";
import type { FirstTrace, GsFirstArrival } from "../components/gs-first-arrival.ts";
import "../components/gs-getting-started.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { links } from "../state/links.ts";
import { emit } from "../widgets/emit.ts";

const AGAIN_MILLIS = 2000;
/** How far back and ahead the clock of the first sender may be for its trace to be found. */
const AROUND_MILLIS = 86_400_000;

export class FirstData implements ReactiveController {
  private readonly host: LitElement;
  private readonly hasNothing: () => boolean;
  private readonly onArrival: () => void;
  private readonly info: QueryController<WireInfo>;
  private phase: "unknown" | "waiting" | "finding" | "arrived" | "over" = "unknown";
  /** The last answer. */
  private known?: WireInfo;
  private first?: FirstTrace;
  private sending = false;
  private failure = "";
  private timer?: number;

  /** @param onArrival there is something to show now */
  constructor(host: LitElement, hasNothing: () => boolean, onArrival: () => void) {
    this.host = host;
    this.hasNothing = hasNothing;
    this.onArrival = onArrival;
    this.info = new QueryController(host, {
      key: () => (this.isWaiting || (this.phase === "unknown" && this.hasNothing()) ? "first data" : undefined),
      ask: fetchInfo,
      remember: false,
    });
    host.addController(this);
  }

  /** Nothing was ever stored: {@link renderWaiting} belongs in the page's place. */
  get isWaiting(): boolean {
    return this.phase === "waiting" || this.phase === "finding";
  }

  hostUpdate(): void {
    const { data } = this.info;
    if (data === undefined) return;
    this.known = data;
    if (this.phase === "unknown") {
      // Who comes when there is data already is told nothing.
      this.phase = data.hasData ? "over" : "waiting";
    } else if (this.phase === "waiting" && data.hasData) void this.find();
  }

  hostUpdated(): void {
    if (this.phase !== "waiting" || this.info.pending) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.info.refresh(), AGAIN_MILLIS);
  }

  hostDisconnected(): void {
    window.clearTimeout(this.timer);
    // Coming back to the page begins anew.
    this.phase = "unknown";
  }

  renderWaiting(): TemplateResult {
    return html`<gs-getting-started
      .info=${this.known}
      .host=${location.hostname}
      .sending=${this.sending || this.phase === "finding"}
      .failure=${this.failure}
      @gs-send-test=${this.onSendTest}
    ></gs-getting-started>`;
  }

  renderArrival(): TemplateResult | typeof nothing {
    if (this.phase !== "arrived") return nothing;
    return html`<gs-first-arrival
      .trace=${this.first}
      .logsHref=${links.logs("")}
      .metricsHref=${links.metrics()}
      @gs-close=${this.onClose}
    ></gs-first-arrival>`;
  }

  private readonly onClose = (): void => {
    this.phase = "over";
    this.host.requestUpdate();
  };

  private readonly onSendTest = async (): Promise<void> => {
    this.sending = true;
    this.failure = "";
    this.host.requestUpdate();
    try {
      await sendTestTrace();
      await this.find();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failure = error.hint ? `${error.message}: ${error.hint}` : error.message;
    } finally {
      this.sending = false;
      this.host.requestUpdate();
    }
  };

  private async find(): Promise<void> {
    if (this.phase !== "waiting") return;
    this.phase = "finding";
    const now = Date.now();
    const range = { start: now - AROUND_MILLIS, end: now + AROUND_MILLIS };
    try {
      const { traces } = await fetchTraces({ q: "", ...range, limit: 1 }, new AbortController().signal);
      const newest = traces.at(0);
      this.first = newest && {
        service: newest.rootService,
        operation: newest.rootOperation,
        href: links.trace(newest.traceId),
      };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // What waits asks again, after a while.
      this.info.data = undefined;
      this.phase = "waiting";
      this.host.requestUpdate();
      return;
    }
    if (!this.host.isConnected) return;
    const started = this.host.renderRoot.querySelector("gs-getting-started");
    const hadFocus = started !== null && started.matches(":focus-within");
    this.phase = "arrived";
    this.onArrival();
    this.host.requestUpdate();
    await this.host.updateComplete;
    emit(this.host, "gs-notice", this.first ? "The first trace has arrived" : "The first data has arrived");
    if (hadFocus) this.host.renderRoot.querySelector<GsFirstArrival>("gs-first-arrival")?.focus();
  }
}
