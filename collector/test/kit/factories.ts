/** Factories for tests of the configuration and the graph: those of the simple components, whatever else a build has. */
import type { Factory } from "../../src/component/factory.ts";
import { forwardConnector } from "../../src/connectors/forward/factory.ts";
import { nopConnector } from "../../src/connectors/nop/factory.ts";
import { debugExporter } from "../../src/exporters/debug/factory.ts";
import { nopExporter } from "../../src/exporters/nop/factory.ts";
import { bearerTokenAuthExtension } from "../../src/extensions/bearertokenauth/factory.ts";
import { healthCheckExtension } from "../../src/extensions/health_check/factory.ts";
import { nopExtension } from "../../src/extensions/nop/factory.ts";
import { attributesProcessor } from "../../src/processors/attributes/factory.ts";
import { batchProcessor } from "../../src/processors/batch/factory.ts";
import { filterProcessor } from "../../src/processors/filter/factory.ts";
import { memoryLimiterProcessor } from "../../src/processors/memory_limiter/factory.ts";
import { nopProcessor } from "../../src/processors/nop/factory.ts";
import { redactionProcessor } from "../../src/processors/redaction/factory.ts";
import { resourceProcessor } from "../../src/processors/resource/factory.ts";
import { nopReceiver } from "../../src/receivers/nop/factory.ts";

export const simpleFactories: readonly Factory[] = [
  nopReceiver,
  nopProcessor,
  memoryLimiterProcessor,
  batchProcessor,
  attributesProcessor,
  resourceProcessor,
  filterProcessor,
  redactionProcessor,
  nopExporter,
  debugExporter,
  nopConnector,
  forwardConnector,
  nopExtension,
  healthCheckExtension,
  bearerTokenAuthExtension,
];
