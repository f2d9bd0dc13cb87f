/** What vendors' markup looks like to people: runs of text. */
import { describe, expect, it } from "vitest";
import { readHtml } from "./read-html.ts";
import { readMarkdown } from "./read-markdown.ts";
import { readMrkdwn } from "./read-mrkdwn.ts";
import { showMessage } from "./show-message.ts";
import type { TextRun } from "./shown-message.ts";

/** `plain`, `*bold*`, `` `code` ``, `text -> address`. */
function written(runs: readonly TextRun[]): string[] {
  return runs.map(({ text, isBold, isCode, href }) => {
    const look = isBold ? `*${text}*` : isCode ? `\`${text}\`` : text;
    return href === undefined ? look : `${look} -> ${href}`;
  });
}

describe("markup is read", () => {
  it.each([
    ["a *b c* d", ["a ", "*b c*", " d"]],
    ["<http://x/?a=1&amp;b|Trace> &lt;b&gt;", ["Trace -> http://x/?a=1&b", " <b>"]],
    [":red_circle: 2 * 3 * 4", ["🔴 2 * 3 * 4"]],
    ["<javascript:alert(1)|go>", ["go"]],
    ["`code` <@U1>", ["`code`", " ", "@U1"]],
  ])("of Slack: %s", (text, runs) => expect(written(readMrkdwn(text))).toEqual(runs));

  it.each([
    ["**a \\*b\\*** c\\_d", ["*a *b**", " c_d"]],
    ["[Trace \\[1\\]](https://x/1) · [no](data:x)", ["Trace [1] -> https://x/1", " · ", "no"]],
    ["a ** b", ["a ** b"]],
    ["`x\\y`", ["`x\\y`"]],
  ])("of Markdown: %s", (text, runs) => expect(written(readMarkdown(text))).toEqual(runs));

  it.each([
    ['<b>a &amp; b</b>\n<a href="https://x/?a=1&amp;b=2">T</a>', ["*a & b*", "\n", "T -> https://x/?a=1&b=2"]],
    ["<script>x</script>a<style>b</style>", ["a"]],
    ["&#128308; &#x3c;i&#62; &nope;", ["🔴 <i> &nope;"]],
  ])("of HTML: %s", (text, runs) => expect(written(readHtml(text, true))).toEqual(runs));

  it("of a mail: its lines are those of its paragraphs", () => {
    const html =
      "<!doctype html><html><head><title>t</title></head><body>\n <h3>A</h3>\n<p>b\n c</p><pre>d\n e</pre></body></html>";
    expect(
      readHtml(html, false)
        .map(({ text }) => text)
        .join(""),
    ).toBe("A\nb c\nd\n e\n");
  });
});

describe("a message", () => {
  it("of which nobody knows the form is shown as it is sent", () => {
    for (const [kind, body] of [
      ["webhook", '{"a":1}'],
      ["slack", "not JSON"],
      ["slack", "[1, null]"],
      ["discord", '{"embeds":"none"}'],
    ])
      expect(showMessage(kind, [{ headers: {}, body }], false).blocks).toEqual([
        { kind: "code", runs: [{ text: body }] },
      ]);
    expect(showMessage("slack", [], false).blocks).toEqual([]);
  });

  it("of Slack's older kind has its fields", () => {
    const attachment = {
      title: "T",
      title_link: "https://x/",
      fields: [{ title: "team", value: "shop" }],
      footer: "f",
    };
    const body = JSON.stringify({ text: "for screen readers", attachments: [attachment] });
    expect(showMessage("slack", [{ headers: {}, body }], true).blocks).toEqual([
      { kind: "heading", runs: [{ text: "T", href: "https://x/" }] },
      { kind: "fields", fields: [{ name: "team", value: "shop" }] },
      { kind: "text", runs: [{ text: "f" }] },
      { kind: "picture" },
    ]);
  });
});
