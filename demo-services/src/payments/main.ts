/** The process of the payments service. */

import { runService } from "../chassis/run-service.ts";
import { paymentsService } from "./payments-service.ts";

await runService(paymentsService);
