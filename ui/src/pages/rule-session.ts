/**
 * A rule file being edited: what lies in the collector, what was made of it, what is wrong with that. What is not saved is kept in the
 * browser. In: the file's name and text, the API; out: its state. Saving over what somebody else has changed since is a conflict to be
 * decided, never done.
 */
import type { ReactiveControllerHost } from "lit";
import type { WireRuleFile, WireRuleIssue } from "goldspan/contract";
import { checkRules, deleteRuleFile, fetchRuleFile, saveRuleFile } from "../api/alert-endpoints.ts";
import { ApiError } from "../api/api-error.ts";
import { EMPTY_FILE, readRules, type RuleText } from "../model/rule-text.ts";
import { keepRuleDraft, readRuleDraft } from "../state/rule-drafts.ts";

const CHECK_MILLIS = 300;

/** What lies there now, and is not what the draft was made from; undefined text = it is gone. */
export interface RuleConflict {
  readonly text: string | undefined;
  readonly version: string;
}

export class RuleSession {
  /** "" = a new one. */
  name = "";
  origin: WireRuleFile["origin"] = "ui";
  text = EMPTY_FILE;
  rules: RuleText = readRules(EMPTY_FILE);
  issues: readonly WireRuleIssue[] = [];
  /** The issues are those of the text as it is now. */
  isChecked = false;
  isBusy = false;
  conflict?: RuleConflict;
  complaint = "";

  private readonly host: ReactiveControllerHost;
  private base: { readonly text: string; readonly version: string } = { text: EMPTY_FILE, version: "" };
  private read?: WireRuleFile;
  /** Counts what was opened: an answer may come when another file stands here. */
  private opened = 0;
  private timer = 0;

  constructor(host: ReactiveControllerHost) {
    this.host = host;
  }

  get isChanged(): boolean {
    return this.text !== this.base.text;
  }

  /** Why it would not run. */
  get errors(): readonly WireRuleIssue[] {
    return this.issues.filter(({ severity }) => severity === "error");
  }

  get isReadOnly(): boolean {
    return this.origin !== "ui";
  }

  get version(): string {
    return this.base.version;
  }

  /** A draft of it goes before what lies there. */
  open(file: WireRuleFile | undefined): void {
    this.opened++;
    this.isBusy = false;
    this.read = file;
    this.name = file?.name ?? "";
    this.origin = file?.origin ?? "ui";
    this.base = { text: file?.text ?? EMPTY_FILE, version: file?.version ?? "" };
    this.complaint = "";
    this.conflict = undefined;
    const draft = this.isReadOnly ? undefined : readRuleDraft(this.name);
    if (draft && draft.text !== this.base.text) {
      if (draft.version !== this.base.version) this.conflict = { ...this.base };
      this.base = { ...this.base, version: draft.version };
    }
    this.put(draft?.text ?? this.base.text);
  }

  /** The file as it was last read: each answer counts once, what was saved since is newer. */
  follow(file: WireRuleFile): void {
    if (file === this.read) return;
    this.read = file;
    const { name, text, version } = file;
    if (name !== this.name || version === this.base.version || this.isBusy || this.conflict?.version === version)
      return;
    if (text === this.text || !this.isChanged) {
      this.base = { text, version };
      this.put(text);
    } else this.conflict = { text, version };
    this.host.requestUpdate();
  }

  change(text: string): void {
    if (this.isReadOnly || text === this.text) return;
    this.complaint = "";
    this.put(text);
    keepRuleDraft(this.name, this.isChanged ? { text, version: this.base.version } : undefined);
  }

  /** A new file of this text, unless one that is not saved stands there already. */
  begin(text: string): void {
    if (!this.isChanged) return this.change(text);
    this.complaint = "This new file is not saved yet: save or discard it, then copy again.";
    this.host.requestUpdate();
  }

  discard(): void {
    const { text, version } = this.conflict ?? this.base;
    this.base = { text: text ?? EMPTY_FILE, version };
    this.conflict = undefined;
    this.complaint = "";
    keepRuleDraft(this.name, undefined);
    this.put(this.base.text);
  }

  /** What lies there is looked at and to be written over by what stands here. */
  keepMine(): void {
    if (!this.conflict) return;
    const { text, version } = this.conflict;
    this.base = { text: text ?? "", version };
    this.conflict = undefined;
    keepRuleDraft(this.name, { text: this.text, version });
    this.host.requestUpdate();
  }

  /** @param as its name, where it is new. Resolves with whether it is saved and runs. */
  async save(as: string): Promise<boolean> {
    if (this.isBusy || this.isReadOnly || this.conflict) return false;
    const name = this.name || as.trim();
    if (name === "") {
      this.complaint = "A file needs a name.";
      this.host.requestUpdate();
      return false;
    }
    const { name: before, opened } = this;
    return this.tell(name, async () => {
      const sent = this.text;
      const { text, version } = await saveRuleFile(name, sent, this.base.version);
      if (opened !== this.opened) {
        if (readRuleDraft(before)?.text === sent) keepRuleDraft(before, undefined);
        return;
      }
      keepRuleDraft(before, undefined);
      this.name = name;
      this.base = { text, version };
      // What was typed meanwhile is not saved.
      if (this.isChanged) keepRuleDraft(name, { text: this.text, version });
    });
  }

  async remove(): Promise<boolean> {
    if (this.name === "") {
      keepRuleDraft("", undefined);
      return true;
    }
    const { name } = this;
    return this.tell(name, async () => {
      await deleteRuleFile(name, this.base.version);
      keepRuleDraft(name, undefined);
    });
  }

  /** False as well when another file was opened meanwhile. */
  private async tell(name: string, run: () => Promise<void>): Promise<boolean> {
    const { opened } = this;
    const isHere = () => opened === this.opened;
    this.isBusy = true;
    this.complaint = "";
    this.host.requestUpdate();
    try {
      await run();
      return isHere();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!isHere()) return false;
      if (error.status !== 409) this.complaint = `${error.message}${error.hint ? `. ${error.hint}` : ""}`;
      else if (this.name === "") this.complaint = `There is a file ${name} already: choose another name.`;
      else {
        const conflict = await this.readNow(name);
        if (isHere()) this.conflict = conflict;
      }
      return false;
    } finally {
      if (isHere()) this.isBusy = false;
      this.host.requestUpdate();
    }
  }

  private async readNow(name: string): Promise<RuleConflict> {
    try {
      return await fetchRuleFile(name, new AbortController().signal);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      return { text: undefined, version: "" };
    }
  }

  private put(text: string): void {
    this.text = text;
    const rules = readRules(text);
    // Half-written YAML has the rules that it had.
    this.rules = rules.isBroken ? { ...rules, entries: this.rules.entries } : rules;
    this.isChecked = false;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.check(), CHECK_MILLIS);
    this.host.requestUpdate();
  }

  private async check(): Promise<void> {
    const { text } = this;
    try {
      const { issues } = await checkRules(text);
      if (text !== this.text) return;
      this.issues = issues;
      this.isChecked = true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Saving checks it as well, and says so.
    }
    this.host.requestUpdate();
  }
}
