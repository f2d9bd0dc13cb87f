/** Escaping, one function for each kind of markup: what comes out is shown as the text that went in. */

/** Slack's mrkdwn knows three characters that must not stand for themselves. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export function escapeHtml(text: string): string {
  return escapeMrkdwn(text).replaceAll('"', "&quot;");
}

/** Discord, Mattermost and Adaptive Cards: whatever could begin markup. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_~|[\]<>#]/g, "\\$&");
}

/** An address inside <…|…>, (…) or "…". */
export function escapeUrl(url: string): string {
  return url.replace(
    /[\s<>|"'()\\]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

const VOID = new Set(["br"]);

/** At most `limit` runes of HTML: cut between tags and entities, and every open tag closed. */
export function limitHtml(html: string, limit: number): string {
  const tokens = html.match(/<\/?[a-zA-Z][^<>]*>|&#?\w+;|[\s\S]/gu) ?? [];
  const length = (text: string) => Array.from(text).length;
  if (length(html) <= limit) return html;
  const open: string[] = [];
  const closing = () =>
    open
      .toReversed()
      .map((tag) => `</${tag}>`)
      .join("");
  let kept = "";
  let size = 0;
  for (const token of tokens) {
    const tag = /^<(\/?)([a-zA-Z][\w-]*)/.exec(token);
    const opens = tag !== null && tag[1] === "" && !VOID.has(tag[2]);
    const reserve = length(closing()) + (opens ? tag[2].length + 3 : 0) + 1;
    if (size + length(token) + reserve > limit) break;
    kept += token;
    size += length(token);
    if (opens) open.push(tag[2]);
    else if (tag?.[1] === "/" && open.at(-1) === tag[2]) open.pop();
  }
  return `${kept}…${closing()}`;
}
