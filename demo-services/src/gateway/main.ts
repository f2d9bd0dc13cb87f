/** The process of the gateway. */

import { runService } from "../chassis/run-service.ts";
import { gatewayService } from "./gateway-service.ts";

await runService(gatewayService);
