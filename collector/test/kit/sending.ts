/** Sending under test: a configuration, documents in memory, a clock that the test moves, and deliveries of made-up alerts. */
import { AlertSending, type AlertSendingParts } from "../../src/alerts/send/alert-sending.ts";
import type { Evidence } from "../../src/alerts/channels/notification.ts";
import { fingerprintOf } from "../../src/alerts/notify/labels.ts";
import { loadNotifyConfig } from "../../src/alerts/notify/config/load-config.ts";
import type { NotifyConfig } from "../../src/alerts/notify/config/load-config.ts";
import type { Delivery } from "../../src/alerts/notify/notifier.ts";
import type { Told } from "../../src/alerts/send/sending.ts";
import { MemoryDocumentStore } from "../../src/store/memory/memory-documents.ts";
import { createTelemetry, formatMetrics } from "../../src/pipeline/telemetry.ts";

export const TRACE = "0af7651916cd43dd8448eb211c80319c";
export const EVIDENCE: Evidence = {
  service: "checkout",
  operation: "POST /pay",
  traces: [
    {
      traceId: TRACE,
      spanId: "b7ad6b7169203331",
      service: "payments",
      operation: "charge",
      durationMs: 1234,
      error: true,
    },
  ],
  logs: [{ time: 1, severity: "ERROR", service: "payments", body: "card <declined> & gone", traceId: TRACE }],
  release: "1.4.2",
  links: { Trace: `https://gs.example.com/traces/${TRACE}` },
};
/** Eight bytes of a PNG and some more. */
export const PICTURE = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(2000, 7)]);

export interface TestSending {
  readonly sending: AlertSending;
  readonly config: NotifyConfig;
  readonly documents: MemoryDocumentStore;
  readonly told: Told[];
  readonly lines: string[];
  now: number;
  deliver(...deliveries: readonly TestDelivery[]): Promise<void>;
  /** Sends what is due now and waits for what comes of it. */
  work(): Promise<void>;
  /** Moves the clock to when something is due, and sends it; until nothing waits or `most` steps. */
  drain(most?: number): Promise<void>;
  samples(part: string): Promise<string[]>;
}

export interface TestDelivery {
  readonly name?: string;
  readonly isResolved?: boolean;
  readonly receiver?: string;
  readonly index?: number;
  readonly reason?: Delivery["reason"];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly count?: number;
}

export const START = Date.parse("2026-08-03T10:00:00Z");

export async function startSending(
  receivers: string,
  more: Partial<AlertSendingParts> & { readonly head?: string; readonly folder?: string } = {},
): Promise<TestSending> {
  const { head = "", folder = "/nowhere", ...parts } = more;
  const environment = { TOKEN: "t0psecret-token", ...parts.environment };
  const config = loadNotifyConfig(`${head}\nroute: { receiver: team }\nreceivers:\n- name: team\n  ${receivers}`, {
    file: "am.yml",
    environment,
  });
  const documents = (parts.documents as MemoryDocumentStore | undefined) ?? new MemoryDocumentStore();
  const told: Told[] = [];
  const lines: string[] = [];
  const telemetry = createTelemetry();
  const log = (message: string, fields: unknown = {}) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const sending = new AlertSending({
    documents,
    log: { info: log, warn: log, error: log },
    metrics: telemetry,
    version: "0.0.0-test",
    externalUrl: "https://gs.example.com",
    evidenceOf: () => EVIDENCE,
    pictureOf: async () => undefined,
    onTold: (each) => told.push(each),
    random: () => 0.5,
    ...parts,
    environment,
  });
  const test: TestSending = {
    sending,
    config,
    documents,
    told,
    lines,
    now: START,
    async deliver(...deliveries) {
      await sending.enqueue(
        deliveries.map((delivery) => deliveryOf(config, delivery, test.now)),
        [],
        test.now,
      );
    },
    async work() {
      await sending.work(test.now);
      await sending.settled();
    },
    async drain(most = 50) {
      for (let i = 0; i < most; i++) {
        const at = sending.nextAt();
        if (at === undefined) return;
        test.now = Math.max(test.now, at);
        await test.work();
      }
    },
    async samples(part) {
      const text = await formatMetrics([await telemetry.collect()]);
      return text.split("\n").filter((line) => !line.startsWith("#") && line.includes(part));
    },
  };
  await sending.open(test.now);
  await sending.configure(config, { folder }, test.now);
  return test;
}

export function deliveryOf(config: NotifyConfig, delivery: TestDelivery, now: number): Delivery {
  const {
    name = "HighErrors",
    isResolved = false,
    receiver = "team",
    index = 0,
    reason = "first",
    count = 1,
  } = delivery;
  const integration = config.receivers.find((each) => each.name === receiver)!.integrations[index];
  const group = { alertname: name };
  const alerts = Array.from({ length: count }, (_, i) => {
    const labels = {
      alertname: name,
      service_name: "checkout",
      severity: "critical",
      ...(count > 1 && { instance: `host-${i}` }),
      ...delivery.labels,
    };
    return {
      isResolved,
      alert: {
        labels,
        annotations: { summary: "12 % of requests fail", ...delivery.annotations },
        startsAt: START - 60_000,
        endsAt: isResolved ? now : now + 300_000,
        generatorURL: "https://gs.example.com/rules/1",
        updatedAt: now,
        isTimeout: false,
        fingerprint: fingerprintOf(labels),
      },
    };
  });
  return {
    key: `${receiver}/${integration.kind}/${integration.index}/{}:${JSON.stringify(group)}`,
    reason,
    receiver,
    integration,
    groupKey: `{}:{alertname=${JSON.stringify(name)}}`,
    groupLabels: group,
    alerts,
    at: now,
  };
}
