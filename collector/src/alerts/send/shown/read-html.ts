/**
 * The HTML of mails, Telegram and Google Chat -> runs of text: what is bold, code or a link, and where lines break. Everything else of
 * it is left out, scripts and styles with their text.
 */
import { webAddress, type TextRun } from "./shown-message.ts";

const TOKEN = /<!--[\s\S]*?-->|<![^>]*>|<(\/?)([a-zA-Z][\w-]*)((?:\s+(?:"[^"]*"|'[^']*'|[^<>"'])*)?)\/?>|[^<]+|</g;
const BOLD = new Set(["b", "strong", "h1", "h2", "h3", "h4", "th"]);
const CODE = new Set(["code", "pre", "tt"]);
const LINES = new Set(["p", "div", "tr", "h1", "h2", "h3", "h4", "pre", "li", "table", "ul"]);
const UNSEEN = new Set(["style", "script", "head", "title"]);
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** @param keepsLines line breaks of the text count, as in Telegram; in mails they are spaces */
export function readHtml(html: string, keepsLines: boolean): TextRun[] {
  const open: string[] = [];
  const hrefs: (string | undefined)[] = [];
  const runs: TextRun[] = [];
  const add = (text: string) => {
    const isAtBegin = runs.length === 0 || runs.at(-1)?.text.endsWith("\n");
    const shown = isAtBegin ? text.replace(keepsLines ? /^$/ : /^[^\S\n]+/, "") : text;
    if (shown === "") return;
    const isBold = open.some((tag) => BOLD.has(tag));
    const isCode = open.some((tag) => CODE.has(tag));
    const href = hrefs.at(-1);
    runs.push({ text: shown, ...(isBold && { isBold }), ...(isCode && { isCode }), ...(href && { href }) });
  };
  const breakLine = () => {
    if (runs.length > 0 && !runs.at(-1)?.text.endsWith("\n")) runs.push({ text: "\n" });
  };
  for (const [token, slash, name, attributes] of html.matchAll(TOKEN)) {
    const tag = name?.toLowerCase();
    if (tag === undefined) {
      if (token.startsWith("<!") || open.some((each) => UNSEEN.has(each))) continue;
      const keeps = keepsLines || open.includes("pre");
      add(unescaped(keeps ? token : token.replace(/\s+/g, " ")));
      continue;
    }
    if (tag === "br") runs.push({ text: "\n" });
    if (LINES.has(tag)) breakLine();
    if (tag === "a") {
      if (slash) hrefs.pop();
      else hrefs.push(webAddress(unescaped(/\bhref="([^"]*)"/.exec(attributes)?.[1] ?? "")));
    }
    if (!slash) open.push(tag);
    else if (open.includes(tag)) open.length = open.lastIndexOf(tag);
  }
  return runs;
}

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
    if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : whole;
  });
}
