/** Asks for the alerts while some fire, for marks beside what they are about; without any there is nothing to ask. */
import type { LitElement } from "lit";
import type { WireAlerts } from "goldspan/contract";
import { fetchAlerts } from "../api/alert-endpoints.ts";
import { alertingSummary } from "../state/alerting.ts";
import { followSignals } from "./follow-signals.ts";
import { onLiveBeat } from "./on-live-beat.ts";
import { QueryController } from "./query-controller.ts";

/** To be made in the constructor of an element. */
export function askActiveAlerts(host: LitElement): QueryController<WireAlerts> {
  followSignals(host, alertingSummary);
  const alerts = new QueryController<WireAlerts>(host, {
    key: () => {
      const { firing = 0 } = alertingSummary.value ?? {};
      return firing > 0 ? `active alerts ${firing}` : undefined;
    },
    ask: fetchAlerts,
    keepStale: false,
  });
  onLiveBeat(host, () => alerts.refresh());
  return alerts;
}
