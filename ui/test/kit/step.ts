/** The building blocks of the shop's requests: one step becomes a span (and, for calls, its client and server halves). */
import type { PlainAttributes } from "./otlp-values.ts";

export interface Step {
  readonly service: string;
  readonly name: string;
  /** OTLP SpanKind: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  /** Median time of its own, apart from its children. */
  readonly ownMillis: number;
  readonly attributes: PlainAttributes;
  readonly children: Step[];
  /** Present on calls: the caller gets a client span of this name around it. */
  readonly call?: { readonly name: string; readonly attributes: PlainAttributes };
  /** Children start together instead of one after the other. */
  parallel?: boolean;
  /** The step is repeated. */
  times?: number;
  fails?: Failure;
  logs?: StepLog[];
}

export interface Failure {
  readonly chance: number;
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  /** HTTP status of this step and of those that called it. */
  readonly status: number;
  /** How many times longer the failing step takes. */
  readonly slow?: number;
}

export interface StepLog {
  /** Where in the span, 0 to 1. */
  readonly at: number;
  readonly severity: number;
  readonly body: string;
  readonly attributes?: PlainAttributes;
  readonly onlyFailed?: boolean;
  readonly onlyOk?: boolean;
  readonly chance?: number;
}

export function http(service: string, method: string, route: string, ownMillis: number, children: Step[]): Step {
  const shared = { "http.request.method": method, "network.protocol.version": "1.1" };
  return {
    service,
    name: `${method} ${route}`,
    kind: 2,
    ownMillis,
    children,
    attributes: {
      ...shared,
      "http.route": route,
      "url.path": route,
      "url.scheme": "http",
      "user_agent.original": "shop-web/7.3",
    },
    call: {
      name: method,
      attributes: { ...shared, "server.address": service, "url.full": `http://${service}:8080${route}` },
    },
  };
}

export function rpc(service: string, method: string, ownMillis: number, children: Step[]): Step {
  const [rpcService, rpcMethod] = method.split("/");
  const attributes = {
    "rpc.system": "grpc",
    "rpc.service": rpcService,
    "rpc.method": rpcMethod,
    "rpc.grpc.status_code": 0,
  };
  const call = { name: method, attributes: { ...attributes, "server.address": service, "server.port": 9090 } };
  return { service, name: method, kind: 2, ownMillis, children, attributes, call };
}

export function query(
  service: string,
  system: string,
  operation: string,
  target: string,
  ownMillis: number,
  text?: string,
): Step {
  const attributes: PlainAttributes = {
    "db.system.name": system,
    "db.namespace": "shop",
    "db.operation.name": operation,
    "db.collection.name": target,
    "db.query.text":
      text ?? (system === "redis" ? `${operation} ${target}:?` : `${operation} … ${target} WHERE id = $1`),
    "server.address": `${system}.data.internal`,
    "server.port": system === "redis" ? 6379 : 5432,
  };
  return { service, name: `${operation} ${target}`, kind: 3, ownMillis, children: [], attributes };
}

export function work(service: string, name: string, ownMillis: number, attributes: PlainAttributes = {}): Step {
  return { service, name, kind: "server.address" in attributes ? 3 : 1, ownMillis, children: [], attributes };
}

export function job(service: string, name: string, ownMillis: number, children: Step[]): Step {
  return { service, name, kind: 1, ownMillis, children, attributes: { "job.name": name, "job.schedule": "0 3 * * *" } };
}

export function publish(service: string, topic: string, ownMillis: number, children: Step[]): Step {
  const attributes = {
    "messaging.system": "kafka",
    "messaging.destination.name": topic,
    "messaging.operation.type": "send",
  };
  return { service, name: `send ${topic}`, kind: 4, ownMillis, children, attributes };
}

export function consume(service: string, topic: string, ownMillis: number, children: Step[]): Step {
  const attributes = {
    "messaging.system": "kafka",
    "messaging.destination.name": topic,
    "messaging.operation.type": "process",
    "messaging.kafka.offset": 881_204,
    "messaging.consumer.group.name": service,
  };
  return { service, name: `process ${topic}`, kind: 5, ownMillis, children, attributes };
}
