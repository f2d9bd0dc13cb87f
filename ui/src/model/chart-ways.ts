/**
 * Where to go on from a stretch of time in a chart: to what happened in it. In: the stretch, links, whose chart it is and whether it is
 * about failures; out: ways in the order to offer them. Pure.
 */
import type { Interval } from "../base/interval.ts";
import type { Links } from "./links.ts";
import { serviceTerm } from "./query-text.ts";

/** Structurally the chart's way. */
export interface StretchWay {
  readonly label: string;
  readonly href: string;
  readonly icon: "logs" | "traces" | "warning" | "sparkle";
}

/** `service` "" = of all of them. */
export function waysFrom(
  stretch: Interval,
  links: Links,
  service: string,
  about: "everything" | "failures" | "latency" | "traffic" = "everything",
): StretchWay[] {
  const there = links.within(stretch);
  const whose = serviceTerm(service);
  const and = (more: string): string => (whose === "" ? more : `${whose} ${more}`);
  const errors: StretchWay = { label: "Errors by kind", href: there.exceptions(service), icon: "warning" };
  const aspect = about === "failures" ? "errors" : about === "everything" ? "" : about;
  const difference: StretchWay[] =
    service === ""
      ? []
      : [
          {
            label: "What was different here?",
            href: links.difference(service, stretch, aspect),
            icon: "sparkle",
          },
        ];
  return about === "failures"
    ? [
        { label: "Error logs", href: there.logs(and("level>=error")), icon: "logs" },
        { label: "Failed traces", href: there.traces(and("error")), icon: "traces" },
        errors,
        ...difference,
      ]
    : [
        { label: "Logs", href: there.logs(whose), icon: "logs" },
        { label: "Traces", href: there.traces(whose), icon: "traces" },
        errors,
        ...difference,
      ];
}
