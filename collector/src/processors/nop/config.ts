/** The nop processor takes no keys. */
import { object } from "../../component/config-schema.ts";

export const nopProcessorConfig = object({});
