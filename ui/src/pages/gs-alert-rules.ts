/**
 * Rules: the files they come from and what is wrong with them, and each rule with where it stands; a file in its editor. In: the address
 * (?rule; ?file or ?new = the editor), the API.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { WireRule, WireRuleFileStatus, WireRuleGroup, WireRules } from "goldspan/contract";
import { fetchRules } from "../api/alert-endpoints.ts";
import { formatMillis } from "../base/format-duration.ts";
import { formatPlural } from "../base/format-number.ts";
import { formatAgo } from "../base/format-time.ts";
import { severityMarkStyles } from "../components/severity-mark-styles.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigate } from "../state/location.ts";
import { readRuleDraft } from "../state/rule-drafts.ts";
import "../widgets/gs-empty.ts";
import "../widgets/gs-skeleton.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import { alertTabStyles } from "./alert-tab-styles.ts";

@customElement("gs-alert-rules")
export class GsAlertRules extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    tableStyles,
    panelStyles,
    severityMarkStyles,
    alertTabStyles,
    css`
      p a {
        text-decoration: underline;
      }
      .warn {
        color: var(--warn);
      }
    `,
  ];

  @state() private hasEditor = false;
  private readonly rules = new QueryController<WireRules>(this, { key: () => "alert rules", ask: fetchRules });

  constructor() {
    super();
    followSignals(this, currentPlace);
    onLiveBeat(this, () => this.rules.refresh());
    bindKeys(this, "Rules", [
      { keys: "n", label: "New rule", run: () => navigate(links.alerts({ tab: "rules", new: "expr" })) },
    ]);
  }

  override render(): TemplateResult {
    const { params } = currentPlace.value;
    const isEdited = params.has("file") || params.has("new");
    return panelStates(this.rules, {
      data: ({ files, groups }) =>
        isEdited
          ? this.renderEditor(files)
          : html`${this.renderTools(files)} ${files.map((file) => this.renderIssues(file))}
            ${groups.map((group) => this.renderGroup(group))}`,
      empty: ({ files, groups }) =>
        !isEdited && groups.length === 0 && files.length === 0
          ? html`${this.renderTools(files)}<gs-empty
                heading="No rules"
                why="The default rules are switched off (extensions.alerting.default_rules) and rule_files names no file."
              ></gs-empty>`
          : undefined,
      skeleton: () => html`<div class="panel"><gs-skeleton .lines=${10}></gs-skeleton></div>`,
    });
  }

  private renderEditor(files: readonly WireRuleFileStatus[]): TemplateResult | typeof nothing {
    if (!this.hasEditor) {
      void import("./gs-rule-editor.ts").then(() => (this.hasEditor = true));
      return nothing;
    }
    return html`<gs-rule-editor .files=${files}></gs-rule-editor>`;
  }

  private renderTools(files: readonly WireRuleFileStatus[]): TemplateResult {
    return html`<div class="tools">
      <a class="button primary" href=${links.alerts({ tab: "rules", new: "expr" })}>${icon("plus")} New rule</a>
      ${files.map(
        ({ name, origin }) =>
          html`<a class="button" href=${links.alerts({ tab: "rules", file: name })}
            >${icon(origin === "ui" ? "edit" : "search")}
            ${name}${readRuleDraft(name) ? html`<b class="warn">not saved</b>` : nothing}</a
          >`,
      )}
      ${readRuleDraft("") ? html`<a class="button" href=${links.alerts({ tab: "rules", new: "file" })}>${icon("edit")} new file <b class="warn">not saved</b></a>` : nothing}
    </div>`;
  }

  private renderIssues({ name, issues }: WireRuleFileStatus): TemplateResult | typeof nothing {
    if (issues.length === 0) return nothing;
    return html`<section class="panel" aria-label="What is wrong with ${name}">
      <header class="panel-head">
        <h2>${name}</h2>
        <span class="error">does not load; the version before it runs on</span>
      </header>
      <ul class="nothing">
        ${issues.map(({ line, column, message }) => html`<li>${line > 0 ? `${line}:${column}: ` : ""}${message}</li>`)}
      </ul>
    </section>`;
  }

  private renderGroup(group: WireRuleGroup): TemplateResult {
    const { name, file, intervalMillis, lastEvaluationMillis, lastDurationMillis, missed, rules } = group;
    const last =
      lastEvaluationMillis === null
        ? "not evaluated yet"
        : `${formatAgo(lastEvaluationMillis, Date.now())}, took ${formatMillis(lastDurationMillis)}`;
    return html`<section class="panel" aria-label="Rules of ${name}">
      <header class="panel-head">
        <h2>${name}</h2>
        <a href=${links.alerts({ tab: "rules", file })}>${file}</a>
        <span class="aside dim"
          >every ${formatMillis(intervalMillis)} ·
          ${last}${missed > 0 ? html` · <span class="error">${missed} missed</span>` : nothing}</span
        >
      </header>
      <table>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th class="wide" scope="col">Rule</th>
            <th class="less" scope="col">Severity</th>
            <th class="number less" scope="col">For</th>
          </tr>
        </thead>
        <tbody>
          ${rules.map((rule) => this.renderRule(rule))}
        </tbody>
      </table>
    </section>`;
  }

  private renderRule(rule: WireRule): TemplateResult {
    const { id, name, kind, query, chartQuery, forMillis, labels, lastError, firing, pending, file, line } = rule;
    const isChosen = id === currentPlace.value.params.get("rule");
    return html`<tr aria-current=${isChosen ? "true" : nothing}>
      <td>${this.renderState(rule)}</td>
      <td class="wide">
        <p>
          <b><a href=${links.alerts({ tab: "rules", file, line: String(line) })}>${name}</a></b>
          ${kind === "recording" ? html`<span class="dim">records</span>` : nothing}
          ${firing + pending > 0 ? html`<a href=${links.alerts({ q: name })}>${formatPlural(firing + pending, "alert")}</a>` : nothing}
        </p>
        <p class="under mono">${chartQuery ? html`<a href=${links.metrics(chartQuery)}>${query}</a>` : query}</p>
        ${lastError ? html`<p class="error">${lastError}</p>` : nothing}
      </td>
      <td class="less">${labels.severity ?? ""}</td>
      <td class="number less">${forMillis > 0 ? formatMillis(forMillis) : ""}</td>
    </tr>`;
  }

  private renderState({ health, state }: WireRule): TemplateResult {
    if (health === "err") return html`<span class="mark error">${icon("warning")}fails</span>`;
    if (health === "unknown") return html`<span class="mark">waits</span>`;
    if (state === "inactive") return html`<span class="mark">${icon("check")}quiet</span>`;
    return html`<span class="mark ${state === "firing" ? "error" : "warn"}">${icon("warning")}${state}</span>`;
  }
}
