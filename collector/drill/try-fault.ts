/** One fault: switched on, waited for, looked at, switched off, waited until nothing fires. */
import type { ExpectedFault } from "./expected-faults.ts";
import { readTrace } from "./read-trace.ts";
import type { ToldAlert, ToldWebhook } from "./told-webhook.ts";

const LOOK_MILLIS = 500;
const CALM_MILLIS = 300_000;

export interface FaultOutcome {
  readonly fault: string;
  /** Until the first message that names it; undefined = never. */
  readonly seconds: number | undefined;
  readonly alert: string;
  readonly service: string;
  readonly operation: string;
  readonly trace: string;
  /** What else was told meanwhile. */
  readonly others: readonly string[];
  readonly isGood: boolean;
}

export interface Drill {
  readonly web: string;
  readonly control: string;
  readonly webhook: ToldWebhook;
  readonly seconds: number;
}

export async function tryFault(drill: Drill, expected: ExpectedFault): Promise<FaultOutcome> {
  const { webhook, seconds } = drill;
  const first = webhook.told.length;
  const began = Date.now();
  await control(drill, "POST", "", { fault: expected.fault, durationSeconds: seconds + 30, ...expected.parameters });
  let found: { alert: ToldAlert; trace: string } | undefined;
  while (!found && Date.now() - began < seconds * 1000) {
    await sleep(LOOK_MILLIS);
    for (const alert of webhook.told.slice(first)) found ??= await judge(drill, expected, alert);
  }
  // A message may lack its trace and be followed by one that has it: the last word counts, within the time.
  await control(drill, "DELETE", `?fault=${expected.fault}`);
  const told = webhook.told.slice(first).filter(({ status }) => status === "firing");
  const others = new Set(told.map(nameOf));
  if (found) others.delete(nameOf(found.alert));
  return {
    fault: expected.fault,
    seconds: found ? (found.alert.atMillis - began) / 1000 : undefined,
    alert: found?.alert.labels.alertname ?? "",
    service: found ? serviceOf(found.alert) : "",
    operation: found?.alert.evidence?.operation ?? "",
    trace: found?.trace ?? "",
    others: [...others],
    isGood: found !== undefined && found.trace !== "",
  };
}

/** Until no alert is firing or pending; false when that takes too long. */
export async function awaitCalm({ web }: Pick<Drill, "web">): Promise<boolean> {
  const began = Date.now();
  while (Date.now() - began < CALM_MILLIS) {
    const { firing, pending } = (await (await fetch(`${web}/api/v1/alerting/summary`)).json()) as {
      firing: number;
      pending: number;
    };
    if (firing + pending === 0) return true;
    await sleep(2000);
  }
  return false;
}

async function judge(
  { web }: Drill,
  { services, operations, isSeenIn, without }: ExpectedFault,
  alert: ToldAlert,
): Promise<{ alert: ToldAlert; trace: string } | undefined> {
  if (alert.status !== "firing" || !services.includes(serviceOf(alert))) return undefined;
  const { evidence } = alert;
  if (
    operations &&
    !operations.test([evidence?.operation, alert.labels.span_name, alert.annotations.evidence].join(" "))
  )
    return undefined;
  if (!isSeenIn) return { alert, trace: `(${without ?? "none"})` };
  for (const { traceId } of evidence?.traces ?? [])
    if ((await readTrace(web, traceId)).some(isSeenIn)) return { alert, trace: traceId };
  return undefined;
}

function serviceOf({ evidence, labels }: ToldAlert): string {
  return labels.service_name ?? labels.client ?? evidence?.service ?? labels.job ?? "";
}

function nameOf(alert: ToldAlert): string {
  return `${alert.labels.alertname} ${serviceOf(alert)}`;
}

async function control({ control: url }: Drill, method: string, query: string, body?: unknown): Promise<void> {
  const response = await fetch(`${url}/faults${query}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok && method !== "DELETE") throw new Error(`cannot switch the fault on: ${await response.text()}`);
}

export function sleep(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
