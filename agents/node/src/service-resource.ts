/**
 * Who sends the telemetry: the default resource, completed by the app's package.json, and the detectors that add to it.
 * In: the OpenTelemetry modules and the app's package. Out: a base resource and detectors; a later one wins, and the
 * environment (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES) is last.
 */

import type { Resource, ResourceDetector } from "@opentelemetry/resources";
import type { AppPackage } from "./app-package.ts";
import type { OtelModules } from "./otel-modules.ts";

/** `unknown_service:node`, the SDK's name for an app it knows nothing of, gives way to the package's name. */
export function createBaseResource({ resources }: Pick<OtelModules, "resources">, app: AppPackage): Resource {
  return resources.defaultResource().merge(
    resources.resourceFromAttributes({
      ...(app.name === undefined ? {} : { "service.name": app.name }),
      ...(app.version === undefined ? {} : { "service.version": app.version }),
    }),
  );
}

/**
 * Without OTEL_NODE_RESOURCE_DETECTORS: what can be found out locally. The cloud detectors ask metadata servers over the
 * network and are only used when they are named. Command lines stay out because they may hold secrets.
 */
export function chooseDetectors(modules: OtelModules, chosenByUser: boolean): ResourceDetector[] {
  if (chosenByUser) return modules.instrumentations.getResourceDetectors();
  const { hostDetector, osDetector, processDetector, serviceInstanceIdDetector, envDetector } = modules.resources;
  return [
    hostDetector,
    osDetector,
    withoutCommandLine(processDetector),
    serviceInstanceIdDetector,
    modules.containerDetector,
    envDetector,
  ];
}

const COMMAND_LINE = new Set(["process.command_args", "process.command"]);

function withoutCommandLine(detector: ResourceDetector): ResourceDetector {
  return {
    detect: (config) => {
      const { attributes = {}, ...rest } = detector.detect(config);
      const kept = Object.entries(attributes).filter(([key]) => !COMMAND_LINE.has(key));
      return { ...rest, attributes: Object.fromEntries(kept) };
    },
  };
}
