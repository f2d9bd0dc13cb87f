/** Alerts, what was found for them, who was told, and what was. */
import { Hono } from "hono";
import { NotFoundError } from "../../base/errors.ts";
import type { AlertingService, KnownAlert } from "../../alerts/engine/alerting-service.ts";
import type { Labels } from "../../alerts/notify/labels.ts";
import type { BaselineSource } from "../../alerts/rules/rule-source.ts";
import type { ApiEnv } from "../context.ts";
import type {
  WireAlert,
  WireAlertChart,
  WireAlertDetail,
  WireAlertHistory,
  WireAlertingSummary,
  WireAlerts,
  WireNormalBand,
  WireRule,
} from "../contract.ts";
import * as parameters from "../parameters.ts";
import type { AlertingContext } from "./alerting-context.ts";
import { wireAlert, wireEndedAlert, wireEpisode, wireTold } from "./wire-alert.ts";
import { wireChart, wireEvidence } from "./wire-evidence.ts";
import { wireRule } from "./wire-rule.ts";

/** Evidence is read one by one: beyond these only labels tell the service. */
const MOST_WITH_EVIDENCE = 200;
const MOST_EPISODES = 20;
const DAY_MILLIS = 86_400_000;
const MOST_STEPS = 1000;
/** Of a chart, after the end of its alert. */
const AFTER_MILLIS = 5 * 60_000;
const LEAST_STEP_MILLIS = 1000;

export function alertRoutes({ service, pictureOf, band, chart }: AlertingContext): Hono<ApiEnv> {
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
      const picture = await pictureOf(id, c.req.raw.signal);
      if (!picture) throw new NotFoundError(`cannot draw the alert ${id}: nothing was found that can be drawn`);
      return c.body(picture as Uint8Array<ArrayBuffer>, 200, { "content-type": "image/png" });
    })
    .get("/alerts/:id/chart", async (c) => {
      const id = c.req.param("id");
      const [found, { labels, rule, activeAtMillis, resolvedAtMillis }] = await Promise.all([
        service.evidence(id),
        alertOf(service, id),
      ]);
      const endMillis = Math.min(service.now(), (resolvedAtMillis ?? Infinity) + AFTER_MILLIS);
      const drawn =
        found && (await chart({ labels, rule, evidence: found.evidence, activeAtMillis, endMillis }, c.req.raw.signal));
      if (!drawn) throw new NotFoundError(`cannot draw the alert ${id}: nothing was found that can be drawn`);
      return c.json<WireAlertChart>(wireChart(drawn));
    })
    .get("/alerts/:id/band", async (c) => {
      const { searchParams } = new URL(c.req.url);
      const { source, labels } = await baselineOf(service, c.req.param("id"));
      const { start, end } = parameters.millisRange(searchParams, service.now());
      const least = Math.max(LEAST_STEP_MILLIS, Math.ceil((end - start) / MOST_STEPS));
      const stepMillis = parameters.integer(searchParams, "step", least, 1, DAY_MILLIS);
      const range = { startMillis: start, endMillis: end, stepMillis: Math.max(stepMillis, least) };
      const found = await band(source, labels, range, c.req.raw.signal);
      return c.json<WireNormalBand>({
        signal: source.signal,
        quantile: source.quantile,
        timesMillis: [...found.timesMillis],
        lower: [...found.lower],
        upper: [...found.upper],
        center: [...found.center],
      });
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

/** @throws NotFoundError */
async function alertOf(service: AlertingService, id: string) {
  const known = service.alerts().find((alert) => alert.id === id);
  const alert = known ?? (await service.episode(id));
  if (!alert) throw new NotFoundError(`cannot find the alert ${id}`);
  const ruleId = known ? known.rule?.id : (await service.episode(id))?.ruleId;
  const rules = service.groups().flatMap(({ rules }) => rules);
  const rule = rules.find((each) => each.id === ruleId)?.rule;
  const { labels, activeAtMillis, resolvedAtMillis } = alert;
  return { labels, activeAtMillis, resolvedAtMillis, rule: rule?.kind === "alerting" ? rule : undefined };
}

/** @throws NotFoundError */
async function baselineOf(service: AlertingService, id: string): Promise<{ source: BaselineSource; labels: Labels }> {
  const { rule, labels } = await alertOf(service, id);
  if (rule?.source.kind !== "baseline")
    throw new NotFoundError(`cannot tell what is normal for the alert ${id}: no rule of the kind baseline made it`);
  return { source: rule.source, labels };
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
