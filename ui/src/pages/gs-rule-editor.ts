/**
 * Edits a rule file: its rules as a form and as YAML side by side, what is wrong with it, and what the chosen rule would have done. In: the
 * rule files there are, the address (?file, ?line, ?over; ?new=kind with ?ask and ?above), the API; out: files made, changed, deleted.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { WireRuleFile, WireRuleFileStatus, WireRuleReplay } from "goldspan/contract";
import { fetchRuleFile, replayRule } from "../api/alert-endpoints.ts";
import { changeParams, type ParamChanges } from "../base/params.ts";
import "../components/gs-rule-form.ts";
import "../components/gs-rule-preview.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import type { PromEdit } from "../model/promql-completion.ts";
import { startRule } from "../model/rule-start.ts";
import { spanOf, type ReplayedEpisode } from "../model/rule-preview.ts";
import { addRule, changeRule, entryAt, removeRule, type RuleEntry, type RuleFields } from "../model/rule-text.ts";
import { waysOfEpisode } from "../model/rule-ways.ts";
import { markAt, offsetOf, paintYaml } from "../model/yaml-tokens.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigate, navigateParams } from "../state/location.ts";
import { serviceHueOf, serviceHues } from "../state/service-hues.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-code-field.ts";
import type { GsCodeField } from "../widgets/gs-code-field.ts";
import type { SuggestInput } from "../widgets/gs-suggest-input.ts";
import "../widgets/gs-skeleton.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { PromqlSuggestions } from "./promql-suggestions.ts";
import { renderConflict } from "./rule-conflict.ts";
import { ruleEditorStyles } from "./rule-editor-styles.ts";
import { renderIssues } from "./rule-issues.ts";
import { RuleSession } from "./rule-session.ts";

const TYPING_MILLIS = 500;
const NEW_NAME = "alerts";

@customElement("gs-rule-editor")
export class GsRuleEditor extends LitElement {
  static override styles = [sharedStyles, controlStyles, panelStyles, ruleEditorStyles];

  @property({ attribute: false }) files: readonly WireRuleFileStatus[] = [];
  @state() private newName = NEW_NAME;
  @state() private progress?: number;
  @state() private isSure = false;
  /** The text some time after the last change. */
  @state() private settled = "";
  /** What is replayed: it waits until nobody types and nothing is wrong. */
  private asked?: { readonly key: string; readonly text: string; readonly line: number };
  @query("gs-code-field.yaml") private yaml!: GsCodeField;
  private timer = 0;
  private opened?: string;
  private readonly session = new RuleSession(this);
  private readonly suggestions = new PromqlSuggestions(this);

  private readonly file = new QueryController<WireRuleFile>(this, {
    key: () => (this.fileName ? `rule file ${this.fileName}` : undefined),
    ask: (signal) => fetchRuleFile(this.fileName, signal),
    keepStale: false,
    remember: false,
  });
  private readonly replay = new QueryController<WireRuleReplay>(this, {
    key: () => this.asked && `replay ${this.span.value} ${this.asked.key}`,
    ask: async (signal) => {
      const end = Date.now();
      const onProgress = (share: number) => (signal.aborted ? undefined : (this.progress = share));
      try {
        onProgress(0);
        const { text, line } = this.asked ?? { text: "", line: 1 };
        return await replayRule({ text, line, start: end - this.span.millis, end }, signal, onProgress);
      } finally {
        if (!signal.aborted) this.progress = undefined;
      }
    },
  });

  constructor() {
    super();
    followSignals(this, currentPlace, serviceHueOf);
    onLiveBeat(this, () => this.file.refresh());
    bindKeys(this, "Rule file", [
      { keys: "mod+s", label: "Save", run: () => void this.save() },
      { keys: "esc", label: "Back to the rules", run: () => this.leave() },
    ]);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.opened !== this.fileName && (this.fileName === "" || this.file.data?.name === this.fileName)) {
      this.opened = this.fileName;
      this.isSure = false;
      this.settled = "";
      this.session.open(this.fileName === "" ? undefined : this.file.data);
      this.start();
    } else if (this.file.data?.name === this.fileName && this.fileName !== "") this.session.follow(this.file.data);
    this.decide();
    if (this.settled === this.session.text) return;
    window.clearTimeout(this.timer);
    const { text } = this.session;
    this.timer = window.setTimeout(() => (this.settled = text), this.settled === "" ? 0 : TYPING_MILLIS);
  }

  private decide(): void {
    const { chosen, settled } = this;
    const { text, isChecked, name } = this.session;
    if (this.obstacle || !chosen) this.asked = undefined;
    else if (settled === text && isChecked) this.asked = { key: `${name} ${chosen.asks}`, text, line: chosen.line };
  }

  override render(): TemplateResult {
    if (this.fileName !== "" && this.opened !== this.fileName)
      return panelStates(this.file, {
        data: () => nothing,
        skeleton: () => html`<div class="panel"><gs-skeleton .lines=${14}></gs-skeleton></div>`,
      });
    const { session } = this;
    return html`${this.renderHead()} ${session.conflict ? renderConflict(session) : nothing}
      <div class="sides">
        <section class="panel" aria-label="Rules of the file">${this.renderList()} ${this.renderForm()}</section>
        <section class="panel" aria-label="The file">
          <gs-code-field
            class="yaml"
            file
            label="YAML of the rule file"
            .value=${session.text}
            .paint=${paintYaml}
            .marks=${session.errors.filter(({ line }) => line > 0).map(({ line, column }) => markAt(session.text, line, column))}
            .invalid=${session.errors.length > 0}
            ?readonly=${session.isReadOnly}
            @gs-input=${(event: Emitted<SuggestInput>) => session.change(event.detail.value)}
            @gs-cursor=${(event: Emitted<number>) => this.chooseAt(event.detail)}
            @gs-submit=${() => void this.save()}
          ></gs-code-field>
          ${renderIssues(session, (offset) => this.yaml.moveTo(offset))}
        </section>
      </div>
      <gs-rule-preview
        .query=${this.replay.snapshot}
        .progress=${this.obstacle ? undefined : this.progress}
        .span=${this.span}
        .obstacle=${this.obstacle}
        .hueOf=${serviceHueOf.value}
        .hrefOf=${(episode: ReplayedEpisode) => waysOfEpisode(episode, this.chosen?.fields, links)}
        @gs-change=${(event: Emitted<string>) => this.go({ over: event.detail }, true)}
      ></gs-rule-preview>`;
  }

  private renderHead(): TemplateResult {
    const { session } = this;
    const { name, origin, isChanged, isBusy, isReadOnly, complaint } = session;
    const state = isReadOnly
      ? origin === "file"
        ? "lies on disk: change it there"
        : "built in: default_rules: false switches it off"
      : isChanged
        ? "not saved; kept in this browser"
        : "";
    return html`<header class="head">
        <a class="button plain" href=${this.hrefBack}>${icon("left")} Rules</a>
        ${
          name === ""
            ? html`<input
                aria-label="Name of the new file"
                .value=${this.newName}
                @input=${(event: Event) => (this.newName = (event.target as HTMLInputElement).value)}
              />`
            : html`<h2 class="cut">${name}</h2>`
        }
        <span class="dim" role="status">${state}</span>
        <span class="tools">
          ${isReadOnly ? html`<button class="button" @click=${() => this.copy()}>${icon("copy")} Copy into a file of mine</button>` : this.renderActs(isChanged, isBusy)}
        </span>
      </header>
      ${complaint ? html`<p class="complaint error" role="alert">${complaint}</p>` : nothing}`;
  }

  private renderActs(isChanged: boolean, isBusy: boolean): TemplateResult {
    const { name } = this.session;
    if (this.isSure)
      return html`<span>Delete ${name || "it"}? Its alerts end.</span>
        <button class="button" @click=${() => void this.deleteFile()}>${icon("trash")} Delete</button>
        <button class="button" @click=${() => (this.isSure = false)}>Keep</button>`;
    return html`${isChanged ? html`<button class="button" @click=${() => this.session.discard()}>Discard changes</button>` : nothing}
      ${name ? html`<button class="button plain icon" aria-label="Delete the file" title="Delete the file" @click=${() => (this.isSure = true)}>${icon("trash")}</button>` : nothing}
      <button
        class="button primary"
        title="Save (ctrl s)"
        ?disabled=${!isChanged || isBusy || this.session.conflict !== undefined}
        @click=${() => void this.save()}
      >
        ${icon("check")} Save
      </button>`;
  }

  private renderList(): TemplateResult {
    const { rules, isReadOnly } = this.session;
    return html`<nav aria-label="Rules">
      ${rules.entries.map(
        (entry, index) =>
          html`<button class="rule" aria-pressed=${String(index === this.index)} @click=${() => this.choose(entry)}>
            <b class="cut">${entry.fields.name || "unnamed"}</b>
            <span class="dim"
              >${entry.isRecording ? "records" : entry.fields.kind === "expr" ? "PromQL" : entry.fields.kind}</span
            >
          </button>`,
      )}
      ${
        isReadOnly
          ? nothing
          : html`<button class="button plain" ?disabled=${rules.isBroken} @click=${() => this.add(startRule("expr"))}>
              ${icon("plus")} Rule
            </button>`
      }
    </nav>`;
  }

  private renderForm(): TemplateResult {
    const { session, chosen } = this;
    if (session.rules.isBroken)
      return html`<p class="hint">The file is no YAML as it stands: mend it at the right, and the form is back.</p>`;
    if (!chosen)
      return html`<p class="hint">
        ${session.isReadOnly ? "It has no rules." : "No rule yet. Add one, or write the file at the right."}
      </p>`;
    return html`<gs-rule-form
        .fields=${chosen.fields}
        .recording=${chosen.isRecording}
        .readonly=${session.isReadOnly}
        .known=${this.suggestions.known}
        .services=${[...serviceHues.value.keys()]}
        @gs-edit=${(event: Emitted<PromEdit>) => this.suggestions.edit(event.detail)}
        @gs-rule=${(event: Emitted<RuleFields>) => session.change(changeRule(session.text, this.index, event.detail))}
      ></gs-rule-form>
      ${
        session.isReadOnly
          ? nothing
          : html`<p class="foot">
              <button class="button plain" @click=${() => session.change(removeRule(session.text, this.index))}>
                ${icon("trash")} Take this rule out
              </button>
            </p>`
      }`;
  }

  /** A rule that the address asks for is added once; the address then names the file and the rule. */
  private start(): void {
    const { params } = currentPlace.value;
    const fields = startRule(params.get("new") ?? "", params.get("ask") ?? "", params.get("above") ?? "");
    if (!params.has("new") || !fields) return;
    const mine = this.files.find(({ origin }) => origin === "ui");
    if (this.fileName === "" && mine) {
      // Opened first, then added to.
      this.opened = undefined;
      queueMicrotask(() => this.go({ file: mine.name }, true));
    } else queueMicrotask(() => this.add(fields));
  }

  private add(fields: RuleFields): void {
    this.session.change(addRule(this.session.text, fields));
    const last = this.session.rules.entries.at(-1);
    this.go(
      { new: this.fileName === "" ? "file" : undefined, ask: undefined, above: undefined, line: last?.line },
      true,
    );
  }

  private choose({ line }: RuleEntry): void {
    this.go({ line }, true);
    this.yaml.moveTo(offsetOf(this.session.text, line, 1));
  }

  private chooseAt(offset: number): void {
    const line = this.session.text.slice(0, offset).split("\n").length;
    const entry = this.session.rules.entries[entryAt(this.session.rules.entries, line)];
    if (entry && entry.line !== this.chosen?.line) this.go({ line: entry.line }, true);
  }

  private copy(): void {
    const { text } = this.session;
    this.go({ file: undefined, new: "file", line: undefined });
    queueMicrotask(() => void this.updateComplete.then(() => this.session.begin(text)));
  }

  private async save(): Promise<void> {
    if (!(await this.session.save(this.newName))) return;
    // What was asked before that is old.
    this.file.refresh();
    if (this.fileName === this.session.name) return;
    this.opened = this.session.name;
    this.go({ file: this.session.name, new: undefined }, true);
  }

  private async deleteFile(): Promise<void> {
    this.isSure = false;
    if (await this.session.remove()) this.leave();
  }

  private leave(): void {
    navigate(this.hrefBack);
  }

  private go(changes: ParamChanges, replace = false): void {
    navigateParams(changeParams(currentPlace.value.params, changes), { replace });
  }

  private get hrefBack(): string {
    return links.alerts({ tab: "rules" });
  }

  private get fileName(): string {
    return currentPlace.value.params.get("file") ?? "";
  }

  private get span() {
    return spanOf(currentPlace.value.params.get("over"));
  }

  private get index(): number {
    const { entries } = this.session.rules;
    const at = entryAt(entries, Number(currentPlace.value.params.get("line") ?? 0));
    return Math.max(0, at);
  }

  private get chosen(): RuleEntry | undefined {
    return this.session.rules.entries[this.index];
  }

  /** Why there is nothing to be replayed. */
  private get obstacle(): string {
    const { rules, errors } = this.session;
    if (!this.chosen) return "Once there is a rule, here stands what it would have done.";
    if (this.chosen.isRecording)
      return "A recording rule makes a series and fires nothing: look at it on the metrics page.";
    if (rules.isBroken || errors.length > 0) return "It cannot run as it stands: what is wrong is marked in the file.";
    return "";
  }
}
