import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Counter, Histogram, Registry } from "prom-client";
import { afterEach, describe, expect, it } from "vitest";
import { readConfig } from "../../../test/kit/read-config.ts";
import { describeV2 } from "../../../test/kit/remote-write.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { RetryableError } from "../../component/errors.ts";
import type { OwnMetrics, WebPort } from "../../component/component.ts";
import { config } from "./config.ts";
import { isOwnUrl } from "./own-target.ts";
import { PrometheusReceiver } from "./prometheus-receiver.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A target that answers as the test wants, and remembers who asked. */
async function startTarget(body: string | ((request: IncomingMessage, response: ServerResponse) => void)) {
  const requests: IncomingMessage[] = [];
  const target = { body, requests, address: "" };
  const server = createServer((request, response) => {
    requests.push(request);
    if (typeof target.body === "function") return target.body(request, response);
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end(target.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
  target.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return target;
}

async function start(job: string, global = "", own?: OwnMetrics) {
  const plain = testSettings("receiver", "prometheus");
  const settings = { ...plain, host: { ...plain.host, own } };
  const next = createSinks();
  const yaml = `config: { global: { scrape_interval: 200ms, ${global} }, scrape_configs: [{ job_name: j, ${job} }] }`;
  const receiver = new PrometheusReceiver(settings, structuredClone(readConfig(config, yaml)), next);
  await receiver.start();
  closing.push(() => receiver.shutdown());
  const { batches } = next.metrics;
  /** What the n-th scrape said, without times and without what is said of every scrape. */
  const scrape = async (n: number, keep: (line: string) => boolean = isOwn) => {
    await expect.poll(() => batches.length, { timeout: 5000, interval: 10 }).toBeGreaterThan(n);
    return describeV2(batches[n].bytes)
      .filter(keep)
      .map((line) =>
        line
          .replace(/ @\d+/, "")
          .replace(/,?instance="127[^"]*"/, "")
          .replace(/,?job="j"/, ""),
      );
  };
  return { receiver, settings, next, batches, scrape };
}

const isOwn = (line: string) => !/__name__="(up|scrape_\w+)"/.test(line);
const isUp = (line: string) => line.includes('"up"');
const statics = (address: string, more = "") => `static_configs: [{ targets: ['${address}'] }], ${more}`;

describe("scraping", () => {
  it("brings samples with job and instance, metadata once, and what Prometheus says of a scrape", async () => {
    const target = await startTarget('# HELP a Of it.\n# TYPE a counter\na{x="1"} 3\nb 2\n');
    const { batches, scrape, next, settings } = await start(statics(target.address));
    expect(await scrape(0)).toEqual(['{__name__="a",x="1"} 3', '{__name__="b"} 2', '{__name__="a"} is 1 "Of it." ""']);
    expect(await scrape(1)).toEqual(['{__name__="a",x="1"} 3', '{__name__="b"} 2']);
    const reports = await scrape(1, (line) => !isOwn(line));
    expect(reports).toEqual([
      '{__name__="up"} 1',
      expect.stringMatching(/^\{__name__="scrape_duration_seconds"\} 0\.\d+/),
      '{__name__="scrape_samples_scraped"} 2',
      '{__name__="scrape_samples_post_metric_relabeling"} 2',
      '{__name__="scrape_series_added"} 0',
    ]);
    expect(await scrape(0, (line) => line.includes("series_added"))).toEqual(['{__name__="scrape_series_added"} 2']);
    expect(describeV2(batches[0].bytes)[0]).toBe(
      `{__name__="a",instance="${target.address}",job="j",x="1"} 3 ${describeV2(batches[0].bytes)[0].split(" ")[2]}`,
    );
    expect(next.metrics.batches[0]).toMatchObject({ format: "remote_write", count: 7 });
    expect(await settings.samples("accepted_metric_points")).toHaveLength(1);
    const [{ headers }] = target.requests;
    expect(headers.accept).toBe(
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
    );
    expect([headers["x-prometheus-scrape-timeout-seconds"], headers["user-agent"]]).toEqual([
      "0.2",
      "goldspan/0.0.0-test",
    ]);
  });

  it("marks what has gone, what a failed scrape leaves, and what a target leaves that is no more", async () => {
    const folder = mkdtempSync(join(tmpdir(), "goldspan-scrape-"));
    closing.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "t.json");
    const target = await startTarget("a 1\nb 2\n");
    writeFileSync(file, JSON.stringify([{ targets: [target.address] }]));
    const { batches, scrape, receiver } = await start(`file_sd_configs: [{ files: ['${file}'] }]`);
    await scrape(0);
    target.body = "b 2\n";
    await expect.poll(async () => (await scrape(batches.length - 1)).join()).toBe('{__name__="b"} 2');
    const gone = batches.map(({ bytes }) => describeV2(bytes).filter((line) => line.includes("NaN")));
    expect(gone.flat()).toEqual([expect.stringMatching(/^\{__name__="a",.*\} NaN @\d+$/)]);
    const bytes = batches[gone.findIndex((lines) => lines.length > 0)].bytes;
    expect(Buffer.from(bytes).includes(Buffer.from("020000000000f07f", "hex"))).toBe(true);

    target.body = (_, response) => void response.writeHead(503).end("no");
    await expect.poll(async () => (await scrape(batches.length - 1, isUp)).join()).toBe('{__name__="up"} 0');
    const failed = batches.findIndex(({ bytes: each }) =>
      describeV2(each).some((line) => / 0 @/.test(line) && isUp(line)),
    );
    expect(await scrape(failed)).toEqual(['{__name__="b"} NaN']);
    expect(await scrape(failed + 1)).toEqual([]);

    target.body = "b 3\n";
    await expect.poll(async () => (await scrape(batches.length - 1)).join()).toBe('{__name__="b"} 3');
    writeFileSync(file, "[]");
    await expect.poll(() => receiver.scrapeTargets().active).toEqual([]);
    await expect.poll(async () => (await scrape(batches.length - 1, () => true)).length).toBe(6);
    expect((await scrape(batches.length - 1, () => true)).every((line) => line.endsWith(" NaN"))).toBe(true);
  });

  it("leaves no markers when the collector stops, for series go on after its next start", async () => {
    const target = await startTarget("a 1\n");
    const { receiver, scrape, batches } = await start(statics(target.address));
    await scrape(0);
    await receiver.shutdown();
    expect(batches.flatMap(({ bytes }) => describeV2(bytes)).filter((line) => line.includes("NaN"))).toEqual([]);
    const { length } = batches;
    await new Promise((resolve) => setTimeout(resolve, 450));
    expect(batches.length).toBe(length);
  });

  it("says why a scrape failed, in the state of targets and once in the log", async () => {
    const check = async (body: Parameters<typeof startTarget>[0], error: RegExp, more = "") => {
      const target = await startTarget(body);
      const { scrape, receiver, settings } = await start(statics(target.address, more));
      await scrape(1);
      expect(await scrape(0, isUp)).toEqual(['{__name__="up"} 0']);
      expect(await scrape(1)).toEqual([]);
      const [state] = receiver.scrapeTargets().active;
      expect(state).toMatchObject({ health: "down", scrapePool: "j", lastError: expect.stringMatching(error) });
      expect(settings.lines.filter(({ msg }) => msg === "a target cannot be scraped")).toHaveLength(1);
    };
    await check(
      (_, response) => void response.writeHead(404, "Not Found").end(),
      /^server returned HTTP status 404 Not Found$/,
    );
    await check(() => {}, /^no answer within 0\.2s$/);
    await check("a 1\nb x\n", /line 2, column 3: expected a value/);
    await check(
      (_, response) => void response.setHeader("content-type", "text/html").end("<p>"),
      /Content-Type "text\/html" is no form of metrics/,
    );
    await check("a 1\nb 1\n", /sample limit exceeded: more than 1/, "sample_limit: 1");
    await check("a 1\nb 1\n", /body size limit exceeded: the answer has more than 5 bytes/, "body_size_limit: 5");
    await check('a{b="1"} 1\n', /label limit exceeded: a has 4 labels, more than 3/, "label_limit: 3");
    await check(
      'a{b="1",long_name="1"} 1\n',
      /label name length limit exceeded: long_name/,
      "label_name_length_limit: 8",
    );
    await check(
      'a{b="0123456789012345678"} 1\n',
      /label value length limit exceeded: b of a/,
      "label_value_length_limit: 18",
    );
    await check('{"a.b"} 1\n', /metric_name_validation_scheme legacy refuses/, "metric_name_validation_scheme: legacy");
  }, 30_000);

  it("scrapes no target of a job that has too many", async () => {
    const target = await startTarget("a 1\n");
    const { receiver } = await start(
      `target_limit: 1, static_configs: [{ targets: ['${target.address}', 'localhost:1'] }]`,
    );
    await expect
      .poll(() => receiver.scrapeTargets().active.map(({ lastError }) => lastError))
      .toEqual([
        expect.stringMatching(/target limit exceeded: the job has 2 targets, more than 1/),
        expect.stringMatching(/target limit exceeded/),
      ]);
    expect(target.requests).toEqual([]);
  });

  it("resolves labels that both sides have as it is told", async () => {
    const target = await startTarget('a{job="own",exported_job="x",instance=""} 1\n');
    const plain = await start(statics(target.address));
    expect(await plain.scrape(0)).toEqual(['{__name__="a",exported_exported_job="own",exported_job="x"} 1']);
    const honoured = await start(statics(target.address, "honor_labels: true"));
    expect(await honoured.scrape(0)).toEqual(['{__name__="a",exported_job="x",job="own"} 1']);
  });

  it("relabels series, and adds external labels where there are none", async () => {
    const target = await startTarget('a{x="1"} 1\nb 2\nc{region="own"} 3\n');
    const relabel = `metric_relabel_configs: [{ source_labels: [__name__], regex: b, action: drop }, { source_labels: [x], regex: '(.+)', target_label: y, replacement: 'v$1' }]`;
    const { scrape } = await start(statics(target.address, relabel), "external_labels: { region: eu }");
    expect(await scrape(0)).toEqual(['{__name__="a",region="eu",x="1",y="v1"} 1', '{__name__="c",region="own"} 3']);
    const counts = await scrape(0, (line) => /samples_(scraped|post)/.test(line));
    expect(counts.map((line) => line.split(" ").at(-1))).toEqual(["3", "2"]);
    expect(await scrape(0, isUp)).toEqual(['{__name__="up",region="eu"} 1']);
  });

  it("takes a target's timestamps unless told not to; such series end only when they are watched", async () => {
    const target = await startTarget("a 1 1000\nb 2\n");
    const times = async (more: string) => {
      const { scrape, batches } = await start(statics(target.address, more));
      await scrape(0);
      return describeV2(batches[0].bytes)
        .find((line) => line.includes('"a"'))
        ?.split(" ")
        .at(-1);
    };
    expect(await times("")).toBe("@1000");
    expect(Number((await times("honor_timestamps: false"))?.slice(1))).toBeGreaterThan(1e12);
    const ends = async (more: string) => {
      target.body = "a 1 1000\n";
      const { scrape, batches } = await start(statics(target.address, more));
      await scrape(0);
      target.body = "b 1\n";
      await expect.poll(async () => (await scrape(batches.length - 1)).join()).toBe('{__name__="b"} 1');
      return batches.flatMap(({ bytes }) => describeV2(bytes)).some((line) => line.includes("NaN"));
    };
    expect([await ends(""), await ends("track_timestamps_staleness: true")]).toEqual([false, true]);
  });

  it("reads OpenMetrics: exemplars, start times, bounds in one form", async () => {
    const text = `# TYPE h histogram
h_bucket{le="1"} 1 # {trace_id="t"} 0.5 1.5
h_bucket{le="+Inf"} 2
h_count 2
h_sum 3
h_created 1.25
# TYPE c counter
c_total{x="1"} 1
c_created{x="1"} 2
c_total{x="2"} 1
# TYPE g gauge
g_created 7
g{le="1"} 1
# EOF
`;
    const target = await startTarget((_, response) => {
      response.setHeader("content-type", "application/openmetrics-text; version=1.0.0; charset=utf-8");
      response.end(text);
    });
    const { scrape } = await start(statics(target.address));
    expect((await scrape(0)).filter((line) => !line.includes(" is "))).toEqual([
      '{__name__="h_bucket",le="1.0"} 1 from 1250',
      '{__name__="h_bucket",le="1.0"} # {trace_id="t"} 0.5',
      '{__name__="h_bucket",le="+Inf"} 2 from 1250',
      '{__name__="h_count"} 2 from 1250',
      '{__name__="h_sum"} 3 from 1250',
      '{__name__="h_created"} 1.25',
      '{__name__="c_total",x="1"} 1 from 2000',
      '{__name__="c_created",x="1"} 2',
      '{__name__="c_total",x="2"} 1',
      '{__name__="g_created"} 7',
      '{__name__="g",le="1"} 1',
    ]);
  });

  it("takes a series once that stands there twice, or becomes another by relabelling", async () => {
    const target = await startTarget("a 1\na 2\nb 3\n");
    const relabel =
      "metric_relabel_configs: [{ source_labels: [__name__], regex: b, target_label: __name__, replacement: a }]";
    const { scrape } = await start(statics(target.address, relabel));
    expect(await scrape(0)).toEqual(['{__name__="a"} 1']);
  });

  it("shows who it is, takes gzip, goes where it is sent, and can be told not to", async () => {
    const seen: (string | undefined)[] = [];
    const target = await startTarget((request, response) => {
      seen.push(request.headers.authorization);
      if (request.url === "/metrics?x=1") return void response.writeHead(302, { location: "/moved" }).end();
      response.writeHead(200, { "content-type": "text/plain", "content-encoding": "gzip" });
      response.end(request.headers["accept-encoding"] === "gzip" ? gzipSync("a 1\n") : "");
    });
    const more = "basic_auth: { username: u, password: p }, params: { x: ['1'] }";
    const { scrape } = await start(statics(target.address, more));
    expect(await scrape(0)).toEqual(['{__name__="a"} 1']);
    expect(seen[0]).toBe(`Basic ${Buffer.from("u:p").toString("base64")}`);
    const bearer = await start(
      statics(target.address, "authorization: { credentials: s }, params: { x: ['1'] }, follow_redirects: false"),
    );
    expect(await bearer.scrape(0, isUp)).toEqual(['{__name__="up"} 0']);
    expect(bearer.receiver.scrapeTargets().active[0].lastError).toMatch(/302/);
    expect(seen).toContain("Bearer s");
  });

  it("asks the collector itself within the process, by the address of its web port", async () => {
    const ports: WebPort[] = [{ host: undefined, port: 9999, isSecure: true }];
    const own = { ports, text: async () => "a 1\n" };
    const instances = async (job: string, of: OwnMetrics) => {
      const { receiver, scrape, batches } = await start(job, "", of);
      expect(await scrape(0)).toEqual([expect.stringContaining('__name__="a"')]);
      expect(describeV2(batches[0].bytes)[0]).toMatch(/job="j"/);
      return receiver.scrapeTargets().active.map(({ scrapeUrl, labels }) => [scrapeUrl, labels.instance]);
    };
    expect(await instances("own_metrics: true", own)).toEqual([["https://localhost:9999/metrics", "localhost:9999"]]);
    const named = { ...own, ports: [{ host: "obs.example", port: 80, isSecure: false }] };
    const relabel = "relabel_configs: [{ target_label: instance, replacement: me }]";
    expect(await instances(`own_metrics: true, ${relabel}`, named)).toEqual([["http://obs.example:80/metrics", "me"]]);
    expect(await instances("own_metrics: true", { ...own, ports: [] })).toEqual([
      ["http://localhost/metrics", "localhost"],
    ]);
  });

  it("asks within the process, too, where its web port is written as a target, and sends nothing there", async () => {
    const ask = async (portsOf: (port: number) => WebPort, more = "") => {
      const target = await startTarget("a 1\n");
      const ports = [portsOf(Number(target.address.split(":")[1]))];
      const { scrape } = await start(statics(target.address, more), "", { ports, text: async () => "own 1\n" });
      return [(await scrape(0))[0], target.requests.length];
    };
    const isSecure = false;
    expect(await ask((port) => ({ host: undefined, port, isSecure }))).toEqual(['{__name__="own"} 1', 0]);
    const other = ['{__name__="a"} 1', 1];
    expect(await ask((port) => ({ host: undefined, port: port + 1, isSecure }))).toEqual(other);
    expect(await ask((port) => ({ host: undefined, port, isSecure }), "metrics_path: /other")).toEqual(other);
    const isOwn = (host: string | undefined, url: string) => isOwnUrl(new URL(url), [{ host, port: 8317, isSecure }]);
    expect(isOwn("obs.example", "http://obs.example:8317/metrics")).toBe(true);
    for (const host of [undefined, "0.0.0.0", "::", "localhost"])
      expect(isOwn(host, "http://localhost:8317/metrics")).toBe(true);
    expect(isOwn(undefined, "http://[::1]:8317/metrics")).toBe(true);
    for (const asked of ["evil.example:8317", "obs.example", "localhost:8317", "127.0.0.1:8317", "[::1]:8317"])
      expect([asked, isOwn("obs.example", `http://${asked}/metrics`)]).toEqual([asked, false]);
  });

  it("says why the collector itself could not be asked: too slow, too much, nobody there", async () => {
    const lastError = async (text: () => Promise<string>, more = "") => {
      const { receiver, scrape } = await start(`own_metrics: true, ${more}`, "", { ports: [], text });
      expect(await scrape(0, isUp)).toEqual(['{__name__="up",instance="localhost"} 0']);
      return receiver.scrapeTargets().active[0].lastError;
    };
    expect(await lastError(() => new Promise(() => {}), "scrape_timeout: 50ms")).toBe("no answer within 0.05s");
    expect(await lastError(async () => "a 1\n".repeat(9), "body_size_limit: 10B")).toMatch(/more than 10 bytes/);
    expect(await lastError(() => Promise.reject(new Error("the thread ended")))).toBe("the thread ended");
    expect(await lastError(async () => "{")).not.toBe("");
  });

  it("goes on when the pipeline refuses, says so once, and tells metadata again", async () => {
    const target = await startTarget("# TYPE a gauge\na 1\n");
    const { next, scrape, settings, batches } = await start(statics(target.address));
    next.metrics.answer = () => new RetryableError("disk full");
    await scrape(2);
    next.metrics.answer = () => undefined;
    const { length } = batches;
    const metadata = async (n: number) => (await scrape(n)).filter((line) => line.includes(" is "));
    await metadata(length + 3);
    const told = (await Promise.all(batches.map((_, n) => metadata(n)))).map((lines) => lines.length);
    expect(told.slice(0, 2)).toEqual([1, 1]);
    expect(told.at(-1)).toBe(0);
    expect(settings.lines.filter(({ msg }) => msg === "samples of a target were not taken")).toHaveLength(1);
  });

  it("reads what prom-client exposes, as text and as OpenMetrics", async () => {
    for (const contentType of [Registry.PROMETHEUS_CONTENT_TYPE, Registry.OPENMETRICS_CONTENT_TYPE]) {
      const registry = new Registry();
      registry.setContentType(contentType as never);
      const counter = new Counter({ name: "shop_total", help: 'Say "it".', labelNames: ["a"], registers: [registry] });
      counter.inc({ a: 'x"\\\n' }, 2);
      new Histogram({ name: "shop_seconds", help: "h", buckets: [0.1, 1], registers: [registry] }).observe(0.5);
      const target = await startTarget((_, response) => {
        void registry.metrics().then((text) => response.setHeader("content-type", registry.contentType).end(text));
      });
      const { scrape } = await start(statics(target.address));
      const lines = await scrape(0);
      expect(lines).toContain('{__name__="shop_total",a="x\\"\\\\\\n"} 2');
      expect(lines).toContain('{__name__="shop_seconds_bucket",le="1.0"} 1');
      expect(lines).toContain('{__name__="shop_seconds"} is 3 "h" ""');
    }
  });
});
