/**
 * Groups of exceptions as the error pages show them: their order, which of them are new, their type in short, and queries for what lies
 * behind one. In: WireExceptionGroup; out: plain data.
 */
import type { WireExceptionGroup } from "goldspan/contract";
import { compareNanos, nanosToMillis } from "../base/nanos.ts";
import { recentShare } from "./log-patterns.ts";
import { formatTerm } from "./query-text.ts";

const EXCEPTION_COLUMNS = ["count", "recent", "first", "last"] as const;
export type ExceptionColumn = (typeof EXCEPTION_COLUMNS)[number];

/** Anything else is by count. */
export function parseExceptionColumn(text: string | null): ExceptionColumn {
  return EXCEPTION_COLUMNS.find((column) => column === text) ?? "count";
}

/** Most frequent, most recent, newest or last seen first; equal ones by count. */
export function sortExceptions(groups: readonly WireExceptionGroup[], column: ExceptionColumn): WireExceptionGroup[] {
  return groups.toSorted((a, b) => {
    const apart =
      column === "recent"
        ? recentShare(b.trend) - recentShare(a.trend)
        : column === "first"
          ? compareNanos(firstEver(b), firstEver(a))
          : column === "last"
            ? compareNanos(b.lastSeenUnixNano, a.lastSeenUnixNano)
            : 0;
    return apart || b.count - a.count;
  });
}

/** It was never seen before the time shown. Where nobody knows what was before, nothing is new. */
export function isNewIn(group: WireExceptionGroup, startMillis: number): boolean {
  return group.firstEverUnixNano !== undefined && nanosToMillis(group.firstEverUnixNano) >= startMillis;
}

/** Decimal nanoseconds: the first time ever, as far as it is known, else in the time shown. */
export function firstEver({ firstEverUnixNano, firstSeenUnixNano }: WireExceptionGroup): string {
  return firstEverUnixNano ?? firstSeenUnixNano;
}

/** "com.shop.payments.ChargeDeclinedException" -> what a person calls it, and where that is from; "" where there is nothing before. */
export function splitType(type: string): { name: string; from: string } {
  const at = Math.max(type.lastIndexOf("."), type.lastIndexOf("\\"), type.lastIndexOf("::") + 1);
  return at > 0 && at < type.length - 1
    ? { name: type.slice(at + 1), from: type.slice(0, at + 1) }
    : { name: type, from: "" };
}

/** A query for log lines that carry such an exception; those of spans are no log lines and are not found by it. */
export function exceptionLogQuery({ service, type }: WireExceptionGroup): string {
  const whose = formatTerm("service", ":", service);
  return type === "" ? `${whose} level>=error` : `${whose} ${formatTerm("exception.type", ":", type)}`;
}

/** A query for traces in which the service failed. */
export function exceptionTraceQuery({ service }: WireExceptionGroup): string {
  return `${formatTerm("service", ":", service)} error`;
}
