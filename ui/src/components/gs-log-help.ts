/** The query language by examples; each can be tried. Out: gs-try (the query). */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { paintLogQuery } from "../model/log-query-tokens.ts";
import { codeColorStyles } from "../widgets/code-field-styles.ts";
import { emit } from "../widgets/emit.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

const PARTS: readonly {
  readonly title: string;
  readonly examples: readonly (readonly [query: string, meaning: string])[];
}[] = [
  {
    title: "Find lines",
    examples: [
      ["timeout", "the word, in any case"],
      ['"connection reset by peer"', "these words in this order"],
      ["time*", "words that begin so"],
      ["'exactly: this'", "this text, letter by letter"],
      ["/conn(ection)? (reset|refused)/i", "a regular expression"],
    ],
  },
  {
    title: "By field",
    examples: [
      ["service:checkout level>=warn", "both hold; and may be written between"],
      ["http.response.status_code>=500", "numbers, durations (250ms), sizes (10MB)"],
      ["user.id:*", "the field is there"],
      ["service:(cart or checkout)", "one of several values"],
      ["-level:debug", "not; also written not level:debug"],
      ["(level:error or timeout) -service:gateway", "brackets and alternatives"],
    ],
  },
  {
    title: "Count",
    examples: [
      ["level>=error | count by service", "how many, by a field"],
      ["| count by level every 1m", "over time"],
      ["| top 10 http.route", "most frequent values"],
      ["| avg(duration_ms), p95(duration_ms) by http.route", "numbers of a field"],
      ["level:error | fields trace_id, user.id", "chosen columns only"],
      ["level>=warn | patterns", "what kinds of lines there are"],
    ],
  },
];

@customElement("gs-log-help")
export class GsLogHelp extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    codeColorStyles,
    css`
      :host {
        width: min(var(--prose-width), calc(100vw - 2 * var(--space-5)));
      }
      h3 {
        margin: var(--space-3) 0 var(--space-1);
        color: var(--text-2);
      }
      h3:first-child {
        margin-top: 0;
      }
      button {
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
        gap: var(--space-4);
        width: 100%;
        padding: var(--space-2);
        border-radius: var(--radius);
      }
      button:hover {
        background: var(--surface-2);
      }
      code {
        font: var(--text-small) var(--mono);
        overflow-wrap: anywhere;
      }
      .keys {
        margin-top: var(--space-4);
        color: var(--text-2);
      }
    `,
  ];

  override render(): TemplateResult {
    return html`${PARTS.map(
        ({ title, examples }) =>
          html`<h3>${title}</h3>
            <ul>
              ${examples.map(
                ([query, meaning]) =>
                  html`<li>
                    <button @click=${() => emit(this, "gs-try", query)}>
                      <code
                        >${paintLogQuery(query).map(({ text, kind }) => html`<span class=${kind}>${text}</span>`)}</code
                      >
                      <span class="dim">${meaning}</span>
                    </button>
                  </li>`,
              )}
            </ul>`,
      )}
      <p class="keys">
        <kbd>f</kbd> edit the query, <kbd>j</kbd> <kbd>k</kbd> next and previous line, <kbd>enter</kbd> its trace,
        <kbd>t</kbd> live tail. In the field: <kbd>tab</kbd> takes a suggestion, <kbd>ctrl space</kbd> asks for some.
      </p>`;
  }
}
