/**
 * Rule files as they come, change and go: on disk, made in the UI, built in. What runs follows them; alerts of rules that are gone are
 * resolved, their series end, their documents are deleted.
 */
import { messageOf } from "../../base/errors.ts";
import type { DocumentStore } from "../../store/store.ts";
import type { FindSamples } from "../evaluate/alerting-rule.ts";
import type { QueryVector } from "../evaluate/query-vector.ts";
import type { RuleSample } from "../evaluate/rule-sample.ts";
import { isResolved } from "../notify/alert.ts";
import { parseRules } from "../rules/parse-rules.ts";
import { RuleFileError } from "./alerting-service.ts";
import type { EngineRoom } from "./engine-room.ts";
import type { GroupRunner, GroupState } from "./group-runner.ts";
import { endedAlerts } from "./known-alerts.ts";
import { RuleBook, type Ended } from "./rule-book.ts";
import { RULE_FILE_COLLECTION, RuleSources, type SourceChange } from "./rule-sources.ts";
import { SampleBuffer } from "./sample-buffer.ts";
import { STATE_COLLECTION } from "./state-ledger.ts";

const RULE_FILE_NAME = /^[\w][\w .-]{0,99}$/;

export interface RuleFilesParts {
  readonly documents: DocumentStore;
  readonly write: (samples: readonly RuleSample[]) => Promise<void>;
  /** Text of the default rules. */
  readonly defaultRules: (() => Promise<string>) | undefined;
  readonly query: QueryVector;
  readonly find: FindSamples | undefined;
  /** Of evaluations. */
  readonly stop: AbortSignal;
  /** Something may be due earlier than it was. */
  readonly wake: () => void;
}

export class RuleFiles {
  readonly #parts: RuleFilesParts;
  readonly #room: EngineRoom;
  readonly #sources: RuleSources;
  #book: RuleBook;
  #scanFailed = false;
  readonly #leaving = new Set<Promise<void>>();

