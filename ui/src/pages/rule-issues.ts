/** What is wrong with a rule file, each with a way to its place. */
import { html, type TemplateResult } from "lit";
import { formatPlural } from "../base/format-number.ts";
import { offsetOf } from "../model/yaml-tokens.ts";
import { icon } from "../widgets/icons.ts";
import type { RuleSession } from "./rule-session.ts";

/** @param goTo an offset of the text */
export function renderIssues(
  { issues, isChecked, text, rules }: RuleSession,
  goTo: (offset: number) => void,
): TemplateResult {
  if (issues.length === 0)
    return html`<p class="issues dim" role="status">
      ${isChecked ? html`${icon("check")} ${formatPlural(rules.entries.length, "rule")}, nothing wrong` : "checking…"}
    </p>`;
  return html`<ul class="issues" role="status" aria-label="What is wrong">
    ${issues.map(
      ({ line, column, message, severity }) =>
        html`<li>
          <button class=${severity === "error" ? "error" : "warn"} @click=${() => goTo(offsetOf(text, line, column))}>
            ${icon("warning")} ${line > 0 ? `${line}:${column}: ` : ""}${message}
          </button>
        </li>`,
    )}
  </ul>`;
}
