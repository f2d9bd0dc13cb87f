/** Hits within a block, in columns that are made as they are asked for: texts once for each name, attribute and group. */
import { checkWork } from "../../../base/work-scope.ts";
import { eachMember, memberText } from "../../../base/json-members.ts";
import { ByteColumn } from "../../../base/column.ts";
import { decodeText } from "../../../base/protobuf.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import { levelOf, type LogField } from "../../../model/log-field.ts";
import { ABSENT_TEXT, type LogPiece, type TextColumn } from "../../../model/log-piece.ts";
import { anyValueText, locateKeyValue } from "../../../wire/otlp/attribute-text.ts";
import { resourceAttributes, scopeAttributes } from "../../../wire/otlp/attributes-of.ts";
import { scopeNames } from "../../../wire/otlp/scope-names.ts";
import { logBatchOf } from "../block/batch-of-records.ts";
import { AttributeMatcher } from "./match-attribute.ts";
import type { LogView } from "./log-view.ts";
import { MemberMatcher } from "./match-members.ts";
import { compileTextMatcher } from "./text-matcher.ts";

/** Names of attributes and members that one piece tells of: senders may make up any number. */
const MOST_KEYS = 10_000;

export class StoredLogPiece implements LogPiece {
  readonly #view: LogView;
  readonly #records: Uint32Array;
  readonly #jsonBodies: boolean;
  readonly #columns = new Map<string, TextColumn>();
  #times: { low: Uint32Array; high: Uint32Array } | undefined;
  #severityNumber: Uint8Array | undefined;

  /** @param records of the view's block */
  constructor(view: LogView, records: Uint32Array, jsonBodies: boolean) {
    this.#view = view;
    this.#records = records;
    this.#jsonBodies = jsonBodies;
  }

  get count(): number {
    return this.#records.length;
  }

  get timeLow(): Uint32Array {
    return this.#time().low;
  }

  get timeHigh(): Uint32Array {
    return this.#time().high;
  }

