/** The elasticsearch receiver: one server with one route for all paths. */
import { admissionFor } from "../../component/shared-admission.ts";
import { authenticatorOf } from "../../component/authenticator-of.ts";
import type { Component, Settings } from "../../component/component.ts";
import type { Consumer, Consumers } from "../../component/consumer.ts";
import { observeReceiver } from "../../component/observe-receiver.ts";
import { RouteServer } from "../../component/route-server.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { apiRoute } from "./api-route.ts";
import type { Config } from "./config.ts";

export class ElasticsearchReceiver implements Component {
  readonly #settings: Settings;
  readonly #config: Config;
  readonly #next: Consumer<LogBatch>;
  #server: RouteServer | undefined;

  constructor(settings: Settings, config: Config, next: Consumers) {
    this.#settings = settings;
    this.#config = config;
    this.#next = observeReceiver(settings, "http", next).logs as Consumer<LogBatch>;
  }

  async start(): Promise<void> {
    const { id, logger, host } = this.#settings;
    const { endpoint, tls, auth, version, max_request_body_size, max_document_size } = this.#config;
    const route = apiRoute({
      version,
      maxBytes: max_request_body_size,
      maxDocumentBytes: max_document_size,
      next: this.#next,
      admission: admissionFor(this.#settings),
      authenticator: authenticatorOf(host, auth?.authenticator ?? ""),
      logger,
    });
    this.#server = new RouteServer({ routes: [route], endpoint, tls, logger, key: `receivers.${id.text}` });
    await this.#server.start();
  }

  async shutdown(deadline: number): Promise<void> {
    await this.#server?.stop(deadline);
  }

  ports(): Record<string, number> {
    return this.#server?.port ? { "": this.#server.port } : {};
  }
}
