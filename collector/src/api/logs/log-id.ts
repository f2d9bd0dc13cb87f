/**
 * The name of a record in links: its time and a digest of what it says. A store has no number for a record that lasts (blocks merge), so
 * it is found again by looking at the records of that time. Equal records have equal names.
 */
import { hash } from "node:crypto";
import { QueryError } from "../../base/errors.ts";
import type { WireLog } from "../contract.ts";

const DIGEST_CHARACTERS = 16;
const ID = /^([0-9a-z]{1,14})-([\w-]{16})$/;

export function logIdOf(log: Omit<WireLog, "id">): string {
  const { timeUnixNano, observedTimeUnixNano, severityNumber, severityText, service, body, bodyBytes } = log;
  const { eventName, traceId, spanId, attributes } = log;
  const said = [
    observedTimeUnixNano,
    severityNumber,
    severityText,
    service,
    body,
    bodyBytes,
    eventName,
    traceId,
    spanId,
  ];
  const digest = hash("sha1", JSON.stringify([...said, attributes]), "base64url").slice(0, DIGEST_CHARACTERS);
  return `${BigInt(timeUnixNano).toString(36)}-${digest}`;
}

/** The time that an id names. @throws QueryError */
export function timeOfLogId(id: string): bigint {
  const found = ID.exec(id);
  const time = found && parseBase36(found[1]);
  if (time === null || time === undefined || time >= 2n ** 64n)
    throw new QueryError(`cannot read the log id "${id.slice(0, 100)}"`, undefined, "take it from a search's answer");
  return time;
}

function parseBase36(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(parseInt(digit, 36));
  return value;
}
