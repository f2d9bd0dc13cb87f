/** The prometheus receiver: scrapes targets as a Prometheus server does. */
import type { ReceiverFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { config, type Config } from "./config.ts";

const lazy = lazyCode(() => import("./prometheus-receiver.ts"));

export const prometheusReceiver: ReceiverFactory<Config> = {
  kind: "receiver",
  type: "prometheus",
  summary: "scrapes metrics from targets, configured as in Prometheus",
  signals: ["metrics"],
  config,
  load: lazy.load,
  create: (settings, config, next) => new lazy.code.PrometheusReceiver(settings, config, next),
};
