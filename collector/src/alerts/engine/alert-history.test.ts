/** The history's bounds, and what it finds. */
import { expect, test } from "vitest";
import { MemoryDocumentStore } from "../../store/memory/memory-documents.ts";
import { AlertHistory } from "./alert-history.ts";
import type { KnownAlert } from "./alerting-service.ts";

const HOUR = 3_600_000;

function alert(name: string, activeAtMillis: number): KnownAlert {
  return {
    id: `${name}-${activeAtMillis}`,
    fingerprint: name,
    state: "firing",
    labels: { alertname: "Down", service: name },
    annotations: {},
    value: 1,
    activeAtMillis,
    firedAtMillis: activeAtMillis,
    resolvedAtMillis: undefined,
    rule: undefined,
    generatorUrl: "",
  };
}

function told(id: string, at: number, outcome: "waiting" | "sent" = "sent") {
  return {
    id,
    at,
    channelId: "c",
    receiver: "ops",
    kind: "webhook",
    reason: "first",
    alerts: ["a"],
    outcome,
    message: "",
  };
}

async function open() {
  const documents = new MemoryDocumentStore();
  const history = new AlertHistory(documents);
  await history.open(0);
  const save = () => documents.write(history.takeChanges());
  return { documents, history, save };
}

test("what ended long ago is let go of, then forgotten, and found until then", async () => {
  const { documents, history, save } = await open();
  history.begin(alert("a", 0), 0);
  history.end("a-0", HOUR);
  history.begin(alert("b", 5 * HOUR), 5 * HOUR);
  await save();
  expect((await history.prune(10 * HOUR, 24 * HOUR)).ids).toEqual([]);
  const all = await history.list({ startMillis: 0, endMillis: 10 * HOUR, limit: 10 });
  expect(all.map(({ id }) => id)).toEqual(["b-18000000", "a-0"]);
  expect(await history.list({ startMillis: 2 * HOUR, endMillis: 10 * HOUR, limit: 10 })).toHaveLength(1);
  expect(await history.list({ startMillis: 0, endMillis: 10 * HOUR, service: "a", limit: 10 })).toHaveLength(1);
  const { ids, changes } = await history.prune(26 * HOUR, 24 * HOUR);
  expect(ids).toEqual(["a-0"]);
  await documents.write(changes);
  expect(await history.get("a-0")).toBeUndefined();
  expect(await history.get("b-18000000")).toBeDefined();
});

test("beyond 5,000 the oldest that ended go", async () => {
  const { documents, history, save } = await open();
  for (let i = 0; i < 5_010; i++) {
    history.begin(alert(`x${i}`, i), i);
    history.end(`x${i}-${i}`, i);
  }
  await save();
  const { ids, changes } = await history.prune(2 * HOUR, 24 * HOUR);
  await documents.write(changes);
  expect(ids.sort()).toEqual(Array.from({ length: 10 }, (_, i) => `x${i}-${i}`).sort());
});

test("who was told is one entry a delivery, the newest 50, of the newest episode", async () => {
  const { history, save } = await open();
  history.begin(alert("a", 0), 0);
  history.end("a-0", 10);
  history.begin(alert("a", 20), 20);
  history.tell(told("first", 30, "waiting"));
  history.tell(told("first", 31));
  await save();
  expect((await history.get("a-0"))?.told).toEqual([]);
  expect((await history.get("a-20"))?.told).toEqual([told("first", 31)]);
  for (let i = 0; i < 60; i++) history.tell(told(`d${i}`, 100 + i));
  const [oldest, ...others] = (await history.get("a-20"))?.told ?? [];
  expect([oldest.id, others.length]).toEqual(["d10", 49]);
});
