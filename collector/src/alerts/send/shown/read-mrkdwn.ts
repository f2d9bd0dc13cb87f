/** Slack's mrkdwn -> runs of text: *bold*, `code`, <address|name>, three entities, and the names of two emoji. */
import { webAddress, type TextRun } from "./shown-message.ts";

const PIECE = /<([^<>|\n]+)(?:\|([^<>\n]*))?>|`([^`\n]+)`|\*(?=\S)([^*\n]*[^\s*])\*/g;

export function readMrkdwn(text: string): TextRun[] {
  const runs: TextRun[] = [];
  let end = 0;
  const addPlain = (piece: string) => {
    if (piece !== "") runs.push({ text: unescaped(piece) });
  };
  for (const match of text.matchAll(PIECE)) {
    addPlain(text.slice(end, match.index));
    end = match.index + match[0].length;
    const [, address, name, code, bold] = match;
    if (address !== undefined) runs.push({ text: unescaped(name ?? address), href: webAddress(unescaped(address)) });
    else if (code !== undefined) runs.push({ text: unescaped(code), isCode: true });
    else runs.push({ text: unescaped(bold), isBold: true });
  }
  addPlain(text.slice(end));
  return runs;
}

const EMOJI: Readonly<Record<string, string>> = { ":red_circle:": "🔴", ":white_check_mark:": "✅" };

export function withEmoji(text: string): string {
  return text.replace(/:(?:red_circle|white_check_mark):/g, (name) => EMOJI[name]);
}

function unescaped(text: string): string {
  return withEmoji(text).replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
