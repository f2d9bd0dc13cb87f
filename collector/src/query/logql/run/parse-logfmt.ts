/** The logfmt stage: `level=info msg="a b" flag` become labels. https://brandur.org/logfmt */
import { labelNameOf } from "../label-names.ts";
import type { Stage } from "../parse/ast.ts";
import type { Entry } from "./entry.ts";

const PAIR = /[\0- ]*([^\0- ="]+)(?:=(?:"((?:[^"\\]|\\[\s\S])*)"(?=[\0- ]|$)|([^\0- "]*)(?=[\0- ]|$)))?/y;

export function logfmtStage({ fields, isStrict, keepsEmpty }: Stage & { kind: "logfmt" }): (entry: Entry) => boolean {
  const names = new Map(fields.map(({ name, path }) => [path.replace(/^\["(.*)"\]$/, "$1"), name]));
  return (entry) => {
    const { line } = entry;
    let at = 0;
    while (at < line.length) {
      PAIR.lastIndex = at;
      const found = PAIR.exec(line);
      const end = found ? PAIR.lastIndex : at;
      if (!found || (end < line.length && !/[\0- ]/.test(line[end]))) {
        if (/^[\0- ]*$/.test(line.slice(at))) break;
        if (isStrict) {
          entry.fail("LogfmtParserErr", `logfmt syntax error at pos ${end + 1}`);
          return true;
        }
        at = skipWord(line, at);
        continue;
      }
      at = end;
      const [, key, quoted, bare = ""] = found;
      const value = quoted === undefined ? bare : unescape(quoted);
      if (value === "" && !keepsEmpty) continue;
      const name = fields.length === 0 ? labelNameOf(key) : names.get(key);
      if (name !== undefined) entry.extract(name, value);
    }
    return true;
  };
}

/** Behind what is no pair. */
function skipWord(line: string, from: number): number {
  const found = /^[\0- ]*[^\0- ]*/.exec(line.slice(from));
  return from + Math.max(1, found?.[0].length ?? 1);
}

function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  try {
    return JSON.parse(
      `"${text.replace(/\p{Cc}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`,
    ) as string;
  } catch {
    return text;
  }
}
