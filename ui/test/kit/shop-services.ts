/** The services of the generated shop and what their resources say; out: OTLP resources. */
import type { WireResource } from "goldspan/contract";
import { toKeyValues } from "./otlp-values.ts";

interface ShopService {
  readonly language: "nodejs" | "java" | "python" | "go";
  readonly version: string;
  /** Rolled out during the incident, see corpus.ts. */
  readonly nextVersion?: string;
}

export const SHOP_SERVICES: Readonly<Record<string, ShopService>> = {
  gateway: { language: "nodejs", version: "v3.12.0" },
  orders: { language: "java", version: "v1.8.2" },
  inventory: { language: "go", version: "v0.31.4" },
  payments: { language: "java", version: "v2.4.1", nextVersion: "v2.5.0" },
  "fraud-check": { language: "python", version: "2026.11.2" },
  cart: { language: "nodejs", version: "v1.4.0" },
  catalog: { language: "go", version: "v5.0.3" },
  pricing: { language: "go", version: "v2.0.0" },
  users: { language: "java", version: "v4.4.4" },
  auth: { language: "nodejs", version: "v2.1.7" },
  search: { language: "python", version: "v0.9.8" },
  recommendations: { language: "python", version: "v1.1.0-rc.3" },
  shipping: { language: "go", version: "v1.0.12" },
  notifications: { language: "nodejs", version: "v1.2.1" },
  "email-worker": { language: "nodejs", version: "v1.2.1" },
};

const RUNTIMES = {
  nodejs: { name: "nodejs", version: "24.11.0", sdk: "2.2.0" },
  java: { name: "OpenJDK Runtime Environment", version: "21.0.5+11-LTS", sdk: "1.55.0" },
  python: { name: "CPython", version: "3.13.1", sdk: "1.38.0" },
  go: { name: "go", version: "go1.25.3", sdk: "1.38.0" },
} as const;

export function shopVersion(service: string, afterRollout: boolean): string {
  const known = SHOP_SERVICES[service];
  return (afterRollout ? known?.nextVersion : undefined) ?? known?.version ?? "v0.0.0";
}

export function shopResource(service: string, version: string): WireResource {
  const language = SHOP_SERVICES[service]?.language ?? "go";
  const runtime = RUNTIMES[language];
  const pod = `${service}-6c8d9f7b54-${version.length}x${service.length}kq`;
  return {
    attributes: toKeyValues({
      "service.name": service,
      "service.version": version,
      "service.namespace": "shop",
      "service.instance.id": pod,
      "deployment.environment.name": "production",
      "host.name": `node-${(service.length % 3) + 1}.eu-central.internal`,
      "host.arch": "arm64",
      "os.type": "linux",
      "process.pid": 1,
      "process.runtime.name": runtime.name,
      "process.runtime.version": runtime.version,
      "telemetry.sdk.name": "opentelemetry",
      "telemetry.sdk.language": language,
      "telemetry.sdk.version": runtime.sdk,
      "k8s.namespace.name": "shop",
      "k8s.pod.name": pod,
      "container.image.tags": [version],
      "cloud.region": "eu-central-1",
    }),
  };
}
