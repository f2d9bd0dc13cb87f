/** The syslog receiver: RFC 5424 and RFC 3164 over UDP and TCP. */
import type { ReceiverFactory } from "../../component/factory.ts";
import { config, type Config } from "./config.ts";
import { SyslogReceiver } from "./syslog-receiver.ts";

export const syslogReceiver: ReceiverFactory<Config> = {
  kind: "receiver",
  type: "syslog",
  summary: "takes syslog of RFC 5424 and RFC 3164 over UDP and TCP",
  signals: ["logs"],
  config,
  create: (settings, config, next) => new SyslogReceiver(settings, config, next),
};
