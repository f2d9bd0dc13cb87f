/** Pinned traces: copies that retention doesn't take. */
import { Hono } from "hono";
import { NotFoundError, QueryError } from "../../base/errors.ts";
import { formatHex } from "../../base/hex.ts";
import type { PinnedTrace } from "../../store/store.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { WirePin, WirePins } from "../contract.ts";
import * as parameters from "../parameters.ts";

const LONGEST_REASON = 500;

export function pinRoutes({ reader }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/pins", async (c) => c.json<WirePins>({ pins: (await reader.pins.list()).map(wirePin) }))
    .put("/traces/:traceId/pin", async (c) => {
      const id = parameters.traceId(c.req.param("traceId"));
      const pin = await reader.pins.pin(id, reasonOf(await c.req.text()), c.req.raw.signal);
      if (!pin)
        throw new NotFoundError(`cannot pin the trace ${c.req.param("traceId")}: it never came, or its time is over`);
      return c.json<WirePin>(wirePin(pin));
    })
    .delete("/traces/:traceId/pin", async (c) => {
      if (await reader.pins.unpin(parameters.traceId(c.req.param("traceId")))) return c.body(null, 204);
      throw new NotFoundError(`cannot unpin the trace ${c.req.param("traceId")}: it is not pinned`);
    });
}

function reasonOf(body: string): string {
  if (body.trim() === "") return "";
  const hint = 'send nothing, or JSON: {"reason": "…"}';
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new QueryError("cannot read the body: it is no JSON", undefined, hint);
  }
  const reason = (value as { reason?: unknown } | null)?.reason ?? "";
  if (typeof reason !== "string" || reason.length > LONGEST_REASON)
    throw new QueryError(
      `cannot read the reason: expected text of at most ${LONGEST_REASON} characters`,
      undefined,
      hint,
    );
  return reason;
}

function wirePin({ traceId, ...pin }: PinnedTrace): WirePin {
  return { traceId: formatHex(traceId, 0, 16), ...pin };
}
