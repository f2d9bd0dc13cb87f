/** LogQL over a store of a few lines, engine and all: queries beside what they come to. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logBatch } from "../../../test/kit/batches.ts";
import { engines, type StoreUnderTest } from "../../../test/kit/stores.ts";
import { QueryError } from "../../base/errors.ts";
import { LimitError, openScope } from "../../base/work-scope.ts";
import { recordOf } from "../../model/labels.ts";
import { newCounts, parseQuery, runInstantMetric, runLogQuery, runRangeMetric } from "./engine.ts";

/** Seconds after this. */
const EPOCH = 1_700_000_000;
const nanos = (seconds: number) => BigInt(Math.round((EPOCH + seconds) * 1000)) * 1_000_000n;
const at = (seconds: number) => String(nanos(seconds));

const BATCHES = [
  logBatch(
    {
      resource: {
        "service.name": "checkout",
        "deployment.environment": "prod",
        "k8s.namespace.name": "shop",
        "k8s.pod.name": "checkout-1",
      },
      scope: { name: "cart", version: "1.0" },
      records: [
        {
          timeUnixNano: at(0),
          severityNumber: 9,
          severityText: "Info",
          body: "order 17 placed",
          attributes: { "http.status_code": 200, "user-agent": "curl/8" },
          traceId: "0af7651916cd43dd8448eb211c80319c",
          spanId: "b7ad6b7169203331",
        },
        {
          timeUnixNano: at(10),
          severityNumber: 17,
          body: "order 18 failed: timeout",
          attributes: { "http.status_code": 504 },
        },
        {
          timeUnixNano: at(20),
          severityNumber: 17,
          body: "order 19 failed: refused",
          attributes: { "http.status_code": 502 },
        },
        { timeUnixNano: at(30), body: "no level at all", attributes: { level: "x" } },
      ],
    },
    {
      resource: { "service.name": "api" },
      records: [
        {
          timeUnixNano: at(5),
          severityNumber: 9,
          body: '{"method":"GET","took":"120ms","size":"2KB","status":200,"user":{"id":7,"tags":["a"]}}',
        },
        {
          timeUnixNano: at(15),
          severityNumber: 13,
          body: '{"method":"POST","took":"1.5s","size":"10KB","status":500,"user":{"id":8}}',
        },
        {
          timeUnixNano: at(25),
          severityNumber: 9,
          body: '{"method":"GET","took":"80ms","size":"512","status":200,"big":12345678901234567890}',
        },
        { timeUnixNano: at(35), severityNumber: 9, body: "not json" },
      ],
    },
    {
      resource: { "service.name": "proxy" },
      records: [
        {
          timeUnixNano: at(2),
          severityText: "WARNING",
          body: 'level=warn method=GET path="/a b" took=5ms empty= flag',
        },
        { timeUnixNano: at(12), severityText: "odd", body: "level=info method=PUT path=/c took=15ms" },
        { timeUnixNano: at(22), severityNumber: 9, body: '10.1.2.3 - "GET /index" 200 0.5' },
        { timeUnixNano: at(32), severityNumber: 9, body: '192.168.0.7 - "POST /form" 404 1.5' },
        { timeUnixNano: at(42), severityNumber: 9, body: "\u001b[31mred\u001b[0m alert" },
      ],
    },
  ),
  logBatch({ records: [{ timeUnixNano: at(50), severityNumber: 21, body: "nobody's" }] }),
];

