import { expect, test } from "vitest";
import { attributesOf, logBatch, logsOf, spanBatch, spansOf, type Plain } from "../../../test/kit/batches.ts";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { encodeKeyValue } from "../../wire/otlp/any-value.ts";
import { redactionConfig } from "./config.ts";
import { redactionProcessor } from "./factory.ts";
import { RedactionRules } from "./redaction-rules.ts";
import { createVerdicts } from "./verdicts.ts";

await redactionProcessor.load?.();

function create(yaml: string) {
  const sinks = createSinks();
  const processor = redactionProcessor.create(testSettings(), readConfig(redactionConfig, yaml), sinks);
  return {
    async spans(batch: SpanBatch): Promise<SpanBatch> {
      await processor.traces?.consume(batch);
      return sinks.traces.batches.at(-1) as SpanBatch;
    },
    async logs(batch: LogBatch): Promise<LogBatch> {
      await processor.logs?.consume(batch);
      return sinks.logs.batches.at(-1) as LogBatch;
    },
  };
}

type Attributes = Record<string, Plain>;

/** A span's attributes afterwards; `expected` undefined = the batch must come back as it is. */
async function check(yaml: string, attributes: Attributes, expected: Attributes | undefined): Promise<void> {
  const batch = spanBatch({ records: [{ attributes }] });
  const result = await create(yaml).spans(batch);
  if (expected === undefined) expect(result, yaml).toBe(batch);
  else expect(attributesOf(result), yaml).toEqual([expected]);
}

const CARD = "4111111111111111";
const CARDS = 'allow_all_keys: true, blocked_values: ["4[0-9]{12}(?:[0-9]{3})?"]';

test("keys that are not allowed are removed, and an empty list allows none", async () => {
  await check("allowed_keys: [a, b]", { a: 1, b: "x", c: "y" }, { a: 1, b: "x" });
  await check("allowed_keys: [a]", { a: 1 }, undefined);
  await check("", { a: 1, b: 2 }, {});
  await check("allow_all_keys: true", { a: 1, b: 2 }, undefined);
});

test("blocked values are masked inside texts", async () => {
  await check(`{${CARDS}}`, { note: `card ${CARD}, again ${CARD}` }, { note: "card ****, again ****" });
  await check(`{${CARDS}}`, { note: "no card" }, undefined);
  await check(`{${CARDS}}`, { list: ["a", CARD, { inner: CARD }] }, { list: ["a", "****", { inner: "****" }] });
});

test("numbers are looked at only when asked for", async () => {
  await check(`{${CARDS}}`, { card: Number(CARD) }, undefined);
  await check(`{${CARDS}, redact_all_types: true}`, { card: Number(CARD), n: 5 }, { card: "****", n: 5 });
});

test("blocked keys are masked whole, also inside maps", async () => {
  const yaml = "{allow_all_keys: true, blocked_key_patterns: [token, .*password.*]}";
  await check(yaml, { api_token: "abc", n: 1 }, { api_token: "****", n: 1 });
  await check(yaml, { password_count: 3 }, { password_count: "****" });
  await check(yaml, { body: { user: "jo", password: "x" } }, { body: { user: "jo", password: "****" } });
});

test("ignored keys pass, and allowed values win over blocked ones", async () => {
  await check(
    `{ignored_keys: [a], ignored_key_patterns: ["^safe\\\\."], blocked_values: ["."]}`,
    { a: "x", "safe.b": "y", c: "z" },
    { a: "x", "safe.b": "y" },
  );
  const mail =
    '{allow_all_keys: true, blocked_values: ["\\\\S+@\\\\S+"], allowed_values: ["@example\\\\.com$"], blocked_key_patterns: [^mail2$]}';
  await check(mail, { mail: "jo@example.com" }, undefined);
  await check(mail, { mail: "jo@example.org", mail2: "x@example.com" }, { mail: "****", mail2: "x@example.com" });
});

test("hashes take the place of what is masked", async () => {
  const hash = async (name: string, expected: string, more = "") =>
    check(
      `{allow_all_keys: true, blocked_values: [secret], hash_function: ${name}${more}}`,
      { a: "a secret" },
      { a: `a ${expected}` },
    );
  await hash("md5", "5ebe2294ecd0e0f08eab7690d2a6ee69");
  await hash("sha1", "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4");
  await hash("sha3", "f5a5207a8729b1f709cb710311751eb2fc8acad5a1fb8ac991b736e69b6529a3");
  await hash("hmac-sha256", "25cf3c44c8f39313e8cbf7c23e22fe8b2ee8b288ee5206b0a6397583a1f7f0ef", ", hmac_key: key");
});

