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
    if (!found) return OWN_FIELDS.map((name) => ({ name, count: 0 }));
    return found.map(({ name, kind, count }) => ({ name: kind === "field" ? name : attributeName(name), count }));
  }

  /** @param field whose values are wanted */
  known(field: string): LogKnown {
    if (field === "service")
      return { fields: this.names, values: [...serviceHues.value.keys()].sort().map((text) => ({ text, count: 0 })) };
    const values = this.values.data?.facets.find((facet) => facet.field === field)?.values ?? [];
    return { fields: this.names, values };
  }
}

function bounds(): { start: number; end: number } {
  return currentBounds();
}
