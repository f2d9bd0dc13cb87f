import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "../../../test/kit/fake-clock.ts";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createBearerTokenAuth } from "./bearer-token-auth.ts";
import { bearerTokenAuthConfig } from "./config.ts";

let clock: FakeClock;
let folder: string;
beforeEach(() => {
  clock = new FakeClock();
  folder = mkdtempSync(join(tmpdir(), "goldspan-token-"));
});
afterEach(() => {
  clock.restore();
  rmSync(folder, { recursive: true });
});

function create(yaml: string) {
  const settings = testSettings("extension", "bearertokenauth");
  const extension = createBearerTokenAuth(settings, readConfig(bearerTokenAuthConfig, yaml));
  return {
    settings,
    extension,
    ask: (headers: Record<string, string | string[]>) => extension.authenticator?.authenticate(headers),
  };
}

/** @param expected undefined = let in, else what is said */
function check(yaml: string, headers: Record<string, string | string[]>, expected: string | undefined): void {
  expect(create(yaml).ask(headers)).toBe(expected);
}

test("lets in who sends the token", () => {
  check("token: s3cret", { authorization: "Bearer s3cret" }, undefined);
  check("token: s3cret", { authorization: "bearer s3cret" }, undefined);
  check("token: s3cret", { authorization: ["Bearer s3cret"] }, undefined);
  check("tokens: [one, two]", { authorization: "Bearer two" }, undefined);
  check('{scheme: "", token: s3cret, header: X-Api-Key}', { "x-api-key": "s3cret" }, undefined);
  check("{scheme: Token, token: s3cret}", { authorization: "Token s3cret" }, undefined);
});

test("refuses everyone else, without repeating what was sent", () => {
  check("token: s3cret", {}, "the header Authorization is missing");
  check("token: s3cret", { authorization: "" }, "the header Authorization is missing");
  for (const sent of ["Bearer wrong", "Bearer s3cre", "Bearer s3cret ", "Basic s3cret", "s3cret", "Bearer"])
    check("token: s3cret", { authorization: sent }, "the header Authorization holds no valid Bearer");
});

test("reads a token file, and reads it again when it has changed", async () => {
  const file = join(folder, "tokens");
  writeFileSync(file, "one\ntwo\n");
  const { extension, settings, ask } = create(`filename: ${file}`);
  await extension.start?.();
  const bearer = (token: string) => ask({ authorization: `Bearer ${token}` });
  expect([bearer("one"), bearer("two"), bearer("")]).toEqual([undefined, undefined, expect.any(String)]);
  writeFileSync(file, "three");
  // It is looked at once a second.
  expect(bearer("three")).toEqual(expect.any(String));
  await clock.advance(1000);
  expect([bearer("three"), bearer("one")]).toEqual([undefined, expect.any(String)]);
  rmSync(file);
  await clock.advance(1000);
  expect(bearer("three")).toBeUndefined();
  expect(settings.lines.map(({ msg }) => msg)).toEqual([
    "read the token file again",
    "cannot use the token file; the tokens read before stay",
  ]);
});

test("does not start without its tokens", async () => {
  await expect(create(`filename: ${folder}/none`).extension.start?.()).rejects.toThrow("cannot read the token file");
  writeFileSync(join(folder, "empty"), "\n");
  await expect(create(`filename: ${folder}/empty`).extension.start?.()).rejects.toThrow("it holds no token");
});

test("placeholders of examples are no tokens, wherever they stand", async () => {
  const said = "is the placeholder of an example, which everybody knows; openssl rand -hex 32 makes a good one";
  const issues = (yaml: string) => tryConfig(bearerTokenAuthConfig, yaml).issues;
  for (const token of [
    "replace-this-with-a-long-random-text",
    "CHANGE_ME",
    "changeme",
    "your-otlp-token",
    "<token>",
    "xxxxxxxx",
  ])
    expect(issues(`token: ${token}`)).toEqual([`token: ${said}`]);
  expect(issues("tokens: [a, change-me]")).toEqual([`tokens: ${said}`]);
  for (const token of ["s3cret", "youre-right", "xylophone-of-ours", "exchange-me", "a".repeat(64)])
    expect(issues(`token: ${token}`)).toEqual([]);
  const file = join(folder, "tokens");
  writeFileSync(file, "one\nreplace-this\n");
  await expect(create(`filename: ${file}`).extension.start?.()).rejects.toThrow(`"${file}": a token in it ${said}`);
});

test("a mistake in the configuration is said", () => {
  expect(tryConfig(bearerTokenAuthConfig, "").issues[0]).toContain("needs a token");
  expect(tryConfig(bearerTokenAuthConfig, "{token: a, tokens: [b]}").issues).toEqual([
    "tokens: stands beside token; keep one of them",
  ]);
  expect(tryConfig(bearerTokenAuthConfig, 'tokens: ["", a]').issues).toEqual(["tokens: holds an empty token"]);
});
