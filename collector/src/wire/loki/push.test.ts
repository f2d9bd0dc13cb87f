import { describe, expect, it } from "vitest";
import { describeLogs } from "../../../test/kit/describe-logs.ts";
import { encodePush, type LokiStream } from "../../../test/kit/loki-push.ts";
import { DecodeError } from "../../base/errors.ts";
import { decodePushJson } from "./push-json.ts";
import { decodePushProtobuf } from "./push-protobuf.ts";
import type { PushRequest } from "./push-records.ts";

const NOW = 1_800_000_000_000_000_000n;
const OPTIONS = { now: NOW, useEntryTime: true };
const fromText = (text: string) => decodePushJson(Buffer.from(text), OPTIONS);
const json = (value: unknown) => fromText(JSON.stringify(value));

/** The same push in both encodings. */
const BOTH: readonly [string, (streams: readonly LokiStream[]) => PushRequest][] = [
  ["JSON", (streams) => json({ streams })],
  ["protobuf", (streams) => decodePushProtobuf(encodePush(streams), OPTIONS)],
];

describe.each(BOTH)("a push in %s", (_, push) => {
  const one = (stream: Record<string, string>, line = "x", metadata?: Record<string, string>) =>
    describeLogs(
      push([{ stream, values: [["1700000000000000001", line, ...(metadata ? [metadata] : [])] as never] }]).batch,
    )[0];

  it("keeps times, lines and the order of entries", () => {
    const values: [string, string][] = [
      ["1700000000000000009", "second, says its time"],
      ["1700000000000000001", 'with "quotes", \\ and \n, é, \u{1F600} and \u001b[31m'],
      ["1700000000000000001", ""],
    ];
    const { batch, rejected } = push([{ stream: { job: "a" }, values }]);
    expect(rejected).toBe(0);
    expect(describeLogs(batch).map(({ time, body }) => [time, body])).toEqual(values);
    expect(describeLogs(batch)[0].observedTime).toBe("0");
  });

  it("makes resource attributes of labels", () => {
    expect(
      one({ service_name: "shop", deployment_environment_name: "prod", k8s_namespace_name: "web", team: "x" }).resource,
    ).toEqual({
      "service.name": "shop",
      "deployment.environment.name": "prod",
      "k8s.namespace.name": "web",
      team: "x",
    });
  });

  it("finds a service's name as Loki does", () => {
    const check = (labels: Record<string, string>, name: unknown) =>
      expect(one(labels).resource).toEqual({ ...(name !== undefined && { "service.name": name }), ...labels });
    check({ job: "j", container: "c" }, "c");
    check({ job: "j", app: "a", container: "c" }, "a");
    check({ job: "j", app: "" }, "j");
    check({ filename: "/var/log/x" }, undefined);
  });

  it("gives records the level their stream has, or their metadata, or their line", () => {
    const level = (...of: Parameters<typeof one>) => {
      const { severityNumber, severityText, attributes } = one(...of);
      return [severityNumber, severityText, attributes];
    };
    expect(level({ app: "a", level: "warn" })).toEqual([13, "warn", { level: "warn" }]);
    expect(one({ app: "a", level: "warn" }).resource).not.toHaveProperty("level");
    expect(level({ app: "a", detected_level: "error" })).toEqual([17, "error", {}]);
    expect(level({ app: "a", level: "warn" }, "x", { level: "ERROR" })).toEqual([17, "ERROR", { level: "ERROR" }]);
    expect(level({ app: "a" }, "ERROR: gone")).toEqual([17, "", {}]);
    expect(level({ app: "a" }, '{"level":"debug"}')).toEqual([5, "", {}]);
    expect(level({ app: "a", level: "odd" }, "ERROR")).toEqual([0, "odd", { level: "odd" }]);
  });

  it("makes attributes and ids of structured metadata", () => {
    const [trace, span] = ["0af7651916cd43dd8448eb211c80319c", "B7AD6B7169203331"];
    const found = one({ app: "a" }, "x", { trace_id: trace, spanId: span, "user.id": "7", é: "ü" });
    expect(found).toMatchObject({ traceId: trace, spanId: span.toLowerCase(), attributes: { "user.id": "7", é: "ü" } });
    const wrong = { trace_id: "no", span_id: "0000000000000000" };
    expect(one({ app: "a" }, "x", wrong)).toMatchObject({ traceId: "", spanId: "", attributes: wrong });
  });

  it("takes streams of equal resource together", () => {
    const { batch } = push([
      { stream: { app: "a", level: "info" }, values: [["1", "1"]] },
      { stream: { app: "b" }, values: [["2", "2"]] },
      { stream: { app: "a", level: "error" }, values: [["3", "3"]] },
    ]);
    expect(batch.groups).toHaveLength(2);
    expect(describeLogs(batch).map(({ body, severityNumber }) => [body, severityNumber])).toEqual([
      ["1", 9],
      ["3", 17],
      ["2", 0],
    ]);
  });

  it("refuses a stream without labels and a time that is none, and keeps the rest", () => {
    const { batch, rejected, message } = push([
      { stream: {}, values: [["1", "a"]] },
      { stream: { app: "a" }, values: [["-1", "b"], ["2", "c"]] }, // prettier-ignore
    ]);
    expect(describeLogs(batch).map(({ body }) => body)).toEqual(["c"]);
    expect([rejected, message]).toEqual([2, "error at least one label pair is required per stream"]);
  });

  it("observes what has no time of its own now", () => {
    const { batch } = push([{ stream: { app: "a" }, values: [["0", "a"]] }]);
    expect(describeLogs(batch)[0]).toMatchObject({ time: "0", observedTime: String(NOW) });
  });

  it("may be empty", () => {
    expect(push([]).batch.count).toBe(0);
    expect(push([{ stream: { app: "a" }, values: [] }]).batch.count).toBe(0);
  });
});

