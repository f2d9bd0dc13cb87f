/** The Markdown of Discord, Mattermost and Adaptive Cards -> runs of text: **bold**, `code`, [name](address), and what is escaped. */
import { withEmoji } from "./read-mrkdwn.ts";
import { webAddress, type TextRun } from "./shown-message.ts";

const PIECE = /\\([\\`*_~|[\]<>#])|\[((?:\\.|[^\]\\])+)\]\(([^()\s]+)\)|`([^`\n]+)`|\*\*((?:\\.|[^*\\])+)\*\*/g;

export function readMarkdown(text: string): TextRun[] {
  const runs: TextRun[] = [];
  let end = 0;
  let waiting = "";
  const flush = () => {
    if (waiting !== "") runs.push({ text: withEmoji(waiting) });
    waiting = "";
  };
  for (const match of text.matchAll(PIECE)) {
    waiting += text.slice(end, match.index);
    end = match.index + match[0].length;
    const [, escaped, name, address, code, bold] = match;
    if (escaped !== undefined) {
      waiting += escaped;
      continue;
    }
    flush();
    if (name !== undefined) runs.push({ text: unescaped(name), href: webAddress(address) });
    else if (code !== undefined) runs.push({ text: code, isCode: true });
    else runs.push({ text: unescaped(bold), isBold: true });
  }
  waiting += text.slice(end);
  flush();
  return runs;
}

function unescaped(text: string): string {
  return withEmoji(text.replace(/\\([\\`*_~|[\]<>#])/g, "$1"));
}
