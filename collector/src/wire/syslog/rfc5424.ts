/**
 * RFC 5424 (https://www.rfc-editor.org/rfc/rfc5424#section-6): bytes behind the PRI -> a message. Hostnames and the like may be longer than
 * the RFC allows; a time that cannot be read is none.
 *
 *   1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID (- | [id name="value" …]…) [MSG]
 */
import { decodeText } from "../../base/protobuf.ts";
import { parseRfc3339 } from "../logs/rfc3339.ts";
import type { SyslogMessage } from "./syslog-message.ts";

const SPACE = 0x20;
const DASH = 0x2d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const EQUALS = 0x3d;
/** Longer words are not what they should be. */
const LONGEST_WORD = 1024;
/** In a message of 64 KB there is room for more; nobody means them. */
const MOST_PARAMETERS = 256;

/** Undefined = it is none. @param start behind the PRI */
export function parseRfc5424(
  bytes: Uint8Array,
  start: number,
  end: number,
  priority: number,
): SyslogMessage | undefined {
  if (bytes[start] !== 0x31 || bytes[start + 1] !== SPACE) return undefined;
  const words: string[] = [];
  let at = start + 2;
  for (let i = 0; i < 5; i++) {
    const space = bytes.indexOf(SPACE, at);
    if (space < 0 || space >= end || space === at || space - at > LONGEST_WORD) return undefined;
    words.push(decodeText(bytes, at, space));
    at = space + 1;
  }
  const structuredData: [string, string][] = [];
  const behind = readStructuredData(bytes, at, end, structuredData);
  if (behind === undefined || (behind < end && bytes[behind] !== SPACE)) return undefined;
  const [time, hostname, appName, procId, msgId] = words.map((word) => (word === "-" ? "" : word));
  return {
    facility: priority >> 3,
    severity: priority & 7,
    time: time === "" ? undefined : parseRfc3339(time),
    hostname,
    appName,
    procId,
    msgId,
    structuredData,
    text: withoutMark(bytes, Math.min(behind + 1, end), end),
  };
}

/** Where it ends; undefined = it is broken. */
function readStructuredData(
  bytes: Uint8Array,
  start: number,
  end: number,
  pairs: [string, string][],
): number | undefined {
  if (start < end && bytes[start] === DASH) return start + 1;
  let at = start;
  while (at < end && bytes[at] === OPEN) {
    const behind = readElement(bytes, at + 1, end, pairs);
    if (behind === undefined) return undefined;
    at = behind;
  }
  return at === start ? undefined : at;
}

function readElement(bytes: Uint8Array, start: number, end: number, pairs: [string, string][]): number | undefined {
  const idEnd = endOfName(bytes, start, end);
  if (idEnd === start) return undefined;
  const id = decodeText(bytes, start, idEnd);
  let at = idEnd;
  for (;;) {
    if (at < end && bytes[at] === CLOSE) return at + 1;
    if (at >= end || bytes[at] !== SPACE) return undefined;
    while (at < end && bytes[at] === SPACE) at++;
    if (at < end && bytes[at] === CLOSE) return at + 1;
    const nameEnd = endOfName(bytes, at, end);
    if (nameEnd === at || bytes[nameEnd] !== EQUALS || bytes[nameEnd + 1] !== QUOTE || nameEnd + 1 >= end)
      return undefined;
    const value = nameEnd + 2;
    const close = endOfValue(bytes, value, end);
    if (close === undefined) return undefined;
    if (pairs.length < MOST_PARAMETERS)
      pairs.push([`${id}.${decodeText(bytes, at, nameEnd)}`, unescape(decodeText(bytes, value, close))]);
    at = close + 1;
  }
}

function endOfName(bytes: Uint8Array, start: number, end: number): number {
  const most = Math.min(end, start + LONGEST_WORD);
  let at = start;
  while (at < most && bytes[at] > SPACE && bytes[at] !== EQUALS && bytes[at] !== CLOSE && bytes[at] !== QUOTE) at++;
  return at;
}

function endOfValue(bytes: Uint8Array, start: number, end: number): number | undefined {
  for (let at = start; at < end; at++) {
    if (bytes[at] === QUOTE) return at;
    if (bytes[at] === BACKSLASH) at++;
  }
  return undefined;
}

/** A backslash stands before a quote, a bracket and itself; before anything else it stands for itself. */
function unescape(text: string): string {
  return text.includes("\\") ? text.replace(/\\(["\\\]])/g, "$1") : text;
}

/** A text in UTF-8 may begin with a byte order mark, which is not of it. */
function withoutMark(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const marked = end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
  return bytes.subarray(marked ? start + 3 : start, end);
}
