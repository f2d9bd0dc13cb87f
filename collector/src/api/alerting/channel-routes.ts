/** Channels: how they do, a test, a preview; what was given up. */
import { Hono } from "hono";
import { NotFoundError } from "../../base/errors.ts";
import type { NotifiedAlert } from "../../alerts/channels/notification.ts";
import type { AlertingService } from "../../alerts/engine/alerting-service.ts";
import type { Route } from "../../alerts/notify/route-tree.ts";
import { channelIdOf, UnknownChannelError, type ChannelStatus } from "../../alerts/send/sending.ts";
import type { ApiEnv } from "../context.ts";
import type { WireChannel, WireChannelPreview, WireChannels, WireChannelTest, WireDeadLetters } from "../contract.ts";
import * as parameters from "../parameters.ts";
import type { AlertingContext } from "./alerting-context.ts";
import { wireIssues } from "./wire-rule.ts";

export function channelRoutes({ service }: AlertingContext): Hono<ApiEnv> {
  const { sending } = service;
  return new Hono<ApiEnv>()
    .get("/channels", (c) => {
      const { configFile, issues, warnings, root } = service.notification();
      return c.json<WireChannels>({
        configFile,
        issues: [...wireIssues(issues), ...wireIssues(warnings, "warning")],
        channels: sending.status().map(wireChannel),
        routes: configFile === "" ? [] : wireRoutes(root),
      });
    })
    .post("/channels/:receiver/:kind/:index/test", async (c) =>
      c.json<WireChannelTest>(await known(() => sending.test(idOf(c.req.param()), service.now()))),
    )
    .get("/channels/:receiver/:kind/:index/preview", async (c) => {
      const alert = parameters.text(new URL(c.req.url).searchParams, "alert");
      const alerts = alert === undefined ? undefined : [await notified(service, alert)];
      const { requests, text, hasPicture } = await known(() =>
        sending.preview(idOf(c.req.param()), alerts, service.now()),
      );
      return c.json<WireChannelPreview>({
        requests: requests.map(({ headers, ...request }) => ({ ...request, headers: { ...headers } })),
        text,
        hasPicture,
      });
    })
    .get("/dead-letters", (c) =>
      c.json<WireDeadLetters>({
        letters: sending.deadLetters().map(({ alerts, createdAt, failedAt, ...letter }) => ({
          ...letter,
          alerts: [...alerts],
          createdAtMillis: createdAt,
          failedAtMillis: failedAt,
        })),
      }),
    )
    .post("/dead-letters/:id/retry", async (c) => {
      const id = c.req.param("id");
      if (!(await sending.retry(id, service.now()))) throw missingLetter(id);
      return c.body(null, 204);
    })
    .delete("/dead-letters/:id", async (c) => {
      const id = c.req.param("id");
      if (!(await sending.drop(id))) throw missingLetter(id);
      return c.body(null, 204);
    });
}

function idOf({ receiver, kind, index }: Record<string, string>): string {
  return channelIdOf(receiver, kind, Number(index));
}

async function known<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UnknownChannelError
      ? new NotFoundError(`${error.message}; GET /api/v1/alerting/channels lists what there is`)
      : error;
  }
}

function missingLetter(id: string): NotFoundError {
  return new NotFoundError(`cannot find the dead letter ${id}: it was sent again, dropped, or never there`);
}

async function notified(service: AlertingService, id: string): Promise<NotifiedAlert> {
  const alert = service.alerts().find((each) => each.id === id) ?? (await service.episode(id));
  if (!alert) throw new NotFoundError(`cannot find the alert ${id}`);
  const found = await service.evidence(id);
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    isResolved: alert.resolvedAtMillis !== undefined,
    startsAt: alert.firedAtMillis ?? alert.activeAtMillis,
    endsAt: alert.resolvedAtMillis,
    generatorURL: "generatorUrl" in alert ? alert.generatorUrl : "",
    fingerprint: alert.fingerprint,
    ...(found && { evidence: found.evidence }),
  };
}

function wireChannel(status: ChannelStatus): WireChannel {
  const { id, receiver, kind, index, target, sendResolved, sent, failed, waiting, lastError } = status;
  return {
    id,
    receiver,
    kind,
    index,
    target,
    sendResolved,
    sent,
    failed,
    waiting,
    lastSentMillis: status.lastSentAt ?? null,
    lastError,
    lastErrorMillis: status.lastErrorAt ?? null,
    retryAtMillis: status.retryAt ?? null,
  };
}

/** The root first, each before those below it. */
function wireRoutes(route: Route, depth = 0): WireChannels["routes"] {
  return [wireRoute(route, depth), ...route.routes.flatMap((child) => wireRoutes(child, depth + 1))];
}

function wireRoute(route: Route, depth: number): WireChannels["routes"][number] {
  const { receiver, groupBy, matchers, continues } = route;
  return {
    depth,
    receiver,
    matchers: matchers.map(String),
    groupBy: groupBy === "all" ? ["..."] : [...groupBy],
    groupWaitMillis: route.groupWaitMillis,
    groupIntervalMillis: route.groupIntervalMillis,
    repeatIntervalMillis: route.repeatIntervalMillis,
    muteTimeIntervals: [...route.muteTimeIntervals],
    activeTimeIntervals: [...route.activeTimeIntervals],
    continues,
  };
}
