/** The loki receiver: one route, offered to the web port and served at an endpoint of its own. */
import { admissionFor } from "../../component/shared-admission.ts";
import { authenticatorOf } from "../../component/authenticator-of.ts";
import type { Component, Settings } from "../../component/component.ts";
import type { Consumer, Consumers } from "../../component/consumer.ts";
import { observeReceiver } from "../../component/observe-receiver.ts";
import { RouteServer } from "../../component/route-server.ts";
import type { WebRoute } from "../../component/web-route.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { Config } from "./config.ts";
import { pushRoute } from "./push-route.ts";

export class LokiReceiver implements Component {
  readonly #settings: Settings;
  readonly #config: Config;
  readonly #next: Consumer<LogBatch>;
  #server: RouteServer | undefined;
  #routes: readonly WebRoute[] = [];

  constructor(settings: Settings, config: Config, next: Consumers) {
    this.#settings = settings;
    this.#config = config;
    this.#next = observeReceiver(settings, "http", next).logs as Consumer<LogBatch>;
  }

  async start(): Promise<void> {
    const { id, logger, host } = this.#settings;
    const { web_path, protocols, auth, max_request_body_size: maxBytes, use_incoming_timestamp } = this.#config;
    const parts = {
      maxBytes,
      useEntryTime: use_incoming_timestamp,
      next: this.#next,
      admission: admissionFor(this.#settings),
      authenticator: authenticatorOf(host, auth?.authenticator ?? ""),
      logger,
    };
    if (web_path !== "") this.#routes = [pushRoute({ ...parts, path: web_path })];
    if (!protocols.http) return;
    const { endpoint, path, tls } = protocols.http;
    const key = `receivers.${id.text}.protocols.http`;
    this.#server = new RouteServer({ routes: [pushRoute({ ...parts, path })], endpoint, tls, logger, key });
    await this.#server.start();
  }

  async shutdown(deadline: number): Promise<void> {
    await this.#server?.stop(deadline);
  }

  ports(): Record<string, number> {
    return this.#server?.port ? { http: this.#server.port } : {};
  }

  webRoutes(): readonly WebRoute[] {
    return this.#routes;
  }
}
