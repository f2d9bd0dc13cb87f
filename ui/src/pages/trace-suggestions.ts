/**
 * What the query bar can suggest: services, operations of the chosen service, attribute keys and values. In: what is being written;
 * out: Known. Asks the server only for what is needed, keys once, and keeps the newest answer.
 */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import { fetchAttributeKeys, fetchAttributeValues, fetchOperations } from "../api/endpoints.ts";
import type { Edit, Known } from "../model/query-completion.ts";
import { serviceHues } from "../state/service-hues.ts";
import { currentBounds } from "../state/time-range.ts";

const WAIT_MILLIS = 120;
const MOST_KEYS = 200;
const MOST_VALUES = 20;
const OWN_KEYS = new Set(["service", "operation", "name", "duration", "kind", "status"]);

type Counted = readonly { text: string; count: number }[];

export class TraceSuggestions implements ReactiveController {
  private readonly host: ReactiveControllerHost;
  private operations: readonly string[] = [];
  private keys: Counted = [];
  private values: Counted = [];
  private operationsOf = "";
  private wanted = "";
  private timer?: number;
  private abort = new AbortController();

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    window.clearTimeout(this.timer);
    this.abort.abort();
    this.abort = new AbortController();
    this.wanted = "";
  }

  get known(): Known {
    const services = [...serviceHues.value.keys()].sort();
    return { services, operations: this.operations, keys: this.keys, values: this.values };
  }

  /** Loads the operations of the service that the query names; "" = of none. */
  useService(service: string): void {
    if (service === this.operationsOf) return;
    this.operationsOf = service;
    this.operations = [];
    if (service === "") return;
    void this.load(async (signal) => {
      const { operations } = await fetchOperations(service, currentBounds(), 1, signal);
      if (this.operationsOf === service)
        this.operations = [...new Set(operations.map((operation) => operation.name))].sort();
    });
  }

  /** Called on each keystroke. */
  edit({ key, typed }: Edit): void {
    if (key === undefined ? this.keys.length > 0 : OWN_KEYS.has(key)) return;
    const wanted = `${key ?? ""} ${key === undefined ? "" : typed}`;
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(
      () => void this.load((signal) => this.look(key, typed, wanted, signal)),
      WAIT_MILLIS,
    );
  }

  private async look(key: string | undefined, typed: string, wanted: string, signal: AbortSignal): Promise<void> {
    if (key === undefined) {
      this.keys = (await fetchAttributeKeys({ signal: "traces", limit: MOST_KEYS }, signal)).suggestions;
      return;
    }
    const { suggestions } = await fetchAttributeValues(
      key,
      { signal: "traces", prefix: typed, limit: MOST_VALUES },
      signal,
    );
    if (this.wanted === wanted) this.values = suggestions;
  }

  /** Without an answer there are fewer suggestions; typing goes on. */
  private async load(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.abort;
    try {
      await run(signal);
      this.host.requestUpdate();
    } catch (error) {
      if (!signal.aborted) console.debug("cannot load suggestions", error);
    }
  }
}
