/** Alerts to another Alertmanager, against a server that takes them, refuses them, or never answers. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CollectedLog } from "../../../test/kit/stores.ts";
import { Forwarding, type ForwardedAlert } from "./forwarding.ts";
import { NO_METRICS } from "./self-metrics.ts";

interface Request {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly alerts: { readonly labels: Record<string, string>; readonly startsAt: string; readonly endsAt: string }[];
}

let server: Server;
let requests: Request[];
let status = 200;
beforeEach(async () => {
  requests = [];
  status = 200;
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      const { url, headers } = request;
      requests.push({ url, authorization: headers.authorization, alerts: JSON.parse(body) as Request["alerts"] });
      response.writeHead(status).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => void server.close());

function open(path = "") {
  const log = new CollectedLog();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const targets = [{ url, headers: { authorization: "Bearer t" } }];
  return { log, forwarding: new Forwarding({ targets, resendDelayMillis: 60_000, metrics: NO_METRICS, log }) };
}

function alert(isFiring = true, name = "Down"): ForwardedAlert {
  const posted = { labels: { alertname: name }, annotations: {}, startsAt: 1_000, endsAt: 240_000, generatorURL: "" };
  return { fingerprint: name, isFiring, posted };
}

test("an alert is sent when it begins, again after resend_delay, and when it ends", async () => {
  const { forwarding } = open("/am/");
  for (const [now, isFiring] of [
    [0, true],
    [15_000, true],
    [60_000, true],
    [75_000, false],
    [90_000, false],
  ] as const) {
    forwarding.take([alert(isFiring)], now);
    await forwarding.settled();
  }
  expect(requests).toHaveLength(3);
  expect(requests[0]).toMatchObject({
    url: "/am/api/v2/alerts",
    authorization: "Bearer t",
    alerts: [
      { labels: { alertname: "Down" }, startsAt: "1970-01-01T00:00:01.000Z", endsAt: "1970-01-01T00:04:00.000Z" },
    ],
  });
});

test("an alert is sent again, and no more often, when the clock is set back", async () => {
  const { forwarding } = open("/am/");
  for (const now of [7_200_000, 15_000, 30_000, 75_000]) {
    forwarding.take([alert()], now);
    await forwarding.settled();
  }
  expect(requests).toHaveLength(3);
});

test("many go in several requests", async () => {
  const { forwarding } = open();
  forwarding.take(
    Array.from({ length: 300 }, (_, i) => alert(true, `a${i}`)),
    0,
  );
  await forwarding.settled();
  expect(requests.map(({ alerts }) => alerts.length)).toEqual([256, 44]);
});

test("one that refuses is complained of once, and told again", async () => {
  const { forwarding, log } = open();
  status = 500;
  for (const now of [0, 60_000, 120_000]) {
    forwarding.take([alert()], now);
    await forwarding.settled();
  }
  expect(log.lines.map(({ message }) => message)).toEqual([
    "cannot send alerts to an Alertmanager; they are sent again",
  ]);
  expect(requests).toHaveLength(3);
});