for (const { name, open } of engines())
  describe(`LogQL over ${name}`, () => {
    let store: StoreUnderTest;
    beforeAll(async () => {
      store = open();
      for (const batch of BATCHES) await store.writer.append(batch);
    });
    afterAll(() => store.close());

    const search = async (query: string, direction: "backward" | "forward" = "forward", limit = 100) => {
      const parsed = parseQuery(query);
      if (parsed.kind !== "logs") throw new Error("no log query");
      const range = { start: nanos(0), end: nanos(100) };
      return runLogQuery({ reader: store.reader, logs: parsed.logs, range, direction, limit }, newCounts());
    };
    /** Lines in order. */
    const lines = async (query: string, ...expected: string[]) =>
      expect(
        (await search(query)).map(({ line }) => line),
        query,
      ).toEqual(expected);
    /** How many, and when the first came: enough where lines are known. */
    const times = async (query: string, ...expected: number[]) =>
      expect(
        (await search(query)).map(({ timeNanos }) => Number(timeNanos / 1_000_000n) / 1000 - EPOCH),
        query,
      ).toEqual(expected);
    const labels = async (query: string, ...expected: Record<string, string>[]) =>
      expect(
        (await search(query)).map((found) => recordOf(found.labels)),
        query,
      ).toEqual(expected.map((one) => expect.objectContaining(one)));

    it("selects streams", async () => {
      await times('{service_name="checkout"}', 0, 10, 20, 30);
      await times('{service_name="nothing"}');
      await times('{service_name=~"check.*|proxy"}', 0, 2, 10, 12, 20, 22, 30, 32, 42);
      await times('{service_name=~"check"}');
      await times('{service_name!="checkout", service_name=~".+"}', 2, 5, 12, 15, 22, 25, 32, 35, 42, 50);
      await times('{service_name!~"checkout|api|proxy", detected_level=~".+"}', 50);
      await times('{service_name="unknown_service"}', 50);
      await times('{detected_level="error"}', 10, 20);
      await times('{detected_level="warn"}', 2, 15);
      await times('{detected_level="unknown"}', 12, 30);
      await times('{detected_level="fatal"}', 50);
      await times('{detected_level=~"error|fatal"}', 10, 20, 50);
      await times('{service_name="checkout", detected_level!="error"}', 0, 30);
      await times('{deployment_environment_name="prod"} |= "order"', 0, 10, 20);
      await times('{k8s_namespace_name="shop", service_name="checkout"}', 0, 10, 20, 30);
      await times('{service_name=~".+", k8s_namespace_name=""}', 2, 5, 12, 15, 22, 25, 32, 35, 42, 50);
      await times('{service_namespace="shop"}');
      // Not only stream labels select, though they alone make streams.
      await times('{k8s_pod_name="checkout-1"}', 0, 10, 20, 30);
    });

    it("filters lines", async () => {
      await times('{service_name="checkout"} |= "failed"', 10, 20);
      await times('{service_name="checkout"} |= "FAILED"');
      await times('{service_name="checkout"} |= "fail" != "timeout"', 20);
      await times('{service_name="checkout"} |= "timeout" or "refused"', 10, 20);
      await times('{service_name="checkout"} != "timeout" or "refused"', 0, 30);
      await times('{service_name="checkout"} |~ "order \\\\d+ (placed|failed)$"', 0);
      await times('{service_name="checkout"} |~ `(?i)ORDER 1[78]`', 0, 10);
      await times('{service_name="checkout"} !~ "1[78]"', 20, 30);
      await times('{service_name="checkout"} |= ""', 0, 10, 20, 30);
      await times('{service_name="checkout"} |> "order <_> failed: <_>"', 10, 20);
      await times('{service_name="checkout"} !> "order <_>"', 30);
      await times('{service_name="checkout"} |> "<_> placed"', 0);
      await times('{service_name="checkout"} |> "rder <_>"', 0, 10, 20);
      await times('{service_name="checkout"} |> "order <_> failed"');
      await times('{service_name="proxy"} |= ip("10.0.0.0/8")', 22);
      await times('{service_name="proxy"} |= ip("192.168.0.1-192.168.0.9")', 32);
      await times('{service_name="proxy"} != ip("10.0.0.0/8") |= "HTTP" or "/form"', 32);
      await times('{service_name="api"} |= `"method":"GET"`', 5, 25);
    });

    it("has what senders said beside the line as structured metadata", async () => {
      const [first] = await search('{service_name="checkout"} |= "17"');
      expect(recordOf(first.stream)).toEqual({
        service_name: "checkout",
        deployment_environment_name: "prod",
        k8s_namespace_name: "shop",
        detected_level: "info",
      });
      expect(recordOf(first.metadata)).toEqual({
        trace_id: "0af7651916cd43dd8448eb211c80319c",
        span_id: "b7ad6b7169203331",
        severity_text: "Info",
        severity_number: "9",
        scope_name: "cart",
        scope_version: "1.0",
        k8s_pod_name: "checkout-1",
        http_status_code: "200",
        user_agent: "curl/8",
      });
      await times('{service_name="checkout"} | trace_id="0af7651916cd43dd8448eb211c80319c"', 0);
      await times('{service_name=~".+"} | http_status_code="504"', 10);
      await times('{service_name=~".+"} | user_agent=~"curl.*"', 0);
      await times('{service_name=~".+"} | http_status_code>=500', 10, 20);
      await times(
        '{service_name=~".+"} | http_status_code>=500 and http_status_code<504 or severity_text="Info"',
        0,
        20,
      );
      await times('{service_name="checkout"} | http_status_code!="200"', 10, 20, 30);
      await times('{service_name="checkout"} | scope_name="cart" | severity_number="17"', 10, 20);
      // Members of a body are no metadata until a parser has run.
      await times('{service_name="api"} | method="GET"');
      await times('{service_name="api"} | method!="GET"', 5, 15, 25, 35);
    });

    it("parses JSON", async () => {
      await labels('{service_name="api"} | json | __error__="" | method="POST"', {
        method: "POST",
        status: "500",
        user_id: "8",
        took: "1.5s",
      });
      await times('{service_name="api"} | json | status=200', 5, 25);
      await times('{service_name="api"} | json | method > 5', 5, 15, 25);
      await labels('{service_name="api"} | json | method > 5 | method="POST"', { __error__: "LabelFilterErr" });
      await times('{service_name="api"} | json | __error__="" | status=200', 5, 25);
      await times('{service_name="api"} | json | __error__!=""', 35);
      await times('{service_name="api"} | json | took > 100ms | __error__=""', 5, 15);
      await times('{service_name="api"} | json | size >= 2KB | __error__=""', 5, 15);
      await times('{service_name="api"} | json | user_id="7"', 5);
      await labels('{service_name="api"} | json id="user.id", tag="user.tags[0]" | id="7"', { id: "7", tag: "a" });
      await labels('{service_name="api"} | json | big=~".+"', { big: "12345678901234567890" });
      await labels('{service_name="api"} |= "not json" | json', { __error__: "JSONParserErr" });
      await labels('{service_name="api"} |= "POST" | json | service_name_extracted=""', { service_name: "api" });
    });

    it("parses logfmt", async () => {
      await labels('{service_name="proxy"} | logfmt | method="GET"', { level: "warn", path: "/a b", took: "5ms" });
      await times('{service_name="proxy"} | logfmt | took > 10ms', 12);
      const [kept] = await search('{service_name="proxy"} | logfmt --keep-empty | method="GET"');
      expect(recordOf(kept.parsed)).toMatchObject({ level: "warn" });
      await labels('{service_name="proxy"} |= "level=warn" | logfmt p="path", method', { p: "/a b", method: "GET" });
      await times('{service_name="proxy"} | logfmt --strict | __error__="LogfmtParserErr"', 22, 32);
    });

    it("parses by expression and by pattern", async () => {
      await labels('{service_name="proxy"} | regexp `"(?P<verb>[A-Z]+) (?P<path>\\S+)"` | verb="POST"', {
        verb: "POST",
        path: "/form",
      });
      await labels(
        '{service_name="proxy"} | pattern `<ip> - "<verb> <path>" <code> <_>` | verb=~"GET|POST" | code="404"',
        { ip: "192.168.0.7", path: "/form", code: "404" },
      );
      await times('{service_name="proxy"} | pattern `<ip> - <_>` | ip=ip("10.0.0.0/8")', 22);
    });

    it("changes lines and labels", async () => {
      await lines(
        '{service_name="checkout"} |= "17" | line_format `{{.service_name | ToUpper}}: {{ .http_status_code }} {{ __line__ | trunc 5 }}`',
        "CHECKOUT: 200 order",
      );
      await lines('{service_name="proxy"} |= "alert" | decolorize', "red alert");
      await labels(
        '{service_name="checkout"} |= "17" | label_format svc=service_name, both="{{.scope_name}}-{{.k8s_pod_name}}"',
        { svc: "checkout", both: "cart-checkout-1" },
      );
      const [kept] = await search(
        '{service_name="checkout"} |= "17" | keep service_name, scope_name="cart", trace_id="other"',
      );
      expect(recordOf(kept.labels)).toEqual({ service_name: "checkout", scope_name: "cart" });
      const [dropped] = await search(
        '{service_name="checkout"} |= "17" | drop trace_id, span_id, severity_text=~"I.*", severity_number="0"',
      );
      expect(Object.keys(recordOf(dropped.metadata)).sort()).toEqual([
        "http_status_code",
        "k8s_pod_name",
        "scope_name",
        "scope_version",
        "severity_number",
        "user_agent",
      ]);
      await times('{service_name="checkout"} | line_format "x" |= "x" != "order"', 0, 10, 20, 30);
      await times('{service_name=~".+"} | distinct service_name', 0, 2, 5, 50);
      await labels('{service_name="checkout"} |= "17" | line_format "{{ div 1 0 }}"', {
        __error__: "TemplateFormatErr",
      });
    });

    it("gives the newest first, or the oldest, up to a limit", async () => {
      const of = async (direction: "backward" | "forward", limit: number) =>
        (await search('{service_name=~".+"}', direction, limit)).map(
          ({ timeNanos }) => Number(timeNanos / 1_000_000_000n) - EPOCH,
        );
      expect(await of("backward", 3)).toEqual([50, 42, 35]);
      expect(await of("forward", 3)).toEqual([0, 2, 5]);
      expect((await of("backward", 100)).length).toBe(14);
    });

    const instant = async (query: string, seconds: number, expected: Record<string, number>) => {
      const parsed = parseQuery(query);
      if (parsed.kind !== "metric") throw new Error("no metric query");
      const value = await runInstantMetric(
        { reader: store.reader, query: parsed, startNanos: nanos(seconds) },
        newCounts(),
      );
      if (value.type !== "vector") throw new Error(value.type);
      const found = value.samples.map((sample) => [
        textOf(recordOf(sample.labels)),
        Number(sample.value.toPrecision(10)),
      ]);
      expect(Object.fromEntries(found), query).toEqual(expected);
    };
    const textOf = (record: Record<string, string>) =>
      Object.entries(record)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");

    it("counts", async () => {
      await instant('sum by (service_name) (count_over_time({service_name=~".+"}[1m]))', 60, {
        "service_name=checkout": 3,
        "service_name=api": 4,
        "service_name=proxy": 5,
        "service_name=unknown_service": 1,
      });
      // A window has its end and not its begin.
      await instant('sum(count_over_time({service_name="checkout"}[10s]))', 10, { "": 1 });
      await instant('sum(count_over_time({service_name="checkout"}[10s]))', 9.999, { "": 1 });
      await instant('sum(count_over_time({service_name="checkout"}[9s]))', 9, {});
      await instant('sum(rate({service_name="checkout"} |= "failed" [20s]))', 20, { "": 0.1 });
      await instant('sum by (detected_level) (count_over_time({service_name=~".+"} |~ "order|level" [1m]))', 59, {
        "detected_level=info": 1,
        "detected_level=error": 2,
        "detected_level=warn": 1,
        "detected_level=unknown": 2,
      });
      await instant('sum(bytes_over_time({service_name="checkout"} |= "17" [1m]))', 50, { "": 15 });
      await instant('sum(bytes_rate({service_name="checkout"} |= "17" [30s]))', 29, { "": 0.5 });
      await instant('sum by (method) (count_over_time({service_name="api"} | json | __error__="" [1m]))', 50, {
        "method=GET": 2,
        "method=POST": 1,
      });
      await instant(
        'sum without (service_name, detected_level) (count_over_time({service_name="api"} | json | keep method, service_name | __error__="" [1m]))',
        50,
        { "method=GET": 2, "method=POST": 1 },
      );
      // What is not asked for is not parsed.
      await instant('sum(count_over_time({service_name="api"} | json [1m]))', 50, { "": 4 });
      await instant('count_over_time({service_name="proxy", detected_level="warn"}[1m])', 50, {
        "detected_level=warn,service_name=proxy,severity_text=WARNING": 1,
      });
      await instant('sum(count_over_time({service_name="checkout"}[10s] offset 30s))', 50, { "": 1 });
      await instant('absent_over_time({service_name="nothing", x=~"y"}[1m])', 50, { "service_name=nothing": 1 });
      await instant('absent_over_time({service_name="api"}[1m])', 50, {});
    });

    it("works out numbers of unwrapped labels", async () => {
      const json = '{service_name="api"} | json | __error__=""';
      await instant(`sum_over_time(${json} | keep status | unwrap status [1m])`, 50, { "": 900 });
      await instant(`sum(sum_over_time(${json} | unwrap duration(took) [1m]))`, 50, { "": 1.7 });
      await instant(`max_over_time(${json} | unwrap duration_seconds(took) [1m]) by (method)`, 50, {
        "method=GET": 0.12,
        "method=POST": 1.5,
      });
      await instant(`min_over_time(${json} | unwrap bytes(size) [1m]) by (service_name)`, 50, {
        "service_name=api": 512,
      });
      await instant(`avg_over_time(${json} | unwrap status [1m]) by ()`, 50, { "": 300 });
      await instant(`first_over_time(${json} | unwrap bytes(size) [1m]) by ()`, 50, { "": 2000 });
      await instant(`last_over_time(${json} | unwrap bytes(size) [1m]) by ()`, 50, { "": 512 });
      await instant(`quantile_over_time(0.5, ${json} | unwrap duration(took) [1m]) by ()`, 50, { "": 0.12 });
      await instant(`stdvar_over_time(${json} | unwrap status [1m]) by ()`, 50, { "": 20000 });
      await instant(`stddev_over_time(${json} | unwrap status [1m]) by ()`, 50, { "": 141.4213562 });
      await instant(`sum(rate(${json} | unwrap status [1m]))`, 50, { "": 15 });
      await instant(`sum(count_over_time(${json} | status > 400 [1m]))`, 50, { "": 1 });
      await instant(`sum(sum_over_time({service_name="checkout"} | unwrap http_status_code [1m]))`, 50, { "": 1206 });
    });

    it("combines and picks series", async () => {
      const by = (stage: string) =>
        `sum by (service_name) (count_over_time({service_name=~"checkout|api|proxy"} ${stage}[1m]))`;
      await instant(`topk(2, ${by("")})`, 60, { "service_name=proxy": 5, "service_name=api": 4 });
      await instant(`bottomk(1, ${by("")} + 1)`, 60, { "service_name=checkout": 4 });
      await instant(`${by('|= "o"')} / ${by("")}`, 59, {
        "service_name=checkout": 1,
        "service_name=api": 1,
        "service_name=proxy": 0.6,
      });
      await instant(`${by("")} > 4`, 59, { "service_name=proxy": 5 });
      await instant(`${by("")} > bool 4`, 59, {
        "service_name=checkout": 0,
        "service_name=api": 0,
        "service_name=proxy": 1,
      });
      await instant(`max(${by("")}) - min(${by("")})`, 60, { "": 2 });
      await instant(`count(${by("")})`, 59, { "": 3 });
      await instant(`avg(${by("")}) * 3`, 59, { "": 13 });
      await instant(`${by("")} and ${by('|= "failed"')}`, 60, { "service_name=checkout": 3 });
      await instant(`sum(count_over_time({service_name="nothing"}[1m])) or vector(0)`, 50, { "": 0 });
      await instant(
        'label_replace(sum by (service_name) (count_over_time({service_name="api"}[1m])), "short", "$1", "service_name", "(.).*")',
        50,
        { "service_name=api,short=a": 4 },
      );
      await instant("vector(1)+vector(1)", 0, { "": 2 });
    });

    it("makes a matrix of a range", async () => {
      const range = async (query: string, expected: Record<string, [number, number][]>) => {
        const parsed = parseQuery(query);
        if (parsed.kind !== "metric") throw new Error("no metric query");
        const value = await runRangeMetric(
          { reader: store.reader, query: parsed, startNanos: nanos(0), endNanos: nanos(40), stepMillis: 10_000 },
          newCounts(),
        );
        if (value.type !== "matrix") throw new Error(value.type);
        const found = value.series.map(({ labels: own, timestamps, values }) => [
          textOf(recordOf(own)),
          Array.from(timestamps, (time, i) => [time / 1000 - EPOCH, values[i]]),
        ]);
        expect(Object.fromEntries(found), query).toEqual(expected);
      };
      await range('sum(count_over_time({service_name="checkout"}[10s]))', {
        "": [
          [0, 1],
          [10, 1],
          [20, 1],
          [30, 1],
        ],
      });
      await range('sum(count_over_time({service_name="checkout"}[25s]))', {
        "": [
          [0, 1],
          [10, 2],
          [20, 3],
          [30, 3],
          [40, 2],
        ],
      });
      await range('max_over_time({service_name="checkout"} | unwrap http_status_code [15s]) by ()', {
        "": [
          [0, 200],
          [10, 504],
          [20, 504],
          [30, 502],
        ],
      });
      await range('absent_over_time({service_name="checkout"}[5s])', { "service_name=checkout": [[40, 1]] });
      await range("1 + 1", {
        "": [
          [0, 2],
          [10, 2],
          [20, 2],
          [30, 2],
          [40, 2],
        ],
      });
    });

    it("says which series hold errors", async () => {
      const parsed = parseQuery('sum by (method) (count_over_time({service_name="api"} | json [1m]))');
      if (parsed.kind !== "metric") throw new Error("no metric query");
      const run = runInstantMetric({ reader: store.reader, query: parsed, startNanos: nanos(50) }, newCounts());
      await expect(run).rejects.toThrow(/^pipeline error: 'JSONParserErr' for series: '\{__error__="JSONParserErr"\}'/);
      await expect(run).rejects.toBeInstanceOf(QueryError);
    });

    it("ends when nobody waits any more, or the time is over", async () => {
      const logs = parseQuery('{service_name=~".+"}');
      if (logs.kind !== "logs") throw new Error("no log query");
      const gone = openScope(undefined, { timeoutMillis: 0, maxBytes: 0, maxRows: 0 }, () => true);
      const search = (signal: AbortSignal) =>
        runLogQuery(
          {
            reader: store.reader,
            logs: logs.logs,
            range: { start: 0n, end: nanos(99) },
            direction: "backward",
            limit: 9,
            signal,
          },
          newCounts(),
        );
      await expect(search(gone.signal)).rejects.toMatchObject({ name: "AbortError" });
      const few = openScope(undefined, { timeoutMillis: 0, maxBytes: 0, maxRows: 2 });
      await expect(search(few.signal)).rejects.toBeInstanceOf(LimitError);
    });
  });
