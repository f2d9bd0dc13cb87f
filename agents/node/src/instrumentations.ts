/**
 * The instrumentations of the meta package with the agent's defaults. In: settings. Out: enabled instrumentations.
 * OTEL_NODE_ENABLED_INSTRUMENTATIONS and OTEL_NODE_DISABLED_INSTRUMENTATIONS choose as the meta package documents it.
 */

import type { IncomingMessage } from "node:http";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import type { Environment } from "./environment.ts";
import type { OtelModules } from "./otel-modules.ts";
import type { Settings } from "./settings.ts";

/**
 * Left out unless named: a span for each file, name look-up and socket drowns the ones people look for (a single HTTP
 * request makes two to four of them).
 */
const NOISY = ["fs", "dns", "net"];

export function chooseInstrumentations(
  { instrumentations }: Pick<OtelModules, "instrumentations">,
  settings: Settings,
  env: Environment,
): Instrumentation[] {
  const named = env.list("OTEL_NODE_ENABLED_INSTRUMENTATIONS");
  const disabled = named === undefined ? [...NOISY] : [];
  // Its observers cost CPU all the time and feed nothing but metrics.
  if (settings.metrics.delivery === "none") disabled.push("runtime-node");
  const sendsLogs = settings.logs.delivery !== "none";
  return instrumentations.getNodeAutoInstrumentations({
    ...Object.fromEntries(disabled.map((name) => [`@opentelemetry/instrumentation-${name}`, { enabled: false }])),
    "@opentelemetry/instrumentation-http": {
      ignoreIncomingRequestHook: (request: IncomingMessage) =>
        settings.ignoredPaths.has((request.url ?? "").split("?", 1)[0]),
    },
    "@opentelemetry/instrumentation-pino": { disableLogSending: !sendsLogs },
    "@opentelemetry/instrumentation-winston": { disableLogSending: !sendsLogs },
    "@opentelemetry/instrumentation-bunyan": { disableLogSending: !sendsLogs },
  });
}
