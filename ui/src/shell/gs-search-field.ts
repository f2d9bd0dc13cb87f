/**
 * The search field of the header. In: what someone types or pastes; out: a trace id opens the trace, anything else becomes the query
 * of the traces page. Suggests services, the same words among log lines, and the trace that an id names.
 */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { fuzzyScore } from "../base/fuzzy.ts";
import { shortenMiddle } from "../base/shorten.ts";
import { findTraceId } from "../base/trace-id.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { formatTerm } from "../model/query-text.ts";
import { links } from "../state/links.ts";
import { navigate } from "../state/location.ts";
import { serviceHues } from "../state/service-hues.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-suggest-input.ts";
import type { GsSuggestInput, SuggestInput } from "../widgets/gs-suggest-input.ts";
import type { SuggestItem } from "../widgets/suggestion-list.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

const MOST_SERVICES = 8;

interface Target extends SuggestItem {
  readonly href: string;
}

@customElement("gs-search-field")
export class GsSearchField extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      div {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        height: var(--row);
        padding: 0 var(--space-3);
        border: var(--hairline) solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface-1);
        color: var(--text-3);
      }
      div:focus-within {
        outline: var(--focus-width) solid var(--accent);
        outline-offset: calc(-1 * var(--hairline));
      }
      svg {
        flex: none;
      }
      gs-suggest-input {
        flex: 1;
      }
      @media (max-width: 899.98px) {
        kbd {
          display: none;
        }
      }
    `,
  ];

  @state() private text = "";
  @query("gs-suggest-input") private field!: GsSuggestInput;

  constructor() {
    super();
    followSignals(this, serviceHues);
  }

  override focus(): void {
    this.field.focus();
  }

  override render(): TemplateResult {
    return html`<div role="search">
      ${icon("search")}
      <gs-suggest-input
        bare
        label="Search traces, or paste a trace id"
        placeholder="Search or paste a trace id"
        .value=${this.text}
        .suggestions=${this.targets()}
        @gs-input=${this.onInput}
        @gs-pick=${(event: Emitted<number>) => this.open(this.targets()[event.detail].href)}
        @gs-submit=${this.onSubmit}
      ></gs-suggest-input>
      <kbd>/</kbd>
    </div>`;
  }

  private targets(): Target[] {
    const text = this.text.trim();
    const found = findTraceId(text);
    if (found) {
      const href = links.trace(found.traceId, found.spanId);
      return [
        { label: `Open trace ${shortenMiddle(found.traceId, 17)}`, detail: "enter", href },
        { label: "Its log lines", detail: "logs", href: links.logs(formatTerm("trace_id", ":", found.traceId)) },
      ];
    }
    if (text === "") return [];
    const services = [...serviceHues.value.keys()]
      .filter((name) => fuzzyScore(text, name) !== undefined)
      .slice(0, MOST_SERVICES)
      .map((name) => ({
        label: name,
        detail: "traces of the service",
        href: links.traces(formatTerm("service", ":", name)),
      }));
    return [
      ...services,
      { label: `Logs with “${text}”`, detail: "search", href: links.logs(text) },
      { label: `Traces with “${text}”`, detail: "enter", href: links.traces(text) },
    ];
  }

  private readonly onInput = (event: Emitted<SuggestInput>): void => {
    const pasted = event.detail.value.length - this.text.length > 20;
    this.text = event.detail.value;
    const found = pasted ? findTraceId(this.text) : undefined;
    if (found) this.open(links.trace(found.traceId, found.spanId));
  };

  private readonly onSubmit = (): void => {
    const text = this.text.trim();
    const found = findTraceId(text);
    if (found) this.open(links.trace(found.traceId, found.spanId));
    else if (serviceHues.value.has(text)) this.open(links.traces(formatTerm("service", ":", text)));
    else if (text !== "") this.open(links.traces(text));
  };

  private open(href: string): void {
    this.text = "";
    this.field.blur();
    navigate(href);
  }
}
