/**
 * Alertmanager's HTTP API v2, so that amtool, Grafana's Alertmanager data source and other people's Prometheus work against Goldspan.
 * Errors are a JSON text, as there. https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
import { Hono } from "hono";
import { QueryError } from "../../../base/errors.ts";
import { PatternError } from "../../../base/re2.ts";
import { compilePattern } from "../../../base/text-pattern.ts";
import type { Alert } from "../../../alerts/notify/alert.ts";
import { AlertError, isResolved } from "../../../alerts/notify/alert.ts";
import { hideSecrets } from "../../../alerts/notify/config/hide-secrets.ts";
import { formatLabels } from "../../../alerts/notify/labels.ts";
import { matchesAll } from "../../../alerts/notify/matcher.ts";
import { SilenceError, silenceState, type Silence } from "../../../alerts/notify/silences.ts";
import type { AlertingContext } from "../../alerting/alerting-context.ts";
import type { ApiEnv } from "../../context.ts";
import { failureOf } from "../../errors.ts";
import { jsonBody } from "../../json-body.ts";
import { filters, flag, readAlerts, readSilence, RequestError } from "./parameters.ts";
import { formatTime, gettableAlert, gettableSilence, type GettableAlert } from "./wire.ts";

/** Whose API this is: clients decide by it what they may ask for. */
const ALERTMANAGER_VERSION = "0.28.0";
const ORDER = { active: 0, pending: 1, expired: 2 };

export function alertmanagerRoutes(context: AlertingContext): Hono<ApiEnv> {
  const { service, version, startedAtMillis, reportError } = context;
  const routes = new Hono<ApiEnv>();
  routes.onError((error, c) => {
    if (error instanceof RequestError || error instanceof AlertError || error instanceof SilenceError)
      return c.json(error.message, 400);
    if (error instanceof QueryError) return c.json(error.message, 400);
    const { status, error: failure } = failureOf(error, reportError);
    return c.json(failure.message, status as 500);
  });
  return routes
    .get("/-/healthy", (c) => c.text("OK"))
    .get("/-/ready", (c) => c.text("OK"))
    .get("/api/v2/status", (c) =>
      c.json({
        cluster: { status: "disabled", peers: [] },
        config: { original: hideSecrets(service.notification().configText) },
        uptime: formatTime(startedAtMillis),
        versionInfo: {
          version: ALERTMANAGER_VERSION,
          revision: "",
          branch: "",
          buildUser: `goldspan ${version}`,
          buildDate: "",
          goVersion: "",
        },
      }),
    )
    .get("/api/v2/receivers", (c) => c.json(service.notification().config.receivers.map(({ name }) => ({ name }))))
    .get("/api/v2/alerts", (c) => {
      const wanted = filterOf(new URL(c.req.url).searchParams);
      const alerts = alertsByFingerprint().filter(({ json }) => wanted.alert(json) && wanted.receivers(json));
      return c.json(alerts.map(({ json }) => json).toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)));
    })
    .post("/api/v2/alerts", async (c) => {
      await service.receive(readAlerts(await jsonBody(c.req.raw)));
      return c.body(null, 200);
    })
    .get("/api/v2/alerts/groups", (c) => {
      const wanted = filterOf(new URL(c.req.url).searchParams);
      const known = new Map(alertsByFingerprint().map((each) => [each.json.fingerprint, each.json]));
      const groups = service.alertGroups().map(({ labels, route, alerts }) => ({
        labels,
        receiver: { name: route.receiver },
        alerts: [...alerts.keys()].flatMap((fingerprint) => known.get(fingerprint) ?? []).filter(wanted.alert),
      }));
      const text = (group: (typeof groups)[number]) => `${formatLabels(group.labels)}\0${group.receiver.name}`;
      return c.json(
        groups
          .filter(({ alerts, receiver }) => alerts.length > 0 && wanted.receiver(receiver.name))
          .toSorted((a, b) => (text(a) < text(b) ? -1 : 1)),
      );
    })
    .get("/api/v2/silences", (c) => {
      const matchers = filters(new URL(c.req.url).searchParams);
      const now = service.now();
      // A filter finds silences by the labels that their matchers name.
      const labels = (silence: Silence) => Object.fromEntries(silence.matchers.map(({ name, value }) => [name, value]));
      return c.json(
        service
          .silences()
          .filter((silence) => matchesAll(matchers, labels(silence)))
          .toSorted((a, b) => ORDER[silenceState(a, now)] - ORDER[silenceState(b, now)] || a.endsAt - b.endsAt)
          .map((silence) => gettableSilence(silence, now)),
      );
    })
    .post("/api/v2/silences", async (c) => {
      const wanted = readSilence(await jsonBody(c.req.raw));
      if (wanted.id !== undefined && !silenceOf(wanted.id)) return c.json("silence not found", 404);
      return c.json({ silenceID: await service.setSilence(wanted) });
    })
    .get("/api/v2/silence/:id", (c) => {
      const silence = silenceOf(c.req.param("id"));
      return silence ? c.json(gettableSilence(silence, service.now())) : c.json("silence not found", 404);
    })
    .delete("/api/v2/silence/:id", async (c) => {
      const id = c.req.param("id");
      if (!silenceOf(id)) return c.json("silence not found", 404);
      await service.expireSilence(id);
      return c.body(null, 200);
    });

  function silenceOf(id: string): Silence | undefined {
    return service.silences().find((silence) => silence.id === id);
  }

  /** Those that have not ended, with all receivers whose groups they stand in. */
  function alertsByFingerprint(): { json: GettableAlert }[] {
    const found = new Map<string, { alert: Alert; receivers: string[] }>();
    for (const { route, alerts } of service.alertGroups()) {
      for (const alert of alerts.values()) {
        if (isResolved(alert, service.now())) continue;
        const known = found.get(alert.fingerprint) ?? { alert, receivers: [] };
        if (!known.receivers.includes(route.receiver)) known.receivers.push(route.receiver);
        found.set(alert.fingerprint, known);
      }
    }
    const suppressionOf = service.suppressions();
    return [...found.values()].map(({ alert, receivers }) => ({
      json: gettableAlert(alert, receivers, suppressionOf(alert)),
    }));
  }
}

function filterOf(parameters: URLSearchParams) {
  const matchers = filters(parameters);
  const [active, silenced, inhibited] = ["active", "silenced", "inhibited"].map((name) => flag(parameters, name));
  // Known, and without effect here: every alert is routed at once, and routes are muted, not alerts.
  for (const name of ["unprocessed", "muted"]) flag(parameters, name);
  const receiver = receiverPattern(parameters.get("receiver") ?? "");
  return {
    receiver,
    receivers: ({ receivers }: GettableAlert) => receivers.some(({ name }) => receiver(name)),
    alert: ({ labels, status }: GettableAlert) =>
      (active || status.state !== "active") &&
      (silenced || status.silencedBy.length === 0) &&
      (inhibited || status.inhibitedBy.length === 0) &&
      matchesAll(matchers, labels),
  };
}

function receiverPattern(text: string): (name: string) => boolean {
  if (text === "") return () => true;
  try {
    const pattern = compilePattern(text, { whole: true });
    return (name) => pattern.test(name);
  } catch (error) {
    if (error instanceof PatternError) throw new RequestError(`cannot read the receiver: ${error.message}`);
    throw error;
  }
}
