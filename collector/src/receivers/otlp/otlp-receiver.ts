/** The otlp receiver: an HTTP and a gRPC server over one admission. */
import { authenticatorOf } from "../../component/authenticator-of.ts";
import type { Component, Settings } from "../../component/component.ts";
import type { Consumers } from "../../component/consumer.ts";
import { observeReceiver } from "../../component/observe-receiver.ts";
import { admissionFor } from "../../component/shared-admission.ts";
import type { WebRoute } from "../../component/web-route.ts";
import type { Config } from "./config.ts";
import { OtlpGrpcServer } from "./grpc-server.ts";
import { OtlpHttpServer } from "./http-server.ts";
import type { Intake } from "./intake.ts";
import { metricsRoute } from "./metrics-route.ts";
import { testRoute } from "./test-route.ts";

const MIB = 1024 * 1024;

export class OtlpReceiver implements Component {
  readonly #settings: Settings;
  readonly #config: Config;
  readonly #next: Consumers;
  #grpc: OtlpGrpcServer | undefined;
  #http: OtlpHttpServer | undefined;
  readonly #routes: WebRoute[] = [];

  constructor(settings: Settings, config: Config, next: Consumers) {
    this.#settings = settings;
    this.#config = config;
    this.#next = next;
  }

  async start(): Promise<void> {
    const { id, logger, host } = this.#settings;
    const { grpc, http } = this.#config.protocols;
    const admission = admissionFor(this.#settings, this.#config.admission);
    const key = `receivers.${id.text}.protocols`;
    let intake: Intake | undefined;
    if (grpc) {
      const next = observeReceiver(this.#settings, "grpc", this.#next);
      intake = { next, admission, maxBytes: grpc.max_recv_msg_size_mib * MIB };
      this.#grpc = new OtlpGrpcServer({
        config: grpc,
        intake,
        logger,
        key: `${key}.grpc`,
        authenticator: authenticatorOf(host, grpc.auth?.authenticator ?? ""),
      });
      await this.#grpc.start();
    }
    if (http) {
      const next = observeReceiver(this.#settings, "http", this.#next);
      intake = { next, admission, maxBytes: http.max_request_body_size };
      const authenticator = authenticatorOf(host, http.auth?.authenticator ?? "");
      this.#http = new OtlpHttpServer({
        config: http,
        intake,
        logger,
        key: `${key}.http`,
        authenticator,
      });
      await this.#http.start();
      if (this.#next.metrics) this.#routes.push(metricsRoute(intake, http, authenticator, logger));
    }
    if (intake && this.#next.traces) this.#routes.push(testRoute(intake, logger));
  }

  async shutdown(deadline: number): Promise<void> {
    await Promise.all([this.#grpc?.stop(deadline), this.#http?.stop(deadline)]);
  }

  ports(): Record<string, number> {
    return { ...(this.#grpc && { grpc: this.#grpc.port }), ...(this.#http && { http: this.#http.port }) };
  }

  /** Metrics over HTTP also where Prometheus takes them, and a test trace. */
  webRoutes(): readonly WebRoute[] {
    return this.#routes;
  }
}
