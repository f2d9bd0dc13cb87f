/** What shows alerts: their list, what bad requests have in common, the form of a silence. The alerts are the mock's. */
import { html } from "lit";
import type { WireAlert, WireAlertDetail, WireMatcher } from "goldspan/contract";
import "../src/components/gs-alert-list.ts";
import "../src/components/gs-share-pairs.ts";
import "../src/components/gs-silence-form.ts";
import { MockAlerts } from "../test/kit/mock-alerts.ts";
import { hueOf, links, NOW } from "./data.ts";
import type { Exhibit } from "./exhibit.ts";

const mock = new MockAlerts(NOW);
const bodyOf = (...path: string[]): unknown =>
  mock.answer(path, false, { method: "GET", sent: undefined, now: NOW })?.body;
const { alerts } = bodyOf("alerts") as { alerts: readonly WireAlert[] };
const shown = alerts.find(({ traceIds }) => traceIds.length > 0)?.id ?? "";
const { evidence } = bodyOf("alerts", shown) as WireAlertDetail;

export const alertExhibits: readonly Exhibit[] = [
  {
    title: "gs-alert-list",
    states: {
      "each phase, one chosen": () =>
        html`<gs-alert-list .alerts=${alerts} selected=${shown} .hueOf=${hueOf} .links=${links}></gs-alert-list>`,
    },
  },
  {
    title: "gs-share-pairs",
    states: {
      data: () =>
        html`<gs-share-pairs
          .pairs=${evidence?.attributes ?? []}
          .hrefOf=${({ key, value }: { key: string; value: string }) => links.traces(`${key}:${value}`)}
        ></gs-share-pairs>`,
    },
  },
  {
    title: "gs-silence-form",
    states: {
      "of an alert": () =>
        html`<gs-silence-form
          .matchers=${[{ name: "alertname", operator: "=", value: "DiskFull" } satisfies WireMatcher]}
        ></gs-silence-form>`,
      "being saved": () => html`<gs-silence-form busy></gs-silence-form>`,
    },
  },
];
