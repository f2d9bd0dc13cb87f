/**
 * The four states of a panel: loading, empty, error, data. In: what a query knows and what to draw for each; out: one template. Old
 * data stays, dimmed, while new data loads; a failed refresh shows the error above the old data.
 */
import { html, nothing, type TemplateResult } from "lit";
import "./gs-empty.ts";
import "./gs-failure.ts";

/** What a query controller offers; kept structural, so that the gallery can show each state without a server. */
export interface QueryState<T> {
  readonly data?: T;
  readonly error?: { readonly message: string; readonly hint?: string; readonly id?: string };
  readonly stale: boolean;
  readonly skeleton: boolean;
  refresh(): void;
}

export interface PanelParts<T> {
  readonly data: (data: T) => unknown;
  /** Undefined when there is something to show. */
  readonly empty?: (data: T) => TemplateResult | undefined;
  readonly skeleton: () => unknown;
}

export function panelStates<T>(query: QueryState<T>, parts: PanelParts<T>): TemplateResult {
  const { data, error } = query;
  const failure = error
    ? html`<gs-failure
        .message=${error.message}
        .hint=${error.hint ?? ""}
        .errorId=${error.id ?? ""}
        @gs-retry=${() => query.refresh()}
      ></gs-failure>`
    : nothing;
  if (data === undefined) {
    return html`${failure}
      <div aria-busy=${String(query.skeleton)}>${query.skeleton && !error ? parts.skeleton() : nothing}</div>`;
  }
  const body = parts.empty?.(data) ?? parts.data(data);
  return html`${failure}
    <div class="panel-data" data-stale=${query.stale ? "yes" : "no"} aria-busy=${String(query.stale)}>${body}</div>`;
}
