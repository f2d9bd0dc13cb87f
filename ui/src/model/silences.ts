/** Silences as they are written and read: the matchers that an alert's labels give, and matchers as text. Pure. */
import type { WireAlert, WireMatcher } from "goldspan/contract";

export const OPERATORS: readonly WireMatcher["operator"][] = ["=", "!=", "=~", "!~"];

/** How long a silence holds, as it is offered. */
export const DURATIONS: readonly { readonly label: string; readonly millis: number }[] = [
  { label: "1 h", millis: 3_600_000 },
  { label: "4 h", millis: 4 * 3_600_000 },
  { label: "1 d", millis: 24 * 3_600_000 },
];

/** Meets this alert and no other: each of its labels, its name first. */
export function matchersOf({ labels }: Pick<WireAlert, "labels">): WireMatcher[] {
  return Object.entries(labels)
    .filter(([, value]) => value !== "")
    .toSorted(([a], [b]) => Number(b === "alertname") - Number(a === "alertname"))
    .map(([name, value]) => ({ name, operator: "=", value }));
}

/** As it stands in Alertmanager's files: name="value". */
export function formatMatcher({ name, operator, value }: WireMatcher): string {
  return `${name}${operator}${JSON.stringify(value)}`;
}

/** Rows that were left empty are no matchers. */
export function givenMatchers(rows: readonly WireMatcher[]): WireMatcher[] {
  return rows.map((row) => ({ ...row, name: row.name.trim() })).filter(({ name }) => name !== "");
}

/** Why it cannot be made, or "". A silence that meets everything would hide what nobody thought of. */
export function refuseMatchers(matchers: readonly WireMatcher[]): string {
  if (matchers.length === 0) return "Name a label that the alerts have, such as alertname.";
  const isNarrow = matchers.some(
    ({ operator, value }) => (operator === "=" && value !== "") || (operator === "=~" && !/^(?:\.[*+])?$/.test(value)),
  );
  return isNarrow ? "" : "One matcher must say what a label is: name = value. As it stands, it would meet everything.";
}
