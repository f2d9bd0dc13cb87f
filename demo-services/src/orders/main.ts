/** The process of the orders service. */

import { runService } from "../chassis/run-service.ts";
import { ordersService } from "./orders-service.ts";

await runService(ordersService);
