/** Bodies and parameters of Alertmanager's API -> what notification takes, or a RequestError in one sentence. */
import { messageOf } from "../../../base/errors.ts";
import type { PostedAlert } from "../../../alerts/notify/alert.ts";
import type { Labels } from "../../../alerts/notify/labels.ts";
import type { Matcher } from "../../../alerts/notify/matcher.ts";
import { parseMatchers } from "../../../alerts/notify/parse-matchers.ts";
import type { NewSilence } from "../../../alerts/notify/silences.ts";
import { parseRfc3339 } from "../../parameters.ts";

/** What was sent cannot be taken; the whole message. */
export class RequestError extends Error {
  override name = "RequestError";
}

const MOST_ALERTS = 10_000;
const MOST_MATCHERS = 50;

/** Every matcher of every `filter`: all must be met. */
export function filters(parameters: URLSearchParams): Matcher[] {
  return parameters.getAll("filter").flatMap((text) => {
    try {
      return parseMatchers(text);
    } catch (error) {
      throw new RequestError(messageOf(error));
    }
  });
}

export function flag(parameters: URLSearchParams, name: string): boolean {
  const value = parameters.get(name) ?? "true";
  if (value !== "true" && value !== "false")
    throw new RequestError(`cannot read ${name}=${value}: write true or false`);
  return value === "true";
}

export function readAlerts(body: unknown): PostedAlert[] {
  if (!Array.isArray(body) || body.length > MOST_ALERTS)
    throw new RequestError(`cannot read the alerts: the body is no list of at most ${MOST_ALERTS}`);
  return body.map((alert: unknown, i) => {
    const at = `alert ${i}`;
    const { labels, annotations, startsAt, endsAt, generatorURL } = objectOf(alert, at);
    const [start, end] = [timeOf(startsAt, `${at}, startsAt`), timeOf(endsAt, `${at}, endsAt`)];
    return {
      labels: labelsOf(labels, `${at}, labels`),
      annotations: annotations === undefined ? {} : labelsOf(annotations, `${at}, annotations`),
      ...(start !== undefined && { startsAt: start }),
      ...(end !== undefined && { endsAt: end }),
      ...(typeof generatorURL === "string" && { generatorURL }),
    };
  });
}

export function readSilence(body: unknown): NewSilence {
  const { id, matchers, startsAt, endsAt, createdBy, comment } = objectOf(body, "the silence");
  if (!Array.isArray(matchers) || matchers.length > MOST_MATCHERS)
    throw new RequestError(`cannot read the silence: matchers is no list of at most ${MOST_MATCHERS}`);
  const [start, end] = [timeOf(startsAt, "startsAt"), timeOf(endsAt, "endsAt")];
  if (start === undefined || end === undefined) throw new RequestError("a silence needs startsAt and endsAt");
  return {
    ...(typeof id === "string" && id !== "" && { id }),
    matchers: matchers.map((matcher: unknown, i) => {
      const { name, value, isRegex = false, isEqual = true } = objectOf(matcher, `matchers[${i}]`);
      if (typeof name !== "string" || typeof value !== "string")
        throw new RequestError(`cannot read matchers[${i}]: it needs a name and a value`);
      const operator = isEqual === false ? (isRegex === true ? "!~" : "!=") : isRegex === true ? "=~" : "=";
      return { name, operator, value };
    }),
    startsAt: start,
    endsAt: end,
    createdBy: typeof createdBy === "string" ? createdBy : "",
    comment: typeof comment === "string" ? comment : "",
  };
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new RequestError(`cannot read ${what}: it is no JSON object`);
  return value as Record<string, unknown>;
}

function labelsOf(value: unknown, what: string): Labels {
  const labels = objectOf(value, what);
  for (const [name, text] of Object.entries(labels))
    if (typeof text !== "string") throw new RequestError(`cannot read ${what}: the value of ${name} is no text`);
  return labels as Labels;
}

/** Milliseconds; undefined = not given, which Go writes as its first moment. */
function timeOf(value: unknown, what: string): number | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string" && value.startsWith("0001-01-01T00:00:00")) return undefined;
  const nanos = typeof value === "string" ? parseRfc3339(value) : undefined;
  if (nanos === undefined) throw new RequestError(`cannot read ${what}: write a time such as 2026-01-31T12:00:00Z`);
  return Number(nanos / 1_000_000n);
}
