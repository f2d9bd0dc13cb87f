/** The factory of the nop receiver. */
import type { ReceiverFactory } from "../../component/factory.ts";
import { nopReceiverConfig } from "./config.ts";
import { createNopReceiver } from "./nop-receiver.ts";

export const nopReceiver: ReceiverFactory = {
  kind: "receiver",
  type: "nop",
  signals: ["traces", "logs", "metrics"],
  summary: "receives nothing",
  config: nopReceiverConfig,
  create: createNopReceiver,
};
