/**
 * The figures of a service or an operation as table cells: rate, errors, p50, p95, p99, each with its little chart, each leading to
 * the traces behind it. In: WireRed, the query that means this service or operation, links.
 */
import { css, html, type TemplateResult } from "lit";
import type { WireRed } from "goldspan/contract";
import { formatMillis } from "../base/format-duration.ts";
import { formatExact, formatPercent, formatRate, type RateUnit } from "../base/format-number.ts";
import type { Links } from "../model/links.ts";
import type { RedColumn } from "../model/service-order.ts";
import "../widgets/gs-sparkline.ts";

export const RED_COLUMNS: readonly { readonly column: RedColumn; readonly title: string; readonly spark: boolean }[] = [
  { column: "rate", title: "Rate", spark: true },
  { column: "errors", title: "Errors", spark: true },
  { column: "p50", title: "p50", spark: false },
  { column: "p95", title: "p95", spark: true },
  { column: "p99", title: "p99", spark: false },
];

export const redCellStyles = css`
  td.number a {
    color: inherit;
  }
  td.number a:hover {
    color: var(--accent);
  }
  td.failed a {
    color: var(--error);
    font-weight: var(--weight-strong);
  }
  td.spark {
    width: calc(var(--spark-width) + 2 * var(--space-3));
    padding-left: 0;
    line-height: 0;
  }
  @media (max-width: 1199.98px) {
    .spark {
      --spark-width: var(--spark-width-small);
    }
  }
  @media (max-width: 899.98px) {
    .spark,
    .p50 {
      display: none;
    }
  }
  @media (max-width: 599.98px) {
    .p99 {
      display: none;
    }
  }
`;

export interface RedContext {
  /** The query that means this service or operation. */
  readonly query: string;
  readonly name: string;
  readonly unit: RateUnit;
  readonly links?: Links;
}

export function redCells(red: WireRed, { query, name, unit, links }: RedContext): TemplateResult {
  const { series, errorCount, requestCount } = red;
  const to = (more: string, text: string, title: string): TemplateResult =>
    html`<a href=${links?.traces(`${query}${more}`) ?? ""} title=${title}>${text}</a>`;
  const slower = (millis: number | null, text: string): TemplateResult | string =>
    millis === null
      ? text
      : to(` duration>${Math.floor(millis * 1000)}us`, text, `Traces of ${name} slower than ${text}`);
  return html`<td class="number rate">
      ${to("", formatRate(red.ratePerSecond, unit), `${formatExact(requestCount)} requests: see traces`)}
    </td>
    <td class="spark">
      <gs-sparkline shape="bars" .values=${series.requests} label=${`Requests of ${name}`}></gs-sparkline>
    </td>
    <td class="number errors ${errorCount > 0 ? "failed" : "faint"}">
      ${errorCount > 0 ? to(" error", formatPercent(red.errorRatio), `${formatExact(errorCount)} failed: see them`) : formatPercent(0)}
    </td>
    <td class="spark">
      <gs-sparkline
        shape="bars"
        tone="error"
        .values=${series.errors}
        .top=${Math.max(...series.requests) * 0.2}
        label=${`Errors of ${name}`}
      ></gs-sparkline>
    </td>
    <td class="number p50">${slower(red.p50Millis, formatMillis(red.p50Millis))}</td>
    <td class="number p95">${slower(red.p95Millis, formatMillis(red.p95Millis))}</td>
    <td class="spark">
      <gs-sparkline tone="accent" .values=${series.p95Millis} label=${`p95 of ${name}`}></gs-sparkline>
    </td>
    <td class="number p99">${slower(red.p99Millis, formatMillis(red.p99Millis))}</td>`;
}