  constructor(parts: RuleFilesParts, room: EngineRoom) {
    const { ruleFiles, usesDefaultRules } = room.settings;
    this.#parts = parts;
    this.#room = room;
    this.#sources = new RuleSources({
      patterns: ruleFiles,
      folder: process.cwd(),
      defaultRules: usesDefaultRules ? parts.defaultRules : undefined,
      documents: parts.documents,
    });
    this.#book = this.#createBook(new Map());
  }

  get book(): RuleBook {
    return this.#book;
  }

  /** Loads all of them; groups go on where the last run left them. Rejects when the store fails, not for broken files. */
  async open(now: number): Promise<void> {
    const states = await this.#parts.documents.list(STATE_COLLECTION);
    this.#book = this.#createBook(new Map(states.map(({ key, value }) => [key, value as GroupState])));
    await this.#applyAll(await this.#sources.load(), now);
    await this.scan(now);
    await this.#finish(this.#book.takeOrphans(!this.#scanFailed), now);
  }

  /** Resolves when no group that was changed is still at work. */
  async settled(): Promise<void> {
    await Promise.all(this.#leaving);
  }

  /** Looks whether files have changed. */
  async scan(now: number): Promise<void> {
    let changes: SourceChange[] = [];
    try {
      changes = await this.#sources.scan();
      this.#scanFailed = false;
    } catch (error) {
      if (!this.#scanFailed) this.#room.log.error("cannot look for rule files", { error: messageOf(error) });
      this.#scanFailed = true;
    }
    await this.#applyAll(changes, now);
  }

  /** One of the UI's; not yet saved with what it changed. @throws RuleFileError */
  async put(name: string, text: string, now: number): Promise<void> {
    if (!RULE_FILE_NAME.test(name))
      throw new RuleFileError(
        `cannot name a rule file ${JSON.stringify(name)}: letters, digits, "_", "-", "." and spaces, 100 at most`,
      );
    const known = this.#book.file(name);
    if (known && known.origin !== "ui")
      throw new RuleFileError(
        `cannot change ${name} here: it is ${known.origin === "file" ? "a file on disk" : "built in"}`,
      );
    const { issues } = parseRules(text);
    if (issues.length > 0) throw new RuleFileError(`cannot run the rule file: ${issues[0].message}`, issues);
    await this.#parts.documents.put(RULE_FILE_COLLECTION, name, { text });
    await this.#applyAll([{ name, origin: "ui", text }], now);
  }

  /** False when there is none of that name. @throws RuleFileError when it is not the UI's */
  async delete(name: string, now: number): Promise<boolean> {
    const known = this.#book.file(name);
    if (!known) return false;
    if (known.origin !== "ui") throw new RuleFileError(`cannot delete ${name} here: it was not made in the UI`);
    await this.#parts.documents.delete(RULE_FILE_COLLECTION, name);
    await this.#applyAll([{ name, origin: "ui", text: undefined }], now);
    return true;
  }

  async #applyAll(changes: readonly SourceChange[], now: number): Promise<void> {
    const { log, metrics } = this.#room;
    for (const change of changes) {
      const { name } = change;
      const known = this.#book.file(name);
      // A name is one file; the first one has it.
      if (known && known.origin !== change.origin) {
        log.warn("another rule file has that name already", { file: name });
        continue;
      }
      const { ended, leaving } = this.#book.apply(change, now);
      await this.#finish(ended, now);
      for (const runner of leaving) this.#succeedLater(runner);
      const file = this.#book.file(name);
      for (const { at, message } of file?.issues ?? [])
        log.error(
          file?.text === undefined
            ? "cannot run a rule file"
            : "cannot run a rule file as it is now; the version before it runs on",
          { file: name, line: at?.line, error: message },
        );
      if (file?.issues.length === 0) log.info("loaded a rule file", { file: name });
    }
    if (changes.length > 0)
      metrics.loadedRules(
        this.#book.files().every(({ issues }) => issues.length === 0),
        now,
      );
  }

  /** When it is over: until then everybody else goes on, notification too. */
  #succeedLater(runner: GroupRunner): void {
    const { serial, clock, ledger, log } = this.#room;
    const done = runner
      .over()
      .then(() =>
        serial.run(async () => {
          await this.#finish(this.#book.succeed(runner), clock());
          await ledger.save();
        }),
      )
      .catch((error: unknown) =>
        log.error("cannot put a group of rules in the place of the one before", {
          file: runner.file,
          group: runner.group.name,
          error: messageOf(error),
        }),
      );
    this.#leaving.add(done);
    void done.finally(() => {
      this.#leaving.delete(done);
      this.#parts.wake();
    });
  }

  /** Rules that are gone: their alerts are over, their series end, their documents go. */
  async #finish({ rules, keys }: Ended, now: number): Promise<void> {
    const { desk, roll, ledger, settings, log } = this.#room;
    for (const alert of endedAlerts(rules, settings.externalLabels, now)) {
      const known = desk.notifier.alert(alert.fingerprint);
      if (!known || isResolved(known, now)) continue;
      desk.receive(roll.posted(alert, now), now);
      desk.touch();
      roll.keepEnded(alert);
    }
    const stale = rules.flatMap(({ series }) =>
      series.map((labels): RuleSample => ({ labels, timestampMillis: now, value: "stale" })),
    );
    const buffer = new SampleBuffer(this.#parts.write, log);
    await buffer.add(stale);
    await buffer.flush();
    ledger.note(keys.map((key) => ({ collection: STATE_COLLECTION, key, value: undefined })));
  }

  #createBook(saved: ReadonlyMap<string, GroupState>): RuleBook {
    const { settings, log } = this.#room;
    const { evaluationIntervalMillis, queryOffsetMillis, externalUrl, externalLabels, limits } = settings;
    const { write, query, find, stop } = this.#parts;
    return new RuleBook(
      {
        outageToleranceMillis: settings.forOutageToleranceMillis,
        runnerSettings: (file) => {
          const buffer = new SampleBuffer(write, log);
          return {
            file,
            intervalMillis: evaluationIntervalMillis,
            queryOffsetMillis,
            externalUrl,
            externalLabels,
            query: buffer.before(query),
            find: find && buffer.beforeFind(find),
            write: buffer.add,
            flush: () => buffer.flush(),
            stop,
            limits,
          };
        },
      },
      saved,
    );
  }
}