  get severityNumber(): Uint8Array {
    if (!this.#severityNumber) {
      const { severities } = this.#view;
      const records = this.#records;
      // A loop: from() with a function takes 30 times as long.
      const own = (this.#severityNumber = new Uint8Array(records.length));
      for (let n = 0; n < records.length; n++) own[n] = severities[records[n]];
    }
    return this.#severityNumber;
  }

  column(field: LogField): TextColumn {
    const name = field.kind === "attribute" ? `attribute ${field.key}` : field.kind;
    let column = this.#columns.get(name);
    if (!column) {
      // Members of bodies of megabytes take a while, and there may be many that are asked for.
      checkWork();
      this.#columns.set(name, (column = this.#make(field)));
    }
    return column;
  }

  keys(): readonly string[] {
    const keys = new Set<string>();
    const add = (key: string) => void (keys.size < MOST_KEYS && keys.add(key));
    const { columns } = this.#view;
    const addKeyOf = (bytes: Uint8Array, start: number, end: number) => {
      const { keyStart, keyEnd } = locateKeyValue(bytes, start, end);
      add(decodeText(bytes, keyStart, keyEnd));
    };
    const { ids } = columns.attributesOf(this.#records);
    const seen = new Uint8Array(columns.dictionary.size);
    const scratch = new ByteColumn(256);
    for (const id of ids) {
      if (seen[id] === 1) continue;
      seen[id] = 1;
      scratch.clear();
      const length = columns.dictionary.append(id, scratch);
      addKeyOf(scratch.values, 0, length);
    }
    const groups = new Set<number>();
    for (const record of this.#records) groups.add(columns.group[record]);
    for (const group of groups) {
      resourceAttributes(columns.groups[group].resource, addKeyOf);
      scopeAttributes(columns.groups[group].scope, addKeyOf);
    }
    for (const record of this.#records) {
      if (!this.#view.mayHaveMembers(record, this.#jsonBodies)) continue;
      const { bytes, start, end } = this.#view.bodyRange(record);
      eachMember(bytes, start, end, add);
    }
    return [...keys];
  }

  batch(hits: ArrayLike<number>): LogBatch {
    return logBatchOf(
      this.#view.columns,
      Uint32Array.from(hits, (hit) => this.#records[hit]),
    );
  }

  #time(): { low: Uint32Array; high: Uint32Array } {
    if (!this.#times) {
      const { effectiveLow, effectiveHigh } = this.#view.columns;
      const records = this.#records;
      const [low, high] = [new Uint32Array(records.length), new Uint32Array(records.length)];
      for (let n = 0; n < records.length; n++) {
        low[n] = effectiveLow[records[n]];
        high[n] = effectiveHigh[records[n]];
      }
      this.#times = { low, high };
    }
    return this.#times;
  }

  #make(field: LogField): TextColumn {
    const view = this.#view;
    const { columns } = view;
    switch (field.kind) {
      case "service":
        return this.#byCode(columns.group, (group) => columns.groupServices[group]);
      case "scope":
        return this.#byCode(columns.group, (group) => scopeNames(columns.groups[group].scope).name || undefined);
      case "level":
        return this.#byCode(view.severities, levelOf);
      case "severity_text":
        return this.#byCode(columns.severityText, (code) => view.severityText(code));
      case "trace_id":
        return this.#byRecord((record) => view.traceId(record));
      case "span_id":
        return this.#byRecord((record) => view.spanId(record));
      case "event_name":
        return this.#byRecord((record) => view.eventName(record));
      case "body":
        return this.#byRecord((record) => view.bodyText(record));
      case "attribute":
        return this.#attribute(field.key);
    }
  }

  /** @param codes of records, few different ones */
  #byCode(codes: Uint32Array | Uint8Array, textOf: (code: number) => string | undefined): TextColumn {
    const known: number[] = [];
    const texts: string[] = [];
    const records = this.#records;
    const own = new Uint32Array(records.length);
    for (let n = 0; n < records.length; n++) {
      const code = codes[records[n]];
      let at: number | undefined = known[code];
      if (at === undefined) {
        const text = textOf(code);
        known[code] = at = text === undefined ? ABSENT_TEXT : texts.push(text) - 1;
      }
      own[n] = at;
    }
    return { codes: own, texts };
  }

  #byRecord(textOf: (record: number) => string | undefined): TextColumn {
    const texts: string[] = [];
    const records = this.#records;
    const codes = new Uint32Array(records.length);
    for (let n = 0; n < records.length; n++) {
      const text = textOf(records[n]);
      codes[n] = text === undefined ? ABSENT_TEXT : texts.push(text) - 1;
    }
    return { codes, texts };
  }

  /** The record's own attribute, else its scope's, its resource's, its body's member. */
  #attribute(key: string): TextColumn {
    const exists = { kind: "exists" } as const;
    const matcher = compileTextMatcher(exists);
    const wanted = new AttributeMatcher(key, exists, matcher);
    const { columns } = this.#view;
    const records = this.#records;
    const texts: string[] = [];
    const codes = new Uint32Array(records.length).fill(ABSENT_TEXT);
    const hasKey = (bytes: Uint8Array, start: number, end: number) => wanted.hasKey(bytes, start, end);
    const entries = columns.dictionary.findValues(hasKey, () => true);
    if (entries) this.#fromEntries(entries, codes, texts);

    const ofGroup = this.#byCode(columns.group, (group) => {
      const { scope, resource } = columns.groups[group];
      let text: string | undefined;
      const look = (bytes: Uint8Array, start: number, end: number) => {
        const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
        if (text === undefined && hasKey(bytes, keyStart, keyEnd)) text = anyValueText(bytes, valueStart, valueEnd);
      };
      scopeAttributes(scope, look);
      resourceAttributes(resource, look);
      return text;
    });
    const base = texts.length;
    texts.push(...ofGroup.texts);
    for (let n = 0; n < codes.length; n++)
      if (codes[n] === ABSENT_TEXT && ofGroup.codes[n] !== ABSENT_TEXT) codes[n] = base + ofGroup.codes[n];

    const members = new MemberMatcher(key, matcher, this.#jsonBodies);
    for (let n = 0; n < codes.length; n++) {
      if (codes[n] !== ABSENT_TEXT || !this.#view.mayHaveMembers(records[n], this.#jsonBodies)) continue;
      members.texts(this.#view, records[n], (member) => {
        codes[n] = texts.push(memberText(member)) - 1;
        return true;
      });
    }
    return { codes, texts };
  }

  #fromEntries(entries: Uint8Array, codes: Uint32Array, texts: string[]): void {
    const { columns } = this.#view;
    const { starts, ids } = columns.attributesOf(this.#records);
    const codeOf = new Uint32Array(entries.length).fill(ABSENT_TEXT);
    const scratch = new ByteColumn(256);
    for (let n = 0; n < codes.length; n++) {
      for (let a = starts[n]; a < starts[n + 1]; a++) {
        const entry = ids[a];
        if (entries[entry] === 0) continue;
        if (codeOf[entry] === ABSENT_TEXT) {
          scratch.clear();
          const length = columns.dictionary.append(entry, scratch);
          const { valueStart, valueEnd } = locateKeyValue(scratch.values, 0, length);
          codeOf[entry] = texts.push(anyValueText(scratch.values, valueStart, valueEnd)) - 1;
        }
        codes[n] = codeOf[entry];
        break;
      }
    }
  }
}
