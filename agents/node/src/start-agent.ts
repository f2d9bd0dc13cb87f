/**
 * Starts the OpenTelemetry SDK with the agent's defaults and ties it to the life of the process.
 * In: settings, the environment and the app's package. Out: nothing but effects; telemetry flows when it returns.
 */

import type { AppPackage } from "./app-package.ts";
import { captureConsole } from "./console-capture.ts";
import { recordCrashes } from "./crash-record.ts";
import { DeliveryNotice } from "./delivery-notice.ts";
import type { Environment } from "./environment.ts";
import { installExitFlush } from "./exit-flush.ts";
import { chooseInstrumentations } from "./instrumentations.ts";
import { lastPost } from "./last-post.ts";
import { hookImports } from "./module-hooks.ts";
import { api, loadOtelModules } from "./otel-modules.ts";
import { createPipelines } from "./pipelines.ts";
import { chooseDetectors, createBaseResource } from "./service-resource.ts";
import type { Settings } from "./settings.ts";

const SCOPE = "@goldspan/agent-node";

export function startAgent(settings: Settings, env: Environment, app: AppPackage, write: (line: string) => void): void {
  const modules = loadOtelModules();
  const logger = (): ReturnType<typeof api.logs.getLogger> => api.logs.getLogger(SCOPE);
  const notice = new DeliveryNotice({
    write,
    reportLoss: (signal, lostItems) =>
      logger().emit({
        severityNumber: api.SeverityNumber.WARN,
        severityText: "warn",
        body: `${lostItems} items of ${signal} were given up while the collector could not be reached`,
        attributes: { "goldspan.lost.items": lostItems, "goldspan.lost.signal": signal },
      }),
  });
  const pipelines = createPipelines(settings, modules, notice.record.bind(notice));
  const instrumentations = chooseInstrumentations(modules, settings, env);
  hookImports(instrumentations);
  new modules.sdk.NodeSDK({
    ...pipelines.configuration,
    resource: createBaseResource(modules, app),
    resourceDetectors: chooseDetectors(modules, env.text("OTEL_NODE_RESOURCE_DETECTORS") !== undefined),
    instrumentations,
  }).start();

  if (settings.logs.delivery !== "none") {
    // winston's transport and older libraries still write to the separate logs API.
    modules.legacyLogs.logs.setGlobalLoggerProvider(api.logs.getLoggerProvider());
    if (settings.consoleLogs) captureConsole(console, logger());
    if (settings.recordCrashes) recordCrashes(logger());
  }
  installExitFlush({
    deadlineMillis: settings.flushDeadlineMillis,
    flush: () => pipelines.flush(),
    pending: () => pipelines.pending(),
    flushSync: (timeoutMillis) => lastPost(pipelines.takeUnsent(), timeoutMillis),
    end: () => notice.recordEnd(),
  });
}
