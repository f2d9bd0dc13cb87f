/**
 * Keep-alive of a gRPC connection, as grpc-go's server does it (https://github.com/grpc/grpc/blob/master/doc/keepalive.md): pings on
 * silent connections, an idle and an age limit, and sending away clients that ping too often where a policy asks for it.
 */
import { constants, type ServerHttp2Session } from "node:http2";
import type { GrpcConfig } from "./config.ts";

/** Clients that ping too often get this many warnings, as in grpc-go. */
const PING_STRIKES = 2;

export function keepAlive(
  session: ServerHttp2Session,
  { server_parameters: limits, enforcement_policy: policy }: GrpcConfig["keepalive"],
): void {
  const timers = new Set<NodeJS.Timeout>();
  const after = (millis: number | undefined, act: () => void): NodeJS.Timeout | undefined => {
    // Timers beyond 2^31 ms would fire at once; a connection that long lived has no limit.
    if (millis === undefined || millis <= 0 || millis > 2 ** 31 - 1) return undefined;
    const timer = setTimeout(act, millis);
    timer.unref();
    timers.add(timer);
    return timer;
  };
  let streams = 0;
  let idle = after(limits.max_connection_idle, () => session.close());
  let silent = after(limits.time, ping);
  session.on("stream", (stream) => {
    streams++;
    clearTimeout(idle);
    silent?.refresh();
    stream.once("close", () => {
      if (--streams === 0) idle = after(limits.max_connection_idle, () => session.close());
    });
  });

  function ping(): void {
    if (session.destroyed) return;
    const unanswered = after(limits.timeout, () => session.destroy());
    session.ping(() => {
      clearTimeout(unanswered);
      silent?.refresh();
    });
  }

  after(limits.max_connection_age, () => {
    session.close();
    after(limits.max_connection_age_grace, () => session.destroy());
  });

  let strikes = 0;
  let lastPing = 0;
  session.on("ping", () => {
    silent?.refresh();
    if (!policy) return;
    const now = Date.now();
    const tooSoon = now - lastPing < policy.min_time || (streams === 0 && !policy.permit_without_stream);
    strikes = tooSoon ? strikes + 1 : 0;
    lastPing = now;
    if (strikes > PING_STRIKES) {
      session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, 0, Buffer.from("too_many_pings"));
      session.destroy();
    }
  });
  session.once("close", () => {
    for (const timer of timers) clearTimeout(timer);
  });
}
