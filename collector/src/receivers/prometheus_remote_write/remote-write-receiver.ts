/** The prometheus_remote_write receiver: one route, offered to the web port and served at an endpoint of its own. */
import { admissionFor } from "../../component/shared-admission.ts";
import { authenticatorOf } from "../../component/authenticator-of.ts";
import type { Component, Settings } from "../../component/component.ts";
import type { Consumer, Consumers } from "../../component/consumer.ts";
import { observeReceiver } from "../../component/observe-receiver.ts";
import { RouteServer } from "../../component/route-server.ts";
import type { WebRoute } from "../../component/web-route.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import type { Config } from "./config.ts";
import { writeRoute } from "./write-route.ts";

export class RemoteWriteReceiver implements Component {
  readonly #settings: Settings;
  readonly #config: Config;
  readonly #next: Consumer<MetricBatch>;
  #server: RouteServer | undefined;
  #routes: readonly WebRoute[] = [];

  constructor(settings: Settings, config: Config, next: Consumers) {
    this.#settings = settings;
    this.#config = config;
    this.#next = observeReceiver(settings, "http", next).metrics as Consumer<MetricBatch>;
  }

  async start(): Promise<void> {
    const { id, logger, host } = this.#settings;
    const { endpoint, path, web_path, tls, auth, max_request_body_size: maxBytes } = this.#config;
    const authenticator = authenticatorOf(host, auth?.authenticator ?? "");
    const admission = admissionFor(this.#settings);
    const route = (at: string) =>
      writeRoute({ path: at, maxBytes, next: this.#next, admission, authenticator, logger });
    if (web_path !== "") this.#routes = [route(web_path)];
    if (endpoint === undefined) return;
    this.#server = new RouteServer({ routes: [route(path)], endpoint, tls, logger, key: `receivers.${id.text}` });
    await this.#server.start();
  }

  async shutdown(deadline: number): Promise<void> {
    await this.#server?.stop(deadline);
  }

  ports(): Record<string, number> {
    return this.#server?.port ? { "": this.#server.port } : {};
  }

  webRoutes(): readonly WebRoute[] {
    return this.#routes;
  }
}
