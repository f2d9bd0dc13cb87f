/**
 * RFC 3164 (https://www.rfc-editor.org/rfc/rfc3164#section-4), which describes what senders did: bytes behind the PRI -> a message. Whatever
 * part is not there, or not as it should be, belongs to the text.
 *
 *   [Mmm dd hh:mm:ss | ISO 8601] [HOSTNAME] [TAG[PID]:] MSG
 */
import { decodeText } from "../../base/protobuf.ts";
import { parseRfc3339 } from "../logs/rfc3339.ts";
import type { SyslogMessage } from "./syslog-message.ts";
import { secondsWithoutYear, type WallClock } from "./wall-clock.ts";

/** Header and tag lie within this. */
const LOOKED_AT = 768;
/** A star or a dot says that a router's clock is not set. Some write the year, some fractions, some a zone's name. */
const STAMP =
  /^[*.]?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: (?:UTC|GMT|Z))?(?: (\d{4}))?:?(?: |$)/;
const ISO_STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:[Zz]|[+-]\d\d:?\d\d)?)(?: |$)/;
const HOST = /^([^\s:[\]]{1,255}|[0-9a-fA-F:.]{2,45}) /;
const TAG = /^([^\s:[\]]{1,128})(?:\[([^\]\s]{0,128})\](?::|(?= ))|:)(?: |$)/;
const TAG_WITH_PID = /^([^\s:[\]]{1,128})\[([^\]\s]{1,128})\]:?(?: |$)/;
/** Later ones, after the year 2262, are none in nanoseconds. */
const LATEST_SECONDS = 9_223_372_036;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export interface Rfc3164Options {
  /** Of senders that tell no zone. */
  readonly clock: WallClock;
  /** Unix nanoseconds. */
  readonly now: bigint;
}

/** @param start behind the PRI */
export function parseRfc3164(
  bytes: Uint8Array,
  start: number,
  end: number,
  priority: number,
  options: Rfc3164Options,
): SyslogMessage {
  // A byte a character, so that positions are those of the bytes.
  const head = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, LOOKED_AT)).toString("latin1");
  const { time, length } = readStamp(head, options);
  let at = length;
  let hostname = "";
  if (length > 0) {
    const host = TAG.test(head.slice(at)) ? null : HOST.exec(head.slice(at));
    if (host) {
      hostname = host[1];
      at += host[0].length;
    }
  }
  // Without a time the first word is more likely a word than a program.
  const tag = (length > 0 ? TAG : TAG_WITH_PID).exec(head.slice(at));
  const word = (text: string) => decodeText(Buffer.from(text, "latin1"), 0, text.length);
  return {
    facility: priority >> 3,
    severity: priority & 7,
    time,
    hostname: word(hostname),
    appName: word(tag?.[1] ?? ""),
    procId: word(tag?.[2] ?? ""),
    msgId: "",
    structuredData: [],
    text: bytes.subarray(start + at + (tag?.[0].length ?? 0), end),
  };
}

function readStamp(head: string, { clock, now }: Rfc3164Options): { time: bigint | undefined; length: number } {
  const iso = ISO_STAMP.exec(head);
  if (iso) return { time: parseIso(iso[1], clock), length: iso[0].length };
  const found = STAMP.exec(head);
  if (!found) return { time: undefined, length: 0 };
  const [all, month, day, yearBefore, hour, minute, second, fraction = "", yearBehind] = found;
  const shown = [MONTHS.indexOf(month) + 1, +day, +hour, +minute, +second] as const;
  const year = yearBefore ?? yearBehind;
  const seconds =
    year === undefined ? secondsWithoutYear(clock, Number(now / 1_000_000_000n), ...shown) : clock(+year, ...shown);
  const nanos = BigInt(fraction.padEnd(9, "0"));
  const isTime = seconds !== undefined && seconds < LATEST_SECONDS;
  return { time: isTime ? BigInt(seconds) * 1_000_000_000n + nanos : undefined, length: all.length };
}

/** One without a zone is of the place that the receiver was told. */
function parseIso(text: string, clock: WallClock): bigint | undefined {
  const time = parseRfc3339(text);
  if (time === undefined || /(?:[Zz]|[+-]\d\d:?\d\d)$/.test(text)) return time;
  const date = new Date(Number(time / 1_000_000n));
  const seconds = clock(
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  );
  return seconds === undefined ? undefined : BigInt(seconds) * 1_000_000_000n + (time % 1_000_000_000n);
}
