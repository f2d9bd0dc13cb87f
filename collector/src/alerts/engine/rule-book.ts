/**
 * The rule files that run: texts in, groups with their state out. A file that cannot run as it lies there leaves its version before
 * running and says what is wrong. Knows no clock, no notification; what ends with a change is returned to whoever resolves it.
 */
import type { EncodedRule } from "../evaluate/rule-group-evaluator.ts";
import { parseRules } from "../rules/parse-rules.ts";
import type { RuleGroup } from "../rules/rule-file.ts";
import type { YamlIssue } from "../yaml/yaml-node.ts";
import type { RuleFileStatus } from "./alerting-service.ts";
import { groupKey, GroupRunner, type GroupState, type RunnerSettings } from "./group-runner.ts";
import type { SourceChange } from "./rule-sources.ts";

interface RuleFile {
  readonly origin: RuleFileStatus["origin"];
  /** Of the version that runs; undefined = none ever could. */
  text: string | undefined;
  /** As it lies there, also where that cannot run; undefined = it cannot be read. */
  found: string | undefined;
  runners: readonly GroupRunner[];
  issues: readonly YamlIssue[];
  loadedAtMillis: number;
}

/** What a change ended: alerts to be resolved, series to be marked, documents to be deleted. */
export interface Ended {
  readonly rules: readonly EncodedRule[];
  readonly keys: readonly string[];
}

const NOTHING: Ended = { rules: [], keys: [] };

export interface RuleBookParts {
  /** One for each group: evaluations of one group share a buffer of samples. */
  readonly runnerSettings: (file: string) => RunnerSettings;
  readonly outageToleranceMillis: number;
}

export class RuleBook {
  readonly #parts: RuleBookParts;
  readonly #files = new Map<string, RuleFile>();
  /** States of groups that were there before the restart and are not yet. */
  readonly #saved: Map<string, GroupState>;

  constructor(parts: RuleBookParts, saved: ReadonlyMap<string, GroupState>) {
    this.#parts = parts;
    this.#saved = new Map(saved);
  }

  runners(): GroupRunner[] {
    return [...this.#files.values()].flatMap(({ runners }) => runners);
  }

  files(): RuleFileStatus[] {
    return Array.from(this.#files, ([name, { origin, issues, loadedAtMillis }]) => ({
      name,
      origin,
      issues,
      loadedAtMillis,
    }));
  }

  file(name: string): (RuleFileStatus & Pick<RuleFile, "text" | "found">) | undefined {
    const file = this.#files.get(name);
    if (!file) return undefined;
    const { origin, issues, loadedAtMillis, text, found } = file;
    return { name, origin, issues, loadedAtMillis, text, found };
  }

  isRunning(runner: GroupRunner): boolean {
    return this.#files.get(runner.file)?.runners.includes(runner) ?? false;
  }

  /** Waits for evaluations under way of the groups it changes. */
  async apply({ name, origin, text, error }: SourceChange, now: number): Promise<Ended> {
    const file = this.#files.get(name);
    if (text === undefined && error === undefined) {
      this.#files.delete(name);
      return retire(file?.runners ?? []);
    }
    const { groups, issues } = text === undefined ? { groups: [], issues: [issueOf(error)] } : parseRules(text);
    if (issues.length > 0) {
      if (file) Object.assign(file, { issues, found: text });
      else this.#files.set(name, { origin, text: undefined, found: text, runners: [], issues, loadedAtMillis: now });
      return NOTHING;
    }
    return this.#replace(name, origin, text as string, groups, now);
  }

  /** After the first look at all files: what was saved and is nowhere. @param isComplete false = some place could not be looked at */
  takeOrphans(isComplete: boolean): Ended {
    if (!isComplete) return NOTHING;
    const broken = [...this.#files].filter(([, { text }]) => text === undefined).map(([name]) => groupKey(name, ""));
    const orphans = [...this.#saved].filter(([key]) => !broken.some((prefix) => key.startsWith(prefix)));
    for (const [key] of orphans) this.#saved.delete(key);
    return { rules: orphans.flatMap(([, { rules }]) => rules), keys: orphans.map(([key]) => key) };
  }

  async #replace(
    name: string,
    origin: RuleFile["origin"],
    text: string,
    groups: readonly RuleGroup[],
    now: number,
  ): Promise<Ended> {
    const before = new Map(this.#files.get(name)?.runners.map((runner) => [runner.group.name, runner]));
    const rules: EncodedRule[] = [];
    const runners: GroupRunner[] = [];
    for (const group of groups) {
      const runner = new GroupRunner(group, this.#parts.runnerSettings(name), now);
      const old = before.get(group.name);
      before.delete(group.name);
      const saved = this.#saved.get(runner.key);
      this.#saved.delete(runner.key);
      if (old) {
        await old.retire();
        rules.push(...runner.continueFrom(old));
      } else if (saved) rules.push(...runner.restore(saved, now, this.#parts.outageToleranceMillis));
      runners.push(runner);
    }
    this.#files.set(name, { origin, text, found: text, runners, issues: [], loadedAtMillis: now });
    const gone = await retire([...before.values()]);
    return { rules: [...rules, ...gone.rules], keys: gone.keys };
  }
}

async function retire(runners: readonly GroupRunner[]): Promise<Ended> {
  for (const runner of runners) await runner.retire();
  return { rules: runners.flatMap((runner) => runner.state().rules), keys: runners.map(({ key }) => key) };
}

function issueOf(message = ""): YamlIssue {
  return { at: undefined, message };
}
