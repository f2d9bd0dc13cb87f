/** The keys of the Collector's health_check extension (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/healthcheckextension). */
import { maybe, object, optional, string, type ConfigOf } from "../../component/config-schema.ts";
import { endpoint } from "../../component/endpoint.ts";
import { ignored } from "../../component/ignored-field.ts";
import { serverTls } from "../../component/server-tls.ts";

export const healthCheckConfig = object({
  endpoint: endpoint({ default: "localhost:13133", doc: "address to listen on; port 0 = any free one" }),
  path: string({
    default: "/",
    doc: "path that is answered",
    check: (path) => (path.startsWith("/") ? undefined : "a path that begins with /"),
  }),
  response_body: maybe(
    object({
      healthy: string({ default: "", doc: "body of the answer 200" }),
      unhealthy: string({ default: "", doc: "body of the answer 503" }),
    }),
  ),
  tls: optional(serverTls),
  check_collector_pipeline: ignored("readiness of all components is what is answered"),
});

export type HealthCheckConfig = ConfigOf<typeof healthCheckConfig>;
