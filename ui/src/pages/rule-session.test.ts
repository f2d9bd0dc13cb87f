/** A rule file being edited: whatever comes while an answer is on its way, no text is lost, and none goes into another file. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { WireRuleFile } from "goldspan/contract";
import { keepRuleDraft, readRuleDraft } from "../state/rule-drafts.ts";
import { RuleSession } from "./rule-session.ts";

const fileOf = (name: string, text: string, version = "1"): WireRuleFile => ({ name, origin: "ui", text, version });

/** Answers of saving, by hand. */
let answer: (file: WireRuleFile) => void;
let sent: { path: string; body: { text: string; version: string } }[];

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  vi.stubGlobal("window", { setTimeout: () => 0, clearTimeout: () => undefined });
  sent = [];
  vi.stubGlobal(
    "fetch",
    (path: string, { body }: { body: string }) =>
      new Promise<Response>((resolve) => {
        sent.push({ path, body: JSON.parse(body) as { text: string; version: string } });
        answer = (file) => resolve(Response.json(file));
      }),
  );
});
afterEach(() => vi.unstubAllGlobals());

function open(file?: WireRuleFile): RuleSession {
  const session = new RuleSession({ requestUpdate: () => undefined } as unknown as ConstructorParameters<
    typeof RuleSession
  >[0]);
  session.open(file);
  return session;
}

test("what is typed while it is saved stays a draft of what was saved", async () => {
  const session = open(fileOf("mine", "groups: []\n"));
  session.change("groups: [] # a\n");
  const saved = session.save("");
  session.change("groups: [] # ab\n");
  answer(fileOf("mine", "groups: [] # a\n", "2"));
  expect(await saved).toBe(true);
  expect([session.text, session.isChanged, session.version]).toEqual(["groups: [] # ab\n", true, "2"]);
  expect(readRuleDraft("mine")).toEqual({ text: "groups: [] # ab\n", version: "2" });
});

test("a file that is opened while another is saved stays itself, with its draft", async () => {
  const session = open(fileOf("a", "groups: []\n"));
  session.change("groups: [] # a\n");
  const saved = session.save("");
  keepRuleDraft("b", { text: "groups: [] # mine\n", version: "7" });
  session.open(fileOf("b", "groups: [] # b\n", "7"));
  answer(fileOf("a", "groups: [] # a\n", "2"));
  expect(await saved).toBe(false);
  expect([session.name, session.text, session.version, session.isBusy]).toEqual([
    "b",
    "groups: [] # mine\n",
    "7",
    false,
  ]);
  expect([readRuleDraft("a"), readRuleDraft("b")?.text]).toEqual([undefined, "groups: [] # mine\n"]);
  void session.save("");
  await expect
    .poll(() => sent.map(({ path, body }) => [path.split("/").at(-1), body.version]))
    .toEqual([
      ["a", "1"],
      ["b", "7"],
    ]);
});

test("a copy does not take the place of a new file that is not saved", () => {
  const session = open();
  session.begin("groups: [] # copy\n");
  expect(session.text).toBe("groups: [] # copy\n");
  session.open(undefined);
  session.begin("groups: [] # other\n");
  expect([session.text, readRuleDraft("")?.text]).toEqual(["groups: [] # copy\n", "groups: [] # copy\n"]);
  expect(session.complaint).toContain("not saved yet");
});
