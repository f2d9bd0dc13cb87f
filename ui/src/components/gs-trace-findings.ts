/** What stands out in a trace, one chip each. In: findings and the trace; out: gs-finding (the Finding) when one is clicked. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatDuration } from "../base/format-duration.ts";
import { formatPlural } from "../base/format-number.ts";
import type { Finding } from "../model/findings.ts";
import { operationOf, serviceOf, type Trace } from "../model/trace.ts";
import { emit } from "../widgets/emit.ts";
import { icon } from "../widgets/icons.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";

@customElement("gs-trace-findings")
export class GsTraceFindings extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      ul {
        display: flex;
        gap: var(--space-3);
        overflow-x: auto;
        padding: var(--space-1) var(--space-4);
        align-items: center;
        scrollbar-width: none;
      }
      li {
        flex: none;
        max-width: 100%;
      }
      button {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        height: calc(var(--row) - var(--space-2));
        font-size: var(--text-small);
        max-width: 100%;
        padding: 0 var(--space-3);
        border-radius: var(--radius);
        background: var(--surface-2);
        color: var(--text-1);
      }
      button:hover {
        text-decoration: underline;
      }
      .error {
        background: var(--error-soft);
        color: var(--error);
      }
      .odd {
        background: var(--warn-soft);
        color: var(--warn);
      }
      .error strong,
      .odd strong {
        color: var(--text-1);
      }
      svg {
        flex: none;
      }
    `,
  ];

  @property({ attribute: false }) trace?: Trace;
  @property({ attribute: false }) findings: readonly Finding[] = [];

  override render(): TemplateResult {
    const { trace } = this;
    if (!trace || this.findings.length === 0) return html``;
    return html`<ul aria-label="Findings">
      ${this.findings.map((finding) => {
        const tone =
          finding.kind === "error" ? "error" : ["missing", "skew", "negative"].includes(finding.kind) ? "odd" : "";
        return html`<li>
          <button class=${tone} @click=${() => emit(this, "gs-finding", finding)}>
            ${tone ? icon("warning") : ""}<span class="cut">${this.words(trace, finding)}</span>
          </button>
        </li>`;
      })}
    </ul>`;
  }

  private words(trace: Trace, finding: Finding): TemplateResult {
    const place = html`<strong>${serviceOf(trace, finding.row)} ${operationOf(trace, finding.row)}</strong>`;
    switch (finding.kind) {
      case "error":
        return html`${formatPlural(finding.errorCount, "error")}, first error in
        ${place}${finding.message ? `: ${finding.message}` : ""}`;
      case "repeat":
        return html`<strong>${finding.count} × ${operationOf(trace, finding.row)}</strong>,
          ${formatDuration(finding.nanos)} in all`;
      case "gap":
        return html`${formatDuration(finding.nanos)} of ${place} without a child span`;
      case "missing":
        return html`${formatPlural(finding.count, "parent span")} not received`;
      case "skew":
        return html`${formatPlural(finding.count, "span begins before its parent", "spans begin before their parent")},
        by up to ${formatDuration(finding.nanos)}: clocks differ`;
      default:
        return html`${formatPlural(finding.count, "span")} with the end before the start`;
    }
  }
}
