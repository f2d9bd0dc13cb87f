/**
 * The severity that a line of text tells of itself, where its sender tells none, as Loki's `detected_level` is found: a member or a
 * key of that name in JSON and logfmt, else a word that is marked as a level. In: UTF-8; out: a SeverityNumber.
 */
import { decodeText } from "../../base/protobuf.ts";
import { severityNumberOf } from "../../model/log-severity.ts";

/** Keys that hold a level, in lower case. */
const KEY = String.raw`(?:level|severity|lvl|log\.level|loglevel|severity_?text)`;
const IN_JSON = new RegExp(String.raw`"${KEY}"[ \t]*:[ \t]*(?:"([^"\\]{1,16})"|(\d\d)\b)`, "i");
const IN_LOGFMT = new RegExp(String.raw`(?:^|[ \t,])${KEY}=(?:"([^"\\]{1,16})"|([^ \t,"]{1,16})(?=[ \t,]|$))`, "i");
/** In brackets, in capitals, or with a colon behind it. */
const MARKED =
  /[[<|] ?(trace|debug|info|notice|warn|warning|err|error|critical|crit|fatal|panic) ?[\]>|]|\b(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERR|ERROR|CRITICAL|FATAL|PANIC)\b|\b(trace|debug|info|notice|warn|warning|err|error|critical|fatal|panic):/i;
const CAPITALS = /^[A-Z]+$/;
/** As glog writes it: I0102 15:04:05. */
const GLOG = /^([IWEF])\d{4} \d\d:\d\d:/;
const BARE = /\b(info|warning|debug)\b/;
/** A level stands near the beginning. */
const LOOKED_AT = 1024;
/** JSON has its members in any order. */
const LOOKED_AT_JSON = 8192;

/** 0 = it tells none. Cost: at most the first 8 KB. */
export function severityOfLine(line: Uint8Array, start = 0, end: number = line.length): number {
  while (start < end && isBlank(line[start])) start++;
  while (end > start && isBlank(line[end - 1])) end--;
  if (start === end) return 0;
  if (line[start] === 0x7b && line[end - 1] === 0x7d) {
    const found = IN_JSON.exec(decodeText(line, start, Math.min(end, start + LOOKED_AT_JSON)));
    return found ? severityNumberOf(found[1] ?? found[2]) : 0;
  }
  const text = decodeText(line, start, Math.min(end, start + LOOKED_AT));
  const pair = IN_LOGFMT.exec(text);
  return (pair && severityNumberOf(pair[1] ?? pair[2])) || severityOfWords(text);
}

function severityOfWords(text: string): number {
  const glog = GLOG.exec(text);
  if (glog) return severityNumberOf(glog[1]);
  const marked = firstMarked(text);
  if (marked !== undefined) return severityNumberOf(marked);
  const bare = BARE.exec(text);
  return bare ? severityNumberOf(bare[1]) : 0;
}

/** The first word that is marked; one in capitals only counts when it really is in capitals. */
function firstMarked(text: string): string | undefined {
  const pattern = new RegExp(MARKED, "gi");
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const [, bracketed, word, labelled] = found;
    if (bracketed ?? labelled) return bracketed ?? labelled;
    if (CAPITALS.test(word) || text[found.index + word.length] === ":") return word;
    pattern.lastIndex = found.index + word.length;
  }
  return undefined;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
