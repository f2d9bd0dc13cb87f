/**
 * A log condition over a block's columns: the records that meet it. Compiled once for a query. Each test looks only at records that
 * the tests before it left, the cheap ones first; columns are decoded as they are asked for.
 */
import { compareNanos, nanosFromBigInt } from "../../../base/nanos.ts";
import { parseHex } from "../../../base/hex.ts";
import type { LogCondition, TextTest } from "../../../model/log-condition.ts";
import { levelOf, type LogField } from "../../../model/log-field.ts";
import { NONE, type RecordGroup } from "../../../model/record-batch.ts";
import { scopeNames } from "../../../wire/otlp/scope-names.ts";
import type { TimeRange } from "../../store.ts";
import type { LogColumns } from "../block/record-columns.ts";
import { LogView } from "./log-view.ts";
import { AttributeMatcher } from "./match-attribute.ts";
import { matchBodies } from "./match-body.ts";
import { MemberMatcher, orMembers } from "./match-members.ts";
import { everyRecord, filter, filterByCode, join, minus, noRecord, type Selection } from "./selection.ts";
import { compileTextMatcher, type TextMatcher } from "./text-matcher.ts";

/** OTLP's severity numbers, 0 = unknown. */
const SEVERITIES = 25;

/** Relative: what a test decodes and how much it looks at. */
const COST = { nothing: 0, hot: 1, links: 2, rest: 4, attributes: 5, bodies: 8, members: 10, texts: 12 };

interface Matcher {
  readonly cost: number;
  match(view: LogView, within: Selection): Selection;
}

/** @throws PatternError */
export class LogMatcher {
  readonly #matcher: Matcher;

  constructor(condition: LogCondition, jsonBodies: boolean) {
    this.#matcher = compile(condition, jsonBodies);
  }

  /** @param isInRange all of the block's records are in the range */
  match(view: LogView, range: TimeRange, isInRange = false): Selection {
    const all = everyRecord(view.columns.count);
    return this.#matcher.match(view, isInRange ? all : inTime(view.columns, range, all));
  }

  /** Of the records from `first` on. */
  matchFrom(view: LogView, first: number): Selection {
    const { count } = view.columns;
    return this.#matcher.match(view, { marks: new Uint8Array(count).fill(1, first), count: count - first });
  }
}

function inTime(columns: LogColumns, range: TimeRange, within: Selection): Selection {
  const { effectiveLow: low, effectiveHigh: high } = columns;
  const [first, last] = [nanosFromBigInt(clamp(range.start)), nanosFromBigInt(clamp(range.end))];
  return filter(
    within,
    (i) =>
      compareNanos(low[i], high[i], first.low, first.high) >= 0 &&
      compareNanos(low[i], high[i], last.low, last.high) <= 0,
  );
}

function clamp(nanos: bigint): bigint {
  return nanos < 0n ? 0n : nanos > 0xffffffffffffffffn ? 0xffffffffffffffffn : nanos;
}

function compile(condition: LogCondition, jsonBodies: boolean): Matcher {
  switch (condition.kind) {
    case "and":
      return allOf(condition.of.map((each) => compile(each, jsonBodies)));
    case "or":
      return anyOf(condition.of.map((each) => compile(each, jsonBodies)));
    case "not": {
      const inner = compile(condition.of, jsonBodies);
      return { cost: inner.cost, match: (view, within) => minus(within, inner.match(view, within)) };
    }
    case "severity": {
      const { least, most } = condition;
      return bySeverity((number) => number >= least && number <= most);
    }
    case "field":
      return compileField(condition.field, condition.test, jsonBodies);
  }
}

function allOf(parts: readonly Matcher[]): Matcher {
  const byCost = parts.toSorted((a, b) => a.cost - b.cost);
  return {
    cost: byCost.at(-1)?.cost ?? COST.nothing,
    match: (view, within) => {
      let left = within;
      for (const part of byCost) if (left.count > 0) left = part.match(view, left);
      return left;
    },
  };
}

function anyOf(parts: readonly Matcher[]): Matcher {
  const byCost = parts.toSorted((a, b) => a.cost - b.cost);
  return {
    cost: byCost.at(-1)?.cost ?? COST.nothing,
    match: (view, within) => {
      let found = noRecord(within.marks.length);
      for (const part of byCost)
        if (found.count < within.count) found = join(found, part.match(view, minus(within, found)));
      return found;
    },
  };
}