test("the summary says what was done, in counts or with keys", async () => {
  const rules = 'allowed_keys: [a, b, mail], ignored_keys: [i], blocked_values: ["x"], allowed_values: ["ok"]';
  const attributes = { a: "x", b: "y", c: "z", d: "z", i: "x", mail: "x ok" };
  const left = { a: "****", b: "y", i: "x", mail: "x ok" };
  const counts = {
    "redaction.redacted.count": 2,
    "redaction.masked.count": 1,
    "redaction.allowed.count": 1,
    "redaction.ignored.count": 1,
  };
  await check(`{${rules}}`, attributes, left);
  await check(`{${rules}, summary: info}`, attributes, { ...left, ...counts });
  await check(`{${rules}, summary: debug}`, attributes, {
    ...left,
    ...counts,
    "redaction.redacted.keys": "c,d",
    "redaction.masked.keys": "a",
    "redaction.allowed.keys": "mail",
  });
  const earlier = { a: "x", "redaction.masked.keys": "old", "redaction.masked.count": 2 };
  await check('{allow_all_keys: true, blocked_values: ["x"], summary: debug}', earlier, {
    a: "****",
    "redaction.masked.keys": "a,old",
    "redaction.masked.count": 3,
  });
});

test("resources, scopes, events and links are redacted as well", async () => {
  const secret = { note: CARD };
  const batch = spanBatch({
    resource: secret,
    scope: { name: "lib", attributes: secret },
    records: [
      {
        attributes: secret,
        events: [{ name: "e", attributes: secret }],
        links: [{ spanId: "00000000000000bb", attributes: secret }],
      },
    ],
  });
  const result = await create(`{${CARDS}}`).spans(batch);
  const [span] = spansOf(result);
  const masked = { note: "****" };
  expect(span).toMatchObject({ resource: masked, scope: { name: "lib", attributes: masked }, attributes: masked });
  expect([span.events[0].attributes, span.links[0].attributes]).toEqual([masked, masked]);
  expect(result.received).toBeUndefined();
  // Nothing of it is left in what a store would write.
  expect(JSON.stringify(spansOf(result))).not.toContain(CARD);
});

/** A log body afterwards, and the attributes. */
async function checkBody(yaml: string, body: Plain, expected: Plain, attributes: Attributes = {}): Promise<void> {
  const [record] = logsOf(await create(yaml).logs(logBatch({ records: [{ body }] })));
  expect([record.body, record.attributes], yaml).toEqual([expected, attributes]);
}

test("log bodies are redacted by their text, maps by their keys at every level", async () => {
  await checkBody(`{${CARDS}}`, `paid with ${CARD}`, "paid with ****");
  await checkBody(`{${CARDS}}`, Number(CARD), "****");
  await checkBody(
    "allowed_keys: [user, deep]",
    { user: "jo", mail: "x", deep: { user: 1, mail: 2 } },
    { user: "jo", deep: { user: 1 } },
  );
  await checkBody(
    `{${CARDS}, blocked_key_patterns: [pass]}`,
    { a: { pass: "x" }, list: [CARD] },
    { a: { pass: "****" }, list: ["****"] },
  );
  await checkBody("{ignored_keys: [raw], blocked_values: [x]}", { raw: { any: "x" } }, { raw: { any: "x" } });
  await checkBody(
    `{${CARDS}, summary: debug}`,
    { a: [CARD] },
    { a: ["****"] },
    { "redaction.body.masked.keys": "a.[0]", "redaction.body.masked.count": 1 },
  );
});

test("a batch in which nothing is found stays the very same object", async () => {
  const logs = logBatch({
    resource: { a: "b" },
    records: [{ body: { text: "fine" }, attributes: { n: [1, 2.5, null, NaN] } }, { body: "fine" }, {}],
  });
  expect(await create(`{${CARDS}, redact_all_types: true, summary: debug}`).logs(logs)).toBe(logs);
});

test("a verdict is the same the second time, and after the memory was emptied", () => {
  const verdicts = createVerdicts(new RedactionRules(readConfig(redactionConfig, `{${CARDS}}`)), 10);
  const masked = encodeKeyValue("note", "****");
  const long = encodeKeyValue("note", `${CARD}${"x".repeat(5000)}`);
  for (let round = 0; round < 50; round++) {
    const [card, fine] = [encodeKeyValue("note", CARD), encodeKeyValue("note", `fine ${round % 20}`)];
    expect(verdicts.get(card, 0, card.length).change).toEqual(masked);
    expect(verdicts.get(fine, 0, fine.length).change).toBeUndefined();
    expect(verdicts.get(long, 0, long.length).change).toEqual(encodeKeyValue("note", `****${"x".repeat(5000)}`));
  }
});

test("a mistake in the configuration is said", () => {
  const issues = (yaml: string) => tryConfig(redactionConfig, yaml).issues;
  expect(issues("blocked_values: ['(']")[0]).toContain("blocked_values[0]: expected a regular expression");
  expect(issues("hash_function: hmac-sha256")).toEqual(["hmac_key: is required for hash_function hmac-sha256"]);
  expect(issues("hash_function: crc")[0]).toContain("hash_function: expected one of");
  expect(issues("url_sanitizer: {enabled: true}")[0]).toContain("url_sanitizer: is not supported");
  expect(issues("db_sanitizer: {sql: {enabled: true}}")[0]).toContain("db_sanitizer: is not supported");
  expect(issues("url_sanitizer: {enabled: false}")).toEqual([]);
});
