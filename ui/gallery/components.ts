/** The components, with the mock shop's data. */
import { html } from "lit";
import "../src/components/gs-attribute-list.ts";
import "../src/components/gs-disk-bar.ts";
import "../src/components/gs-duration-scatter.ts";
import "../src/components/gs-exception.ts";
import "../src/components/gs-first-arrival.ts";
import "../src/components/gs-getting-started.ts";
import "../src/components/gs-log-row.ts";
import "../src/components/gs-mini-waterfall.ts";
import "../src/components/gs-pin-list.ts";
import "../src/components/gs-query-bar.ts";
import "../src/components/gs-service-table.ts";
import "../src/components/gs-totals.ts";
import "../src/components/gs-trace-filters.ts";
import "../src/components/gs-trace-list.ts";
import "../src/components/gs-usage-bars.ts";
import { nanosToMillis } from "../src/base/nanos.ts";
import { formatClock } from "../src/base/format-time.ts";
import { sortSignals, WORST_FIRST } from "../src/model/service-order.ts";
import { diskParts, usageRows } from "../src/model/storage-view.ts";
import { summarizeTrace } from "../src/model/trace-summary.ts";
import { mockStorage } from "../test/kit/mock-storage.ts";
import { toKeyValues } from "../test/kit/otlp-values.ts";
import { found, hueOf, info, links, logs, NOW, releases, services, views } from "./data.ts";
import type { Exhibit } from "./exhibit.ts";

const sorted = sortSignals(services.services, WORST_FIRST);
const traces = found.traces.map(summarizeTrace);
const known = { services: sorted.map((service) => service.name), operations: ["POST /charge"], keys: [], values: [] };
const failing = views.failed.findings.find((finding) => finding.kind === "error");
const exception = views.failed.trace.sources[failing?.row ?? 0]?.span.events?.[0].attributes ?? [];

const storage = mockStorage(NOW);
const PINS = [true, false].map((isComplete, i) => ({
  traceId: `${i}af7651916cd43dd8448eb211c80319c`,
  reason: isComplete ? "evidence of the alert on payments" : "",
  pinnedAtMillis: NOW - i * 3_600_000,
  isComplete,
  spanCount: 38,
  logCount: 12,
  bytes: 9120,
}));

const ATTRIBUTES = toKeyValues({
  "http.request.method": "POST",
  "http.response.status_code": 502,
  "error.type": "timeout",
  "db.query.text":
    "SELECT p.id, p.name FROM products p JOIN prices x ON x.product_id = p.id WHERE p.visible = true AND x.currency = $1 ORDER BY p.rank",
  payload: '{"order":{"items":[1,2,3],"total":129.9}}',
  tags: ["gold", "eu"],
  note: "<script>alert(1)</script> is text",
  "some.very.long.attribute.key.that_must_break": "x".repeat(150),
});

