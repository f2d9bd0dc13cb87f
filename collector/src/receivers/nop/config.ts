/** The nop receiver takes no keys. */
import { object } from "../../component/config-schema.ts";

export const nopReceiverConfig = object({});