function compileField(field: LogField, test: TextTest, jsonBodies: boolean): Matcher {
  const matcher = compileTextMatcher(test);
  const meets = (text: string | undefined) => text !== undefined && matcher.isMetByText(text);
  switch (field.kind) {
    case "level":
      return bySeverity((number) => meets(levelOf(number)));
    case "service": {
      const isMet = remembered(meets);
      return byGroup((view) => Uint8Array.from(view.columns.groupServices, (service) => (isMet(service) ? 1 : 0)));
    }
    case "scope": {
      const isMet = rememberedOf<RecordGroup>(({ scope }) => meets(scopeNames(scope).name || undefined));
      return byGroup((view) => Uint8Array.from(view.columns.groups, (group) => (isMet(group) ? 1 : 0)));
    }
    case "severity_text":
      return {
        cost: COST.hot,
        match: (view, within) => {
          const { severityText, severityTexts } = view.columns;
          const wanted = Uint8Array.from(severityTexts, (_, code) => (meets(view.severityText(code)) ? 1 : 0));
          return filterByCode(within, severityText, wanted);
        },
      };
    case "trace_id":
      return byTrace(test, matcher);
    case "span_id":
      return { cost: COST.links, match: (view, within) => filter(within, (record) => meets(view.spanId(record))) };
    case "event_name":
      return { cost: COST.rest, match: (view, within) => filter(within, (record) => meets(view.eventName(record))) };
    case "body":
      return {
        cost: matcher.search ? COST.bodies : COST.texts,
        match: (view, within) => matchBodies(view, matcher, within),
      };
    case "attribute": {
      const attributes = new AttributeMatcher(field.key, test, matcher);
      const members = new MemberMatcher(field.key, matcher, jsonBodies);
      return {
        cost: COST.members,
        match: (view, within) => orMembers(view, within, attributes.match(view.columns, within), members),
      };
    }
  }
}

function bySeverity(isMet: (number: number) => boolean): Matcher {
  const wanted = Uint8Array.from({ length: 256 }, (_, number) => (number < SEVERITIES && isMet(number) ? 1 : 0));
  return { cost: COST.hot, match: (view, within) => filterByCode(within, view.severities, wanted) };
}

function byGroup(marks: (view: LogView) => Uint8Array): Matcher {
  return {
    cost: COST.nothing,
    match: (view, within) => {
      const wanted = marks(view);
      if (!wanted.includes(0)) return within;
      if (!wanted.includes(1)) return noRecord(within.marks.length);
      return filterByCode(within, view.columns.group, wanted);
    },
  };
}

function byTrace(test: TextTest, matcher: TextMatcher): Matcher {
  if (test.kind === "equals") {
    const wanted = parseHex(test.text);
    const isId = wanted?.length === 16 && test.text === test.text.toLowerCase();
    return {
      cost: COST.links,
      match: ({ columns }, within) => {
        const trace = isId ? indexOfTrace(columns, wanted) : -1;
        return trace < 0 ? noRecord(within.marks.length) : filter(within, (record) => columns.trace[record] === trace);
      },
    };
  }
  return {
    cost: COST.links,
    match: (view, within) =>
      filter(within, (record) => {
        if (view.columns.trace[record] === NONE) return false;
        return matcher.isTrivial || matcher.isMetByText(view.traceId(record) as string);
      }),
  };
}

/** The block's number for a trace, or -1. */
function indexOfTrace({ traceIds, traceCount }: LogColumns, traceId: Uint8Array): number {
  const bytes = Buffer.from(traceIds.buffer as ArrayBuffer, traceIds.byteOffset, traceCount * 16);
  for (let at = bytes.indexOf(traceId); at >= 0; at = bytes.indexOf(traceId, at + 1)) if (at % 16 === 0) return at / 16;
  return -1;
}

/** Few different names come again and again. */
function remembered(isMet: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>();
  return (text) => {
    let result = known.get(text);
    if (result === undefined) known.set(text, (result = isMet(text)));
    return result;
  };
}

function rememberedOf<K extends object>(isMet: (key: K) => boolean): (key: K) => boolean {
  const known = new WeakMap<K, boolean>();
  return (key) => {
    let result = known.get(key);
    if (result === undefined) known.set(key, (result = isMet(key)));
    return result;
  };
}