export const componentExhibits: readonly Exhibit[] = [
  {
    title: "gs-disk-bar",
    states: {
      data: () =>
        html`<gs-disk-bar
          label="Disk"
          .parts=${diskParts(storage)}
          .budget=${storage.budgets.maxDiskBytes}
        ></gs-disk-bar>`,
      "nearly full": () =>
        html`<gs-disk-bar label="Disk" .parts=${diskParts(storage)} .budget=${3.4 * 2 ** 30}></gs-disk-bar>`,
      "no limit": () => html`<gs-disk-bar label="Disk" .parts=${diskParts(storage)}></gs-disk-bar>`,
      empty: () => html`<gs-disk-bar label="Disk" .budget=${2 ** 30}></gs-disk-bar>`,
    },
  },
  {
    title: "gs-usage-bars",
    states: {
      services: () =>
        html`<gs-usage-bars
          label="Services"
          .rows=${usageRows(storage.services)}
          .hueOf=${hueOf}
          .hrefOf=${(name: string) => links.service(name)}
        ></gs-usage-bars>`,
      keys: () =>
        html`<gs-usage-bars
          label="Attribute keys"
          counted="times"
          .rows=${usageRows(storage.attributeKeys)}
          .others=${63}
        ></gs-usage-bars>`,
    },
  },
  {
    title: "gs-pin-list",
    states: {
      data: () => html`<gs-pin-list .pins=${PINS} .links=${links}></gs-pin-list>`,
      empty: () => html`<gs-pin-list></gs-pin-list>`,
    },
  },
  {
    title: "gs-totals",
    states: {
      data: () => html`<gs-totals .services=${services.services} .releases=${releases} .links=${links}></gs-totals>`,
    },
  },
  {
    title: "gs-service-table",
    states: {
      data: () =>
        html`<gs-service-table .services=${sorted.slice(0, 6)} .links=${links} selected="payments"></gs-service-table>`,
    },
  },
  {
    title: "gs-getting-started",
    states: {
      waiting: () => html`<gs-getting-started .info=${info}></gs-getting-started>`,
      failed: () =>
        html`<gs-getting-started
          .info=${info}
          failure="cannot take the test trace: the disk is full"
        ></gs-getting-started>`,
      far: () =>
        html`<gs-getting-started
          sending
          .info=${{ ...info, receivers: info.receivers.map((each) => ({ ...each, wantsAuth: true })) }}
          host="goldspan.local"
        ></gs-getting-started>`,
      closed: () => html`<gs-getting-started .info=${{ ...info, receivers: [] }}></gs-getting-started>`,
    },
  },
  {
    title: "gs-first-arrival",
    states: {
      trace: () =>
        html`<gs-first-arrival
          .trace=${{ service: "gateway", operation: "POST /checkout", href: "#" }}
        ></gs-first-arrival>`,
      other: () => html`<gs-first-arrival logsHref="#" metricsHref="#"></gs-first-arrival>`,
    },
  },
  {
    title: "gs-query-bar",
    states: {
      empty: () => html`<gs-query-bar .known=${known}></gs-query-bar>`,
      filled: () => html`<gs-query-bar value="service:payments error" .known=${known}></gs-query-bar>`,
      wrong: () =>
        html`<gs-query-bar
          value="service:payments duration>soon error"
          .known=${known}
          .complaint=${{ message: "“soon” is no duration", hint: "Write 500ms, 1.5s or 2m.", position: 17 }}
        ></gs-query-bar>`,
    },
  },
  {
    title: "gs-trace-filters",
    states: {
      filled: () =>
        html`<gs-trace-filters
          value="service:payments error duration>200ms"
          .services=${known.services}
          .operations=${known.operations}
        ></gs-trace-filters>`,
    },
  },
  {
    title: "gs-duration-scatter",
    states: {
      data: () =>
        html`<gs-duration-scatter .traces=${traces} .range=${{ from: NOW - 900_000, to: NOW }} .hueOf=${hueOf}
          >${traces.length} traces</gs-duration-scatter
        >`,
    },
  },
  {
    title: "gs-trace-list",
    states: {
      data: () =>
        html`<gs-trace-list
          .traces=${traces.slice(0, 8)}
          .links=${links}
          .hueOf=${hueOf}
          .marked=${traces[1].wire.traceId}
        ></gs-trace-list>`,
      "root missing": () =>
        html`<gs-trace-list
          .traces=${traces.filter((trace) => !trace.wire.rootComplete)}
          .links=${links}
          .hueOf=${hueOf}
        ></gs-trace-list>`,
    },
  },
  {
    title: "gs-mini-waterfall",
    states: {
      data: () =>
        html`<gs-mini-waterfall
          .trace=${traces.find((trace) => trace.failed)?.wire}
          .hueOf=${hueOf}
        ></gs-mini-waterfall>`,
    },
  },
  {
    title: "gs-log-row",
    states: {
      rows: () =>
        html`${logs.logs
          .slice(0, 6)
          .map(
            (log, index) =>
              html`<gs-log-row
                .time=${formatClock(nanosToMillis(log.timeUnixNano), 3)}
                .severityNumber=${[1, 5, 9, 13, 17, 21][index]}
                .service=${log.service}
                .hue=${hueOf(log.service)}
                .body=${log.body}
                aside="trace 5b8e…c60c"
                ?selected=${index === 2}
              ></gs-log-row>`,
          )}`,
    },
  },
  {
    title: "gs-attribute-list",
    states: {
      "all forms": () => html`<gs-attribute-list .pairs=${ATTRIBUTES} .links=${links} inTrace></gs-attribute-list>`,
      filtered: () => html`<gs-attribute-list .pairs=${ATTRIBUTES} filter="http"></gs-attribute-list>`,
      "none left": () => html`<gs-attribute-list .pairs=${ATTRIBUTES} filter="nowhere"></gs-attribute-list>`,
    },
  },
  { title: "gs-exception", states: { Java: () => html`<gs-exception .pairs=${exception}></gs-exception>` } },
];
