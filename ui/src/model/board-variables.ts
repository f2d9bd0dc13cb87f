/**
 * Variables of a board: what is chosen, and queries with it. In: the board's variables, what the address says, what labels have; out:
 * texts filled in. Several values stand as (a|b) with what RE2 would take for more than a letter escaped; all of them as .*. Pure.
 */
import type { WireBoardVariable } from "goldspan/contract";

/** What is chosen of each variable. */
export type VariableValues = Readonly<Record<string, readonly string[]>>;

export const ALL = "$all";

/** "?var-job=a&var-job=b": the address first, then what the board opens with, then the first that there is. */
export function chosenValues(
  variables: readonly WireBoardVariable[],
  params: URLSearchParams,
  known: Readonly<Record<string, readonly string[]>>,
): VariableValues {
  return Object.fromEntries(
    variables.map((variable) => {
      if (variable.type === "constant") return [variable.name, [variable.value]];
      const asked = params.getAll(`var-${variable.name}`);
      const current = [variable.current ?? []].flat();
      const first = variable.all ? [ALL] : optionsOf(variable, known).slice(0, 1);
      return [variable.name, asked.length > 0 ? asked : current.length > 0 ? current : first];
    }),
  );
}

export function optionsOf(
  variable: WireBoardVariable,
  known: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  if (variable.type === "constant") return [variable.value];
  return variable.type === "custom" ? variable.values : (known[variable.name] ?? []);
}

/** $name and ${name}; longer names first, so that $job_name is no $job. Names that the board doesn't have stay as they are. */
export function fillVariables(text: string, values: VariableValues): string {
  return text.replaceAll(
    /\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g,
    (whole, braced: string | undefined, bare: string | undefined) => {
      const chosen = values[braced ?? bare ?? ""];
      if (!chosen) return whole;
      if (chosen.includes(ALL)) return ".*";
      return chosen.length === 1 ? chosen[0] : `(${chosen.map(escapePattern).join("|")})`;
    },
  );
}

/** What Grafana's queries expect to be there: the step, and a window that holds a few samples. */
export function timeVariables(stepMillis: number, rangeMillis: number): VariableValues {
  const seconds = (millis: number): string[] => [`${Math.max(1, Math.round(millis / 1000))}s`];
  return {
    __interval: seconds(stepMillis),
    __rate_interval: seconds(Math.max(4 * stepMillis, 60_000)),
    __range: seconds(rangeMillis),
  };
}

function escapePattern(text: string): string {
  // Twice: the pattern stands in a PromQL string.
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\\$&`);
}
