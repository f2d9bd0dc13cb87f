/** What the variables of a board can be: the values their labels have. In: variables, the address and its time range; out: values by name. */
import type { WireBoardVariable } from "goldspan/contract";
import { fetchLabelValues } from "../api/prometheus.ts";
import { chosenValues, fillVariables } from "../model/board-variables.ts";
import { currentPlace } from "../state/location.ts";
import { currentBounds } from "../state/time-range.ts";

/** One after the other: a selector may name the variables before it. A variable that is being written has no label yet. */
export async function askBoardLabels(
  variables: readonly WireBoardVariable[],
  signal: AbortSignal,
): Promise<Record<string, readonly string[]>> {
  const known: Record<string, readonly string[]> = {};
  for (const variable of variables) {
    if (variable.type !== "label_values" || variable.label === "") continue;
    const chosen = chosenValues(variables, currentPlace.value.params, known);
    const selector = fillVariables(variable.selector ?? "", chosen);
    known[variable.name] = await fetchLabelValues(variable.label, selector, currentBounds(), signal);
  }
  return known;
}