describe("a push in JSON", () => {
  it("may have its members in any order, others besides, and numbers for times", () => {
    const { batch } = fromText(
      ' {"x":[{}],"streams":[{"values":[[1700000000000000001,"l",null,{"a":"b"}]],"y":1,"stream":{"app":"a","n":5,"no":null}}]} ',
    );
    expect(describeLogs(batch)[0]).toMatchObject({
      time: "1700000000000000001",
      resource: { app: "a", n: "5" },
      attributes: { a: "b" },
    });
    expect(fromText('{"streams":null}').batch.count).toBe(0);
    expect(fromText("{}").batch.count).toBe(0);
  });

  it("keeps what is no UTF-8 and lone surrogates as replacement characters", () => {
    const bytes = Buffer.concat([
      Buffer.from('{"streams":[{"stream":{"app":"a"},"values":[["1","<'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('>"],["1","<\\ud800>"]]}]}'),
    ]);
    const { batch } = decodePushJson(bytes, OPTIONS);
    expect(describeLogs(batch).map(({ body }) => body)).toEqual(["<\ufffd\ufffd>", "<\ufffd>"]);
  });

  it("that is wrong is refused with the place", () => {
    const check = (text: string, message: RegExp) => {
      expect(() => fromText(text)).toThrow(DecodeError);
      expect(() => fromText(text)).toThrow(message);
    };
    check("", /at byte 0/);
    check("[]", /at byte 0/);
    check('{"streams":{}}', /at byte 11/);
    check('{"streams":[{"stream":{"a":{}},"values":[]}]}', /at byte 27/);
    check('{"streams":[{"stream":{"a":"b"},"values":[["x","y"]]}]}', /at byte 43/);
    check('{"streams":[{"stream":{"a":"b"},"values":[["1"]]}]}', /at byte 46/);
    check('{"streams":[{"stream":{"a":"b"},"values":[["1","y"]]}', /at byte 53/);
    check('{"streams":[]} x', /at byte 15/);
    check(`{"streams":${"[".repeat(100_000)}`, /at byte 12/);
  });
});

describe("a push in protobuf", () => {
  it("that is wrong is refused", () => {
    const check = (bytes: Uint8Array, message: RegExp) =>
      expect(() => decodePushProtobuf(bytes, OPTIONS)).toThrow(message);
    check(
      encodePush([{ stream: "{app=", values: [["1", "x"]] }]),
      /error parsing labels: .* at character 6: expected a value/,
    );
    check(encodePush([{ stream: "{app='x'}", values: [] }]), /expected a value in quotes/);
    check(encodePush([{ stream: "", values: [] }]), /expected {/);
    check(encodePush([{ stream: { app: "a" }, values: [["1", "x"]] }]).subarray(0, -1), /cannot decode protobuf/);
    check(Uint8Array.of(0x08, 1), /wire type 0/);
  });

  it("has labels quoted as Go quotes them", () => {
    const labels = '{ a="b\\n\\"\\x41\\u00e9\\\\", c=`raw\\n`, d="",}';
    const { batch } = decodePushProtobuf(encodePush([{ stream: labels, values: [["1", "x"]] }]), OPTIONS);
    expect(describeLogs(batch)[0].resource).toEqual({ a: 'b\n"Aé\\', c: "raw\\n", d: "" });
  });

  it("keeps bytes of a line that are no UTF-8", () => {
    const { batch } = decodePushProtobuf(
      encodePush([{ stream: { app: "a" }, values: [["1", Buffer.from([0x61, 0xff, 0])]] }]),
      OPTIONS,
    );
    const body = batch.bytes.subarray(batch.bodyOffset[0], batch.bodyOffset[0] + batch.bodyLength[0]);
    expect([...body]).toEqual([0x0a, 3, 0x61, 0xff, 0]);
  });
});
