/** Template files, default templates, and what a template cannot do. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startChatServer } from "../../../../test/kit/chat-server.ts";
import { startSending } from "../../../../test/kit/sending.ts";
import type { Notification } from "../../channels/notification.ts";
import { sampleNotification } from "../sample-notification.ts";
import { DEFAULT_TEMPLATES } from "./default-templates.ts";
import { TemplateSet } from "./template-set.ts";

const NOW = Date.parse("2026-08-03T10:00:00Z");
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "templates-"));
  open.push(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const notification: Notification = sampleNotification("team & more", "https://gs.example.com", NOW);
const defaults = new TemplateSet(new Map());

describe("the default templates", () => {
  const names = [...DEFAULT_TEMPLATES.matchAll(/define "([^"]+)"/g)].map(([, name]) => name);

  it.each(names.filter((name) => !name.includes("alert_text")))(
    "%s says something of a notification, or nothing",
    (name) => {
      const text = defaults.render(`{{ template ${JSON.stringify(name)} . }}`, notification, NOW);
      expect(text).not.toContain("<no value>");
      if (/(?:title|subject|summary|message|description|(?<!pre)text|list|html|entity_display_name)$/i.test(name))
        expect(text).toContain("TestOfThisChannel");
    },
  );

  it.each<[string, string]>([
    ["__subject", "[FIRING:1] TestOfThisChannel (true, checkout, info, POST /pay)"],
    ["slack.default.title", "[FIRING:1] TestOfThisChannel (true, checkout, info, POST /pay)"],
    ["slack.default.titlelink", "https://gs.example.com/alerts?receiver=team+%26+more"],
    ["slack.default.username", "Goldspan"],
    ["pagerduty.default.clientURL", "https://gs.example.com/alerts?receiver=team+%26+more"],
    ["mattermost.default.color", "#d03b3b"],
    ["jira.default.priority", "Low"],
  ])("%s is %j", (name, expected) => {
    expect(defaults.render(`{{ template "${name}" . }}`, notification, NOW)).toBe(expected);
  });

  it("hold the evidence, and escape it where it is HTML", () => {
    expect(defaults.render('{{ template "slack.default.text" . }}', notification, NOW)).toContain(
      "Service: checkout, operation: POST /pay",
    );
    const hostile = { ...notification, alerts: [{ ...notification.alerts[0], labels: { alertname: "<b>&" } }] };
    expect(defaults.render('{{ template "telegram.default.message" . }}', hostile, NOW)).toContain(
      "<b>&lt;b&gt;&amp;</b>",
    );
    expect(defaults.render('{{ template "email.default.html" . }}', hostile, NOW, true)).toContain(
      "<h3>&lt;b&gt;&amp; (firing)</h3>",
    );
  });
});

describe("template files", () => {
  it("of globs define templates, take the place of default ones, and use each other", () => {
    const folder = folderOf({
      "t/a.tmpl": '{{ define "mine" }}<{{ template "other" . }}>{{ end }}{{ define "__subject" }}S{{ end }}',
      "t/b.tmpl": '{{ define "other" }}{{ .Status }}{{ end }}',
      "t/c.txt": '{{ define "other" }}wrong{{ end }}',
    });
    const set = TemplateSet.load(["t/*.tmpl"], folder);
    expect(set.render('{{ template "mine" . }} {{ template "slack.default.title" . }}', notification, NOW)).toBe(
      "<firing> S",
    );
    expect(set.ownTemplate("__subject")).toBe("__subject");
    expect(set.ownTemplate("slack.default.title")).toBeUndefined();
  });

  it("that are broken or missing are named with the line", () => {
    const folder = folderOf({ "bad.tmpl": "a\n{{ end }}" });
    expect(() => TemplateSet.load(["bad.tmpl"], folder)).toThrow(
      /cannot load the template file .*bad\.tmpl: template: bad\.tmpl:2:/,
    );
    expect(() => TemplateSet.load(["none.tmpl"], folder)).toThrow(/cannot load the template file .*none\.tmpl: ENOENT/);
    expect(TemplateSet.load(["none*.tmpl"], folder).ownTemplate("a")).toBeUndefined();
  });

  it("that call what there is not cannot be loaded: no code, no files", () => {
    for (const text of ['{{ readFile "/etc/passwd" }}', "{{ .constructor.constructor }}{{ exec }}", '{{ env "HOME" }}'])
      expect(() => TemplateSet.load(["x.tmpl"], folderOf({ "x.tmpl": text }))).toThrow("not defined");
    expect(() => defaults.render("{{ .constructor }}", notification, NOW)).toThrow("can't evaluate field constructor");
    expect(() => defaults.render("{{ .CommonLabels.__proto__.constructor }}", notification, NOW)).toThrow();
  });

  it("that never end are stopped", () => {
    const set = TemplateSet.load(["x.tmpl"], folderOf({ "x.tmpl": '{{ define "a" }}{{ template "a" . }}{{ end }}' }));
    expect(() => set.render('{{ template "a" . }}', notification, NOW)).toThrow("exceeded maximum template depth");
  });
});

describe("a channel", () => {
  it("whose key is absent uses the template that the user's files define under its usual name", async () => {
    const server = await startChatServer();
    open.push(() => server.close());
    const folder = folderOf({
      "a.tmpl":
        '{{ define "slack.default.titlelink" }}https://mine/{{ .Status }}{{ end }}{{ define "__subject" }}Mine: {{ .GroupLabels.alertname }}{{ end }}',
    });
    const test = await startSending(`slack_configs: [{ api_url: '${server.url}' }]`, {
      head: "templates: ['*.tmpl']",
      folder,
    });
    await test.deliver({});
    await test.drain();
    expect(server.seen[0].json.text).toBe("Mine: HighErrors");
    expect(server.seen[0].body).toContain("<https://mine/firing|Open in Goldspan>");
  });

  it("whose template fails says it in its own words, and counts it", async () => {
    const server = await startChatServer();
    open.push(() => server.close());
    const test = await startSending(
      `webhook_configs: [{ url: '${server.url}', payload: { a: '{{ .CommonLabels.severity }}', b: ['{{ index .Alerts 5 }}'] } }]\n  discord_configs: [{ webhook_url: '${server.url}', title: '{{ .Nope }}' }]`,
    );
    await test.deliver({ index: 0 }, { index: 1 });
    await test.drain();
    const bodies = server.seen.map(({ json }) => json);
    expect(bodies.find((body) => body.version === "4")?.alerts).toHaveLength(1);
    expect(bodies.find((body) => body.embeds)?.embeds[0].title).toBe("[FIRING:1] HighErrors checkout");
    expect(test.lines.filter((line) => line.startsWith("a template failed"))).toHaveLength(2);
    expect(await test.samples("goldspan_alert_template_errors_total")).toHaveLength(2);
  });
});
