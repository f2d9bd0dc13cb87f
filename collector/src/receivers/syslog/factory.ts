/** The syslog receiver: RFC 5424 and RFC 3164 over UDP and TCP. */
import type { ReceiverFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { config, type Config } from "./config.ts";

const lazy = lazyCode(() => import("./syslog-receiver.ts"));

export const syslogReceiver: ReceiverFactory<Config> = {
  kind: "receiver",
  type: "syslog",
  summary: "takes syslog of RFC 5424 and RFC 3164 over UDP and TCP",
  signals: ["logs"],
  config,
  load: lazy.load,
  create: (settings, config, next) => new lazy.code.SyslogReceiver(settings, config, next),
};
