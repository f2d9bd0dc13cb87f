/** The structured logger of a service: JSON lines on stdout. The agent adds trace ids and sends each line over OTLP. */

import pino from "pino";

export type ServiceLogger = pino.Logger;

export function createServiceLogger(): ServiceLogger {
  return pino({ level: process.env.SHOP_LOG_LEVEL ?? "info" });
}
