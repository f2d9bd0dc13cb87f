/** The prometheus receiver: scrapes targets as a Prometheus server does. */
import type { ReceiverFactory } from "../../component/factory.ts";
import { config, type Config } from "./config.ts";
import { PrometheusReceiver } from "./prometheus-receiver.ts";

export const prometheusReceiver: ReceiverFactory<Config> = {
  kind: "receiver",
  type: "prometheus",
  summary: "scrapes metrics from targets, configured as in Prometheus",
  signals: ["metrics"],
  config,
  create: (settings, config, next) => new PrometheusReceiver(settings, config, next),
};
