/**
 * What the field for log queries may suggest: fields of what is found, values of the field being written. In: what is being written; out: what is
 * known. Asks only for what is needed; a failed request only means fewer suggestions.
 */
import type { ReactiveControllerHost } from "lit";
import type { WireLogFacets, WireLogFields } from "goldspan/contract";
import { fetchLogFacets, fetchLogFields } from "../api/log-endpoints.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { OWN_FIELDS } from "../model/log-columns.ts";
import type { LogEdit, LogKnown } from "../model/log-completion.ts";
import { attributeName } from "../model/log-query-edit.ts";
import { serviceHues } from "../state/service-hues.ts";
import { currentBounds, timeRange } from "../state/time-range.ts";

const MOST_VALUES = 50;

export class LogSuggestions {
  private readonly fields: QueryController<WireLogFields>;
  private readonly values: QueryController<WireLogFacets>;
  private readonly host: ReactiveControllerHost;
  private wanted = false;
  private field = "";
  private named?: { readonly of: WireLogFields["fields"] | undefined; readonly names: LogKnown["fields"] };
  private lastKnown?: {
    readonly names: unknown;
    readonly values: unknown;
    readonly field: string;
    readonly known: LogKnown;
  };

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    this.fields = new QueryController(host, {
      key: () => (this.wanted ? `log fields ${JSON.stringify(timeRange.value)}` : undefined),
      ask: (signal) => fetchLogFields({ query: "", ...bounds() }, signal),
    });
    this.values = new QueryController(host, {
      key: () => (this.field === "" ? undefined : `log values ${this.field} ${JSON.stringify(timeRange.value)}`),
      ask: (signal) => fetchLogFacets({ query: "", ...bounds() }, [this.field], MOST_VALUES, signal),
      keepStale: false,
    });
  }

  /** What is being written. */
  edit({ kind, of }: LogEdit): void {
    this.wanted = true;
    // Those are known without asking, or are different in each line.
    this.field = kind === "value" && !/^(?:level|service|body|trace_id|span_id)$/.test(of) ? of : "";
    this.host.requestUpdate();
  }

  /** Fields are going to be needed: for choosing columns. */
  want(): void {
    this.wanted = true;
    this.host.requestUpdate();
  }

  /** Names as they are written in queries, most frequent first. */
  get names(): LogKnown["fields"] {
    const found = this.fields.data?.fields;
    if (this.named?.of !== found) {
      const names = found?.map(({ name, kind, count }) => ({
        name: kind === "field" ? name : attributeName(name),
        count,
      }));
      this.named = { of: found, names: names ?? OWN_FIELDS.map((name) => ({ name, count: 0 })) };
    }
    return this.named?.names ?? [];
  }

  /** The same object as long as nothing new is known. @param field whose values are wanted */
  known(field: string): LogKnown {
    const { names } = this;
    const values = field === "service" ? serviceHues.value : this.values.data;
    if (this.lastKnown?.names !== names || this.lastKnown.values !== values || this.lastKnown.field !== field)
      this.lastKnown = { names, values, field, known: { fields: names, values: this.valuesOf(field) } };
    return this.lastKnown.known;
  }

  private valuesOf(field: string): LogKnown["values"] {
    if (field === "service") return [...serviceHues.value.keys()].sort().map((text) => ({ text, count: 0 }));
    return this.values.data?.facets.find((facet) => facet.field === field)?.values ?? [];
  }
}

function bounds(): { start: number; end: number } {
  return currentBounds();
}
