/**
 * An alert of a rule: one set of labels, and where it stands. Plain data, so that it can be kept as JSON.
 *
 *   (none) --in the result--> pending --for `for`--> firing --not in the result, after keep_firing_for--> inactive --15 min--> (none)
 *                                |--not in the result--> (none)                                              |--again--> pending
 */

export type AlertState = "pending" | "firing" | "inactive";

/** Numbers in base units, and texts. */
export type AlertDetails = Readonly<Record<string, string | number>>;

export interface ActiveAlert {
  state: AlertState;
  /** With alertname, after templating. */
  readonly labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  /** The expression's last value; NaN and infinities are kept as texts in JSON, see `encodeAlert`. */
  value: number;
  /** Of rules of Goldspan's kinds: what was found beside the value, such as `normal`, `lower`, `upper`, and a sentence, `summary`. */
  details?: AlertDetails;
  /** Unix milliseconds, as all times here. */
  readonly activeAt: number;
  firedAt?: number;
  /** When it became inactive: it was firing before. */
  resolvedAt?: number;
  /** Since when the expression has been silent while the alert is kept firing. */
  keepFiringSince?: number;
  /** Since when it isn't found any more after a restart, and is kept what it was, as data may only begin to flow again. */
  missedSince?: number;
}

/** How long a resolved alert is kept, so that its end can be told again to whom did not hear it. */
export const RESOLVED_RETENTION_MILLIS = 15 * 60_000;

/** After a restart an alert that isn't found stays what it was for so long at most, over any number of restarts. */
export const MOST_WARM_UP_MILLIS = 60_000;

/** JSON has no NaN and no infinities. */
export type EncodedAlert = Omit<ActiveAlert, "value"> & { readonly value: number | "NaN" | "Infinity" | "-Infinity" };

export function encodeAlert(alert: ActiveAlert): EncodedAlert {
  const { value } = alert;
  return { ...alert, value: Number.isFinite(value) ? value : (String(value) as EncodedAlert["value"]) };
}

export function decodeAlert(alert: EncodedAlert): ActiveAlert {
  return { ...alert, value: Number(alert.value) };
}
