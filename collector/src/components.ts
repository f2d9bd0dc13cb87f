/** The one list of all factories: a new component is its folder and a line here. */
import type { Factory } from "./component/factory.ts";
import { exceptionsConnector } from "./connectors/exceptions/factory.ts";
import { forwardConnector } from "./connectors/forward/factory.ts";
import { nopConnector } from "./connectors/nop/factory.ts";
import { serviceGraphConnector } from "./connectors/service_graph/factory.ts";
import { spanMetricsConnector } from "./connectors/span_metrics/factory.ts";
import { debugExporter } from "./exporters/debug/factory.ts";
import { goldspanExporter } from "./exporters/goldspan/factory.ts";
import { nopExporter } from "./exporters/nop/factory.ts";
import { alertingExtension } from "./extensions/alerting/factory.ts";
import { bearerTokenAuthExtension } from "./extensions/bearertokenauth/factory.ts";
import { healthCheckExtension } from "./extensions/health_check/factory.ts";
import { nopExtension } from "./extensions/nop/factory.ts";
import { storageExtension } from "./extensions/storage/factory.ts";
import { webExtension } from "./extensions/web/factory.ts";
import { attributesProcessor } from "./processors/attributes/factory.ts";
import { batchProcessor } from "./processors/batch/factory.ts";
import { filterProcessor } from "./processors/filter/factory.ts";
import { memoryLimiterProcessor } from "./processors/memory_limiter/factory.ts";
import { nopProcessor } from "./processors/nop/factory.ts";
import { redactionProcessor } from "./processors/redaction/factory.ts";
import { resourceProcessor } from "./processors/resource/factory.ts";
import { nopReceiver } from "./receivers/nop/factory.ts";
import { otlpReceiver } from "./receivers/otlp/factory.ts";
import { elasticsearchReceiver } from "./receivers/elasticsearch/factory.ts";
import { lokiReceiver } from "./receivers/loki/factory.ts";
import { prometheusReceiver } from "./receivers/prometheus/factory.ts";
import { prometheusRemoteWriteReceiver } from "./receivers/prometheus_remote_write/factory.ts";
import { syslogReceiver } from "./receivers/syslog/factory.ts";

export const factories: readonly Factory[] = [
  otlpReceiver,
  elasticsearchReceiver,
  lokiReceiver,
  prometheusReceiver,
  prometheusRemoteWriteReceiver,
  syslogReceiver,
  nopReceiver,
  attributesProcessor,
  batchProcessor,
  filterProcessor,
  memoryLimiterProcessor,
  nopProcessor,
  redactionProcessor,
  resourceProcessor,
  debugExporter,
  goldspanExporter,
  nopExporter,
  exceptionsConnector,
  forwardConnector,
  nopConnector,
  serviceGraphConnector,
  spanMetricsConnector,
  alertingExtension,
  bearerTokenAuthExtension,
  healthCheckExtension,
  nopExtension,
  storageExtension,
  webExtension,
];
