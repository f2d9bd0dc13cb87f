/** A record by its id, and the lines around it of the same instance. */
import { NotFoundError } from "../../base/errors.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { EVERY_LOG, type LogCondition } from "../../model/log-condition.ts";
import { attributeField } from "../../model/log-field.ts";
import type { LogCursor, StoreReader } from "../../store/store.ts";
import type { WireAnyValue, WireLog, WireLogContext } from "../contract.ts";
import { timeOfLogId } from "./log-id.ts";
import { wholeLog, wireLog, wireLogs } from "./wire-log.ts";

/** Records of one time that are looked through for the one. */
const MOST_OF_A_TIME = 20_000;
const LAST = 2n ** 64n - 1n;

/** What tells instances of a service apart: all of these that the resource has. */
const INSTANCE_KEYS = [
  "service.namespace",
  "service.instance.id",
  "k8s.pod.uid",
  "k8s.pod.name",
  "container.id",
  "host.name",
  "process.pid",
];

export interface ContextRequest {
  readonly id: string;
  /** Lines at most. */
  readonly before: number;
  readonly after: number;
  /** The body of the record itself isn't cut. */
  readonly whole: boolean;
}

type Reader = Pick<StoreReader, "findLogs">;
type Order = "newest" | "oldest";

/** @throws NotFoundError QueryError */
export async function logContext(
  reader: Reader,
  { id, before, after, whole }: ContextRequest,
  signal: AbortSignal,
): Promise<WireLogContext> {
  const time = timeOfLogId(id);
  const found = await findAt(reader, EVERY_LOG, "newest", id, time, signal);
  if (!found) throw new NotFoundError(`cannot find the log record ${id}: it never came, or its time is over`);
  const log = wireLog(found.batch, found.index);
  const same = sameInstance(log);
  const around = async (order: Order, limit: number): Promise<WireLog[]> => {
    if (limit === 0) return [];
    const own = await findAt(reader, same, order, id, time, signal);
    const after: LogCursor = { timeUnixNano: time, skip: (own?.place ?? 0) + 1 };
    const range = order === "newest" ? { start: 0n, end: time } : { start: time, end: LAST };
    return (await reader.findLogs({ range, condition: same, order, limit, after }, signal)).flatMap(wireLogs);
  };
  return {
    before: (await around("newest", before)).reverse(),
    log: whole ? wholeLog(found.batch, found.index) : log,
    after: await around("oldest", after),
  };
}

/** The record among those of its time; `place` = how many come before it in the order. */
async function findAt(
  reader: Reader,
  condition: LogCondition,
  order: Order,
  id: string,
  time: bigint,
  signal: AbortSignal,
): Promise<{ batch: LogBatch; index: number; place: number } | undefined> {
  const range = { start: time, end: time };
  const batches = await reader.findLogs({ range, condition, order, limit: MOST_OF_A_TIME }, signal);
  let place = 0;
  for (const batch of batches)
    for (let index = 0; index < batch.count; index++, place++)
      if (wireLog(batch, index).id === id) return { batch, index, place };
  return undefined;
}

function sameInstance({ service, resource }: WireLog): LogCondition {
  const keys = INSTANCE_KEYS.flatMap((name): LogCondition[] => {
    const value = resource.find(({ key }) => key === name)?.value;
    const text = value && textOf(value);
    if (text === undefined) return [];
    return [{ kind: "field", field: attributeField(name), test: { kind: "equals", text } }];
  });
  return {
    kind: "and",
    of: [{ kind: "field", field: { kind: "service" }, test: { kind: "equals", text: service } }, ...keys],
  };
}

/** Plain values only: nobody names an instance by a list. */
function textOf({ stringValue, intValue, boolValue, doubleValue }: WireAnyValue): string | undefined {
  const value = stringValue ?? intValue ?? boolValue ?? doubleValue;
  return value === undefined ? undefined : String(value);
}
