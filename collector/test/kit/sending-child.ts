/**
 * A process that takes 40 notifications, four at a time, and sends them: to be killed in the middle. What it took is written with the
 * queue, as the engine does it; after a start it gives the last four again, as one does that died before it knew.
 * node sending-child.ts DOCUMENTS URL
 */
import { AlertSending } from "../../src/alerts/send/alert-sending.ts";
import { NO_METRICS } from "../../src/alerts/engine/self-metrics.ts";
import { loadNotifyConfig } from "../../src/alerts/notify/config/load-config.ts";
import { SqliteDocumentStore } from "../../src/store/sqlite/document-store.ts";
import { deliveryOf, START } from "./sending.ts";

export const NOTIFICATIONS = 40;
const AT_ONCE = 4;
const [path, url] = process.argv.slice(2);

async function run(): Promise<void> {
  const documents = new SqliteDocumentStore(path);
  const config = loadNotifyConfig(
    `route: { receiver: team }\nreceivers: [{ name: team, webhook_configs: [{ url: '${url}' }] }]`,
    { file: "am.yml", environment: {} },
  );
  const quiet = () => {};
  const sending = new AlertSending({
    documents,
    log: { info: quiet, warn: quiet, error: quiet },
    metrics: NO_METRICS,
    externalUrl: "",
    version: "test",
    environment: {},
    evidenceOf: () => undefined,
    pictureOf: async () => undefined,
    onTold: quiet,
    settings: { rateLimits: { webhook: { perMinute: 60_000, burst: 10 } } },
  });
  await sending.open(Date.now());
  await sending.configure(config, { folder: "." }, Date.now());
  const give = (from: number) =>
    sending.enqueue(
      Array.from({ length: AT_ONCE }, (_, i) => deliveryOf(config, { name: `A${from + i}` }, START + from)),
      [{ collection: "alert-notifier", key: "state", value: from + AT_ONCE }],
      Date.now(),
    );
  let taken = ((await documents.get("alert-notifier", "state")) as number | undefined) ?? 0;
  if (taken > 0) await give(taken - AT_ONCE);
  while (taken < NOTIFICATIONS || sending.status()[0].waiting > 0) {
    if (taken < NOTIFICATIONS) {
      await give(taken);
      taken += AT_ONCE;
    }
    await sending.work(Date.now());
    await sending.settled();
  }
  await sending.close(1000);
  documents.close();
}

if (import.meta.main) await run();
