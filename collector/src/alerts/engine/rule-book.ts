/**
 * The rule files that run: texts in, groups with their state out. A file that cannot run as it lies there leaves its version before
 * running and says what is wrong. A group that is at work keeps its place until it is over: nobody waits for it but its successor.
 * Knows no clock, no notification; what ends with a change is returned to whoever resolves it.
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
  /** Keys of its groups, in their order. */
  groups: readonly string[];
  issues: readonly YamlIssue[];
  loadedAtMillis: number;
}

/** What a change ended: alerts to be resolved, series to be marked, documents to be deleted. */
export interface Ended {
  readonly rules: readonly EncodedRule[];
  readonly keys: readonly string[];
}

export interface Applied {
  readonly ended: Ended;
  /** Groups at work that leave their places: {@link RuleBook.succeed} is to be called for each when it is over. */
  readonly leaving: readonly GroupRunner[];
}

/** A group's place: who has it, and who gets it when that one is over. */
interface Place {
  runner: GroupRunner;
  /** Undefined: it stays; "nobody": the group is gone. */
  next: GroupRunner | "nobody" | undefined;
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
  /** By key. */
  readonly #places = new Map<string, Place>();
  /** Until something changes. */
  #runners: readonly GroupRunner[] | undefined;
  /** States of groups that were there before the restart and are not yet. */
  readonly #saved: Map<string, GroupState>;

  constructor(parts: RuleBookParts, saved: ReadonlyMap<string, GroupState>) {
    this.#parts = parts;
    this.#saved = new Map(saved);
  }

  /** In the order of files and their groups; those that are still at work in a file that is gone are last. */
  runners(): readonly GroupRunner[] {
    return (this.#runners ??= this.#listRunners());
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
    return this.#places.get(runner.key)?.runner === runner;
  }

  /** Groups that are not at work have their successors at once. */
  apply({ name, origin, text, error }: SourceChange, now: number): Applied {
    const file = this.#files.get(name);
    if (text === undefined && error === undefined) {
      this.#files.delete(name);
      return this.#pass((file?.groups ?? []).map((key) => [key, "nobody"]));
    }
    const { groups, issues } = text === undefined ? { groups: [], issues: [issueOf(error)] } : parseRules(text);
    if (issues.length > 0) {
      if (file) Object.assign(file, { issues, found: text });
      else this.#files.set(name, { origin, text: undefined, found: text, groups: [], issues, loadedAtMillis: now });
      return { ended: NOTHING, leaving: [] };
    }
    return this.#replace(name, origin, text as string, groups, now);
  }

  /** The place of a group that is over to whoever was to have it; nothing when it has gone there already. */
  succeed(runner: GroupRunner): Ended {
    const place = this.#places.get(runner.key);
    if (place?.runner !== runner || place.next === undefined || runner.isBusy) return NOTHING;
    this.#runners = undefined;
    const { next } = place;
    if (next === "nobody") {
      this.#places.delete(runner.key);
      return { rules: runner.state().rules, keys: [runner.key] };
    }
    this.#places.set(runner.key, { runner: next, next: undefined });
    return { rules: next.continueFrom(runner), keys: [] };
  }

  /** After the first look at all files: what was saved and is nowhere. @param isComplete false = some place could not be looked at */
  takeOrphans(isComplete: boolean): Ended {
    if (!isComplete) return NOTHING;
    const broken = [...this.#files].filter(([, { text }]) => text === undefined).map(([name]) => groupKey(name, ""));
    const orphans = [...this.#saved].filter(([key]) => !broken.some((prefix) => key.startsWith(prefix)));
    for (const [key] of orphans) this.#saved.delete(key);
    return { rules: orphans.flatMap(([, { rules }]) => rules), keys: orphans.map(([key]) => key) };
  }

  #replace(name: string, origin: RuleFile["origin"], text: string, groups: readonly RuleGroup[], now: number): Applied {
    const before = this.#files.get(name)?.groups ?? [];
    const runners = new Map(
      groups.map((group) => [
        groupKey(name, group.name),
        new GroupRunner(group, this.#parts.runnerSettings(name), now),
      ]),
    );
    const keys = [...runners.keys()];
    this.#files.set(name, { origin, text, found: text, groups: keys, issues: [], loadedAtMillis: now });
    const gone = before.filter((key) => !runners.has(key)).map((key) => [key, "nobody"] as const);
    return this.#pass([...runners, ...gone], now);
  }

  #pass(places: readonly (readonly [key: string, next: GroupRunner | "nobody"])[], now = 0): Applied {
    this.#runners = undefined;
    const ended: Ended[] = [];
    const leaving: GroupRunner[] = [];
    for (const [key, next] of places) {
      const place = this.#places.get(key);
      if (!place) {
        if (next !== "nobody") ended.push({ rules: this.#begin(next, now), keys: [] });
        continue;
      }
      place.next = next;
      place.runner.retire();
      if (place.runner.isBusy) leaving.push(place.runner);
      else ended.push(this.succeed(place.runner));
    }
    const [rules, keys] = [ended.flatMap((each) => each.rules), ended.flatMap((each) => each.keys)];
    return { ended: { rules, keys }, leaving };
  }

  /** A group that nobody was before it, in this run; what is gone of its rules since the last run is returned. */
  #begin(runner: GroupRunner, now: number): readonly EncodedRule[] {
    this.#places.set(runner.key, { runner, next: undefined });
    const saved = this.#saved.get(runner.key);
    this.#saved.delete(runner.key);
    return saved ? runner.restore(saved, now, this.#parts.outageToleranceMillis) : [];
  }

  #listRunners(): GroupRunner[] {
    const listed = [...this.#files.values()].flatMap(({ groups }) => groups);
    const keys = new Set([...listed, ...this.#places.keys()]);
    return [...keys].flatMap((key) => this.#places.get(key)?.runner ?? []);
  }
}

function issueOf(message = ""): YamlIssue {
  return { at: undefined, message };
}
