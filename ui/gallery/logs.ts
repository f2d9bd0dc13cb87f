/** Patterns of log lines, and exceptions. */
import type { WireLogPatterns } from "goldspan/contract";
import { html } from "lit";
import "../src/components/gs-exception-table.ts";
import "../src/components/gs-log-patterns.ts";
import "../src/components/gs-occurrences.ts";
import type { QueryState } from "../src/widgets/panel-states.ts";
import { exceptionDetail, exceptions, hueOf, links, patterns } from "./data.ts";
import type { Exhibit } from "./exhibit.ts";

const QUIET = { stale: false, skeleton: false, refresh: () => {} };

function drawPatterns(found: Partial<QueryState<WireLogPatterns>>, order = "count") {
  return html`<gs-log-patterns
    .found=${{ ...QUIET, ...found }}
    .order=${order}
    .hueOf=${hueOf}
    .links=${links}
  ></gs-log-patterns>`;
}

export const logExhibits: readonly Exhibit[] = [
  {
    title: "gs-log-patterns",
    states: {
      data: () => drawPatterns({ data: patterns }),
      "still counting, by level": () => drawPatterns({ data: { ...patterns, progress: 0.42 } }, "level"),
      "a sample, and not everything could be read": () =>
        drawPatterns({ data: { ...patterns, sampled: 0.12, partial: "one block could not be read" } }, "recent"),
      loading: () => drawPatterns({ skeleton: true }),
      empty: () => drawPatterns({ data: { ...patterns, patterns: [], total: 0 } }),
      error: () => drawPatterns({ error: { message: "cannot read the store: disk I/O error", id: "e-4f1c" } }),
    },
  },
  {
    title: "gs-exception-table",
    states: {
      "a whole page": () =>
        html`<gs-exception-table
          sortable
          .groups=${exceptions.groups}
          .startMillis=${exceptions.startMillis}
          .selected=${exceptions.groups[1].fingerprint}
          .hueOf=${hueOf}
          .links=${links}
        ></gs-exception-table>`,
      "beside other things": () =>
        html`<gs-exception-table
          .groups=${exceptions.groups.slice(0, 2)}
          .startMillis=${exceptions.startMillis}
          .hueOf=${hueOf}
          .links=${links}
        ></gs-exception-table>`,
    },
  },
  {
    title: "gs-occurrences",
    states: {
      data: () =>
        html`<gs-occurrences
          .occurrences=${exceptionDetail.occurrences.slice(0, 4)}
          .service=${exceptionDetail.group.service}
          .selected=${1}
          .links=${links}
        ></gs-occurrences>`,
    },
  },
];
