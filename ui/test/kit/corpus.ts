/**
 * The shop's last hour, growing with the clock: every few seconds one more request, with an incident (payments v2.5.0 declines
 * cards) in the middle. In: now; out: traces, oldest first. Times and ids repeat for the same start.
 */
import { Random } from "./random.ts";
import { addToCart, browse, checkout, login, productPage, searchShop } from "./shop-steps.ts";
import { specialLogs } from "./special-logs.ts";
import { specialTraces } from "./special-traces.ts";
import type { Step } from "./step.ts";
import { generateTrace, type ShopLog, type ShopTrace } from "./trace-generator.ts";

const EVERY_MILLIS = 5000;
const HISTORY_MILLIS = 60 * 60_000;
/** Before the start of the corpus: roll-out, worst, and end of the incident. */
const INCIDENT_FROM = -16 * 60_000;
const INCIDENT_TO = -5 * 60_000;

export class Corpus {
  readonly traces: ShopTrace[] = [];
  /** Those that belong to no trace. */
  readonly looseLogs: readonly ShopLog[];
  private readonly startedAt: number;
  private readonly random = new Random(42);
  private nextAt: number;

  constructor(startedAt: number) {
    this.startedAt = startedAt;
    this.nextAt = startedAt - HISTORY_MILLIS;
    this.advance(startedAt);
    this.looseLogs = specialLogs(startedAt);
    this.traces.push(...specialTraces(startedAt));
    this.traces.sort((a, b) => a.spans[0].start - b.spans[0].start);
  }

  /** Adds what has happened until now. */
  advance(now: number): void {
    while (this.nextAt <= now - 1000) {
      const at = this.nextAt;
      const sinceStart = at - this.startedAt;
      const incident = sinceStart > INCIDENT_FROM && sinceStart < INCIDENT_TO;
      const seed = { traceId: this.random.hex(16), startMillis: at, afterRollout: sinceStart > INCIDENT_FROM };
      this.traces.push(generateTrace(this.pickRequest(incident), seed, this.random));
      this.nextAt += this.random.around(EVERY_MILLIS, 0.6);
    }
  }

  get logs(): readonly ShopLog[] {
    return [...this.looseLogs, ...this.traces.flatMap(({ logs }) => logs)];
  }

  find(traceId: string): ShopTrace | undefined {
    return this.traces.find((trace) => trace.traceId === traceId);
  }

  private pickRequest(incident: boolean): Step {
    const dice = this.random.next();
    if (dice < 0.24) return checkout(incident ? 0.42 : 0.012);
    if (dice < 0.5) return browse();
    if (dice < 0.68) return productPage();
    if (dice < 0.8) return searchShop();
    if (dice < 0.92) return addToCart();
    return login();
  }
}
