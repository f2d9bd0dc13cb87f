/** `time_intervals:` and `mute_time_intervals:` (its older name) -> named time intervals. */
import { messageOf } from "../../../base/errors.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { YamlFields } from "../../yaml/yaml-fields.ts";
import {
  parseDaysOfMonth,
  parseLocation,
  parseMonths,
  parseTimeRange,
  parseWeekdays,
  parseYears,
  type NumberRange,
  type TimeInterval,
} from "../time-interval.ts";
import type { ShapeSettings } from "./shape.ts";

export type NamedIntervals = ReadonlyMap<string, readonly TimeInterval[]>;

/** Adds to `named`. */
export function readIntervals(
  nodes: readonly YamlNode[],
  key: string,
  named: Map<string, readonly TimeInterval[]>,
  settings: ShapeSettings,
): void {
  for (const [i, node] of nodes.entries()) {
    const path = `${key}[${i}]`;
    const fields = new YamlFields(node, path, settings);
    const name = fields.text("name");
    const fail = (message: string) =>
      settings.issues.push({ at: fields.placeOf("name"), message: `${path}.name: ${message}` });
    if (name === "") fail("a time interval needs a name");
    if (named.has(name)) fail(`the name ${JSON.stringify(name)} is given twice`);
    named.set(
      name,
      fields
        .list("time_intervals")
        .map((interval, j) => readInterval(interval, `${path}.time_intervals[${j}]`, settings)),
    );
    fields.close();
  }
}

function readInterval(node: YamlNode, path: string, settings: ShapeSettings): TimeInterval {
  const fields = new YamlFields(node, path, settings);
  const attempt = <T>(at: YamlNode["at"], key: string, parse: () => T): T[] => {
    try {
      return [parse()];
    } catch (error) {
      settings.issues.push({ at, message: `${path}.${key}: ${messageOf(error)}` });
      return [];
    }
  };
  const ranges = (key: string, parse: (text: string) => NumberRange): NumberRange[] | undefined => {
    const entry = fields.get(key);
    if (entry === undefined || entry.kind === "null") return undefined;
    return fields.list(key).flatMap((each) =>
      attempt(each.at, key, () => {
        if (each.kind !== "scalar") throw new Error("write each range as one text: first:last");
        return parse(each.text);
      }),
    );
  };
  const times = fields.get("times");
  const interval: TimeInterval = {
    times:
      times === undefined || times.kind === "null"
        ? undefined
        : fields.list("times").flatMap((each) => {
            const range = new YamlFields(each, `${path}.times`, settings);
            const [start, end] = [range.text("start_time"), range.text("end_time")];
            range.close();
            return attempt(each.at, "times", () => parseTimeRange(start, end));
          }),
    weekdays: ranges("weekdays", parseWeekdays),
    daysOfMonth: ranges("days_of_month", parseDaysOfMonth),
    months: ranges("months", parseMonths),
    years: ranges("years", parseYears),
    location:
      fields.get("location") &&
      attempt(fields.placeOf("location"), "location", () => parseLocation(fields.text("location")))[0],
  };
  fields.close();
  return interval;
}
