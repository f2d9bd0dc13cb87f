/** Channels: how they do, a test, a preview; what was given up. */
import { Hono } from "hono";
import { NotFoundError } from "../../base/errors.ts";
import type { NotifiedAlert } from "../../alerts/channels/notification.ts";
import type { AlertingService } from "../../alerts/engine/alerting-service.ts";
import { channelIdOf, UnknownChannelError, type ChannelStatus, type Preview } from "../../alerts/send/sending.ts";
import type { ApiEnv } from "../context.ts";
import type { WireChannel, WireChannelPreview, WireChannels, WireChannelTest, WireDeadLetters } from "../contract.ts";
import * as parameters from "../parameters.ts";
import type { AlertingContext } from "./alerting-context.ts";
import { wireRouteTree } from "./routing-routes.ts";
import { wireIssues } from "./wire-rule.ts";

export function channelRoutes({ service }: AlertingContext): Hono<ApiEnv> {
  const { sending } = service;
  return new Hono<ApiEnv>()
    .get("/channels", (c) => {
      const { configFile, issues, warnings } = service.notification();
      return c.json<WireChannels>({
        configFile,
        issues: [...wireIssues(issues), ...wireIssues(warnings, "warning")],
        channels: sending.status().map(wireChannel),
        ...wireRouteTree(service),
      });
    })
    .post("/channels/:receiver/:kind/:index/test", async (c) =>
      c.json<WireChannelTest>(await known(() => sending.test(idOf(c.req.param()), service.now()))),
    )
    .get("/channels/:receiver/:kind/:index/preview", async (c) => {
      const { searchParams } = new URL(c.req.url);
      const alert = parameters.text(searchParams, "alert");
      const state = parameters.choice(searchParams, "state", ["", "firing", "resolved"]);
      const alerts = alert === undefined ? undefined : [inState(await notified(service, alert), state, service.now())];
      const of = { alerts, isResolved: state === "resolved" };
      return c.json<WireChannelPreview>(
        wirePreview(await known(() => sending.preview(idOf(c.req.param()), of, service.now()))),
      );
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

/** As if it were firing, or over, whatever it is. */
function inState(alert: NotifiedAlert, state: string, now: number): NotifiedAlert {
  if (state === "") return alert;
  const isResolved = state === "resolved";
  return { ...alert, isResolved, endsAt: isResolved ? (alert.endsAt ?? now) : undefined };
}

function wirePreview({ requests, text, hasPicture, shown }: Preview): WireChannelPreview {
  return {
    requests: requests.map(({ headers, ...request }) => ({ ...request, headers: { ...headers } })),
    text,
    hasPicture,
    shown: shown.blocks.map((block) => ({
      kind: block.kind,
      runs: ("runs" in block ? block.runs : []).map(({ text, isBold = false, isCode = false, href = "" }) => ({
        text,
        isBold,
        isCode,
        href,
      })),
      fields: ("fields" in block ? block.fields : []).map((field) => ({ ...field })),
    })),
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
