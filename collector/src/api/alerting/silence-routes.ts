/** Silences. */
import { Hono } from "hono";
import { NotFoundError, QueryError } from "../../base/errors.ts";
import type { AlertingService } from "../../alerts/engine/alerting-service.ts";
import { SilenceError, silenceState, type NewSilence, type Silence } from "../../alerts/notify/silences.ts";
import type { ApiEnv } from "../context.ts";
import type { WireSilence, WireSilences } from "../contract.ts";
import { jsonBody } from "../json-body.ts";
import type { AlertingContext } from "./alerting-context.ts";

const ORDER = { active: 0, pending: 1, expired: 2 };
const OPERATORS = ["=", "!=", "=~", "!~"] as const;
const LONGEST_TEXT = 1000;
const MOST_MATCHERS = 50;
const EXAMPLE =
  'send {"matchers": [{"name": "service_name", "operator": "=", "value": "payments"}], "startsAtMillis": …, "endsAtMillis": …, "createdBy": "…", "comment": "…"}';

export function silenceRoutes({ service }: AlertingContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/silences", (c) => {
      const counts = heldBack(service);
      const silences = service.silences().map((silence) => wireSilence(silence, service.now(), counts));
      return c.json<WireSilences>({ silences: silences.toSorted((a, b) => ORDER[a.state] - ORDER[b.state]) });
    })
    .post("/silences", async (c) => {
      const wanted = readSilence(await jsonBody(c.req.raw));
      const id = await refused(() => service.setSilence(wanted));
      const silence = service.silences().find((each) => each.id === id);
      if (!silence) throw new NotFoundError(`cannot find the silence ${id}: it has just been taken away`);
      return c.json<WireSilence>(wireSilence(silence, service.now(), heldBack(service)), 201);
    })
    .delete("/silences/:id", async (c) => {
      const id = c.req.param("id");
      if (!service.silences().some((silence) => silence.id === id))
        throw new NotFoundError(`cannot find the silence ${id}`);
      await refused(() => service.expireSilence(id));
      return c.body(null, 204);
    });
}

async function refused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof SilenceError ? new QueryError(error.message) : error;
  }
}

/** Alerts by the silences that hold them back. */
function heldBack(service: AlertingService): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const suppressionOf = service.suppressions();
  for (const alert of service.alerts()) {
    if (alert.state === "resolved") continue;
    for (const id of suppressionOf(alert).silencedBy) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

function wireSilence(silence: Silence, now: number, counts: ReadonlyMap<string, number>): WireSilence {
  return {
    id: silence.id,
    matchers: silence.matchers.map(({ name, operator, value }) => ({ name, operator, value })),
    startsAtMillis: silence.startsAt,
    endsAtMillis: silence.endsAt,
    createdBy: silence.createdBy,
    comment: silence.comment,
    state: silenceState(silence, now),
    updatedAtMillis: silence.updatedAt,
    alerts: counts.get(silence.id) ?? 0,
  };
}

function readSilence(body: unknown): NewSilence {
  const fail = (what: string): never => {
    throw new QueryError(`cannot read the silence: ${what}`, undefined, EXAMPLE);
  };
  if (typeof body !== "object" || body === null || Array.isArray(body)) return fail("it is no JSON object");
  const { id, matchers, startsAtMillis, endsAtMillis, createdBy, comment } = body as Record<string, unknown>;
  const text = (name: string, value: unknown): string =>
    typeof value === "string" && value.length <= LONGEST_TEXT
      ? value
      : fail(`${name} is missing, or longer than ${LONGEST_TEXT} characters`);
  const time = (name: string, value: unknown): number =>
    typeof value === "number" && Number.isFinite(value) ? value : fail(`${name} is no number of milliseconds`);
  if (!Array.isArray(matchers) || matchers.length > MOST_MATCHERS)
    return fail(`matchers is no list of at most ${MOST_MATCHERS}`);
  return {
    ...(id !== undefined && { id: text("id", id) }),
    matchers: matchers.map((matcher: unknown, i) => {
      const { name, operator, value } = (matcher ?? {}) as Record<string, unknown>;
      const known = OPERATORS.find((each) => each === operator);
      return {
        name: text(`matchers[${i}].name`, name),
        operator: known ?? fail(`matchers[${i}].operator is none of ${OPERATORS.join(" ")}`),
        value: text(`matchers[${i}].value`, value),
      };
    }),
    startsAt: time("startsAtMillis", startsAtMillis),
    endsAt: time("endsAtMillis", endsAtMillis),
    createdBy: text("createdBy", createdBy),
    comment: text("comment", comment),
  };
}
