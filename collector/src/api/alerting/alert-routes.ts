/** Alerts, what was found for them, who was told, and what was. */
import { Hono } from "hono";
import { NotFoundError } from "../../base/errors.ts";
import type { AlertingService, KnownAlert } from "../../alerts/engine/alerting-service.ts";
import type { ApiEnv } from "../context.ts";
import type {
  WireAlert,
  WireAlertDetail,
  WireAlertHistory,
  WireAlertingSummary,
  WireAlerts,
  WireRule,
} from "../contract.ts";
import * as parameters from "../parameters.ts";
import type { AlertingContext } from "./alerting-context.ts";
import { wireAlert, wireEndedAlert, wireEpisode, wireTold } from "./wire-alert.ts";
import { wireEvidence } from "./wire-evidence.ts";
import { wireRule } from "./wire-rule.ts";

/** Evidence is read one by one: beyond these only labels tell the service. */
const MOST_WITH_EVIDENCE = 200;
const MOST_EPISODES = 20;
const DAY_MILLIS = 86_400_000;

export function alertRoutes({ service, pictureOf }: AlertingContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/summary", (c) => c.json<WireAlertingSummary>(summaryOf(service)))
    .get("/alerts", async (c) => {
      const suppressionOf = service.suppressions();
      const alerts = await Promise.all(
        service.alerts().map(async (alert, i): Promise<WireAlert> => {
          const found = i < MOST_WITH_EVIDENCE ? await service.evidence(alert.id) : undefined;
          return wireAlert(alert, found?.evidence, service, suppressionOf(alert));
        }),
      );
      return c.json<WireAlerts>({ alerts });
    })
    .get("/alerts/:id", async (c) => c.json<WireAlertDetail>(await detailOf(service, c.req.param("id"))))
    .get("/alerts/:id/picture", async (c) => {
      const id = c.req.param("id");
      const picture = await pictureOf(id);
      if (!picture) throw new NotFoundError(`cannot draw the alert ${id}: nothing was found that can be drawn`);
      return c.body(picture as Uint8Array<ArrayBuffer>, 200, { "content-type": "image/png" });
    })
    .get("/history", async (c) => {
      const { searchParams } = new URL(c.req.url);
      const limit = parameters.integer(searchParams, "limit", 200, 1, 1000);
      const now = service.now();
      const { start, end } = parameters.hasRange(searchParams)
        ? parameters.millisRange(searchParams, now)
        : { start: now - DAY_MILLIS, end: now };
      const episodes = await service.episodes({
        startMillis: start,
        endMillis: end,
        service: parameters.text(searchParams, "service"),
        limit: limit + 1,
      });
      return c.json<WireAlertHistory>({
        episodes: episodes.slice(0, limit).map(wireEpisode),
        isCut: episodes.length > limit,
      });
    });
}

function summaryOf(service: AlertingService): WireAlertingSummary {
  const suppressionOf = service.suppressions();
  const active = service.alerts().filter(({ state }) => state === "firing");
  const silenced = active.filter((alert) => suppressionOf(alert).silencedBy.length > 0).length;
  return {
    isOn: true,
    firing: active.length - silenced,
    pending: service.alerts().filter(({ state }) => state === "pending").length,
    silenced,
    problems: [...service.problems()],
  };
}

async function detailOf(service: AlertingService, id: string): Promise<WireAlertDetail> {
  const known = service.alerts().find((alert) => alert.id === id);
  const [episode, found] = await Promise.all([service.episode(id), service.evidence(id)]);
  if (!known && !episode)
    throw new NotFoundError(`cannot find the alert ${id}: it never fired, or it ended too long ago to be remembered`);
  const alert = known
    ? wireAlert(known, found?.evidence, service, service.suppressions()(known))
    : wireEndedAlert(episode!, found?.evidence, service);
  const { fingerprint, activeAtMillis } = alert;
  const earlier = await service.episodes({
    startMillis: 0,
    endMillis: activeAtMillis,
    fingerprint,
    limit: MOST_EPISODES + 1,
  });
  return {
    alert,
    rule: ruleOf(service, known, alert.ruleId),
    evidence: found ? wireEvidence(found) : null,
    told: (episode?.told ?? []).map(wireTold),
    episodes: earlier
      .filter((each) => each.id !== id)
      .slice(0, MOST_EPISODES)
      .map(wireEpisode),
  };
}

function ruleOf(service: AlertingService, known: KnownAlert | undefined, ruleId: string): WireRule | null {
  const id = known?.rule?.id ?? ruleId;
  if (id === "") return null;
  for (const group of service.groups()) {
    const rule = group.rules.find((each) => each.id === id);
    if (rule) return wireRule(rule, group);
  }
  return null;
}
