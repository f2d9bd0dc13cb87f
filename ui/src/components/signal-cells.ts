/**
 * The figures of a service or an operation as table cells: rate, errors, p50, p95, p99, each with its little chart, each leading to
 * the traces behind it. In: figures and series, the query that means this service or operation, links.
 */
import { css, html, type TemplateResult } from "lit";
import { formatMillis } from "../base/format-duration.ts";
import { formatPercent, formatRate, type RateUnit } from "../base/format-number.ts";
import type { Links } from "../model/links.ts";
import type { SignalColumn, Signals } from "../model/service-order.ts";
import "../widgets/gs-sparkline.ts";

export const SIGNAL_COLUMNS: readonly {
  readonly column: SignalColumn;
  readonly title: string;
  readonly spark: boolean;
}[] = [
  { column: "rate", title: "Rate", spark: true },
  { column: "errors", title: "Errors", spark: true },
  { column: "p50", title: "p50", spark: false },
  { column: "p95", title: "p95", spark: true },
  { column: "p99", title: "p99", spark: false },
];

export const signalCellStyles = css`
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
  td.tight,
  td.tight a {
    color: var(--warn);
    font-weight: var(--weight-strong);
  }
  td.spark {
    width: calc(var(--spark-width) + 2 * var(--space-3));
    padding-left: 0;
    line-height: 0;
  }
  @media (max-width: 1299.98px) {
    .spark {
      --spark-width: var(--spark-width-small);
    }
  }
  @media (max-width: 1099.98px) {
    .p50,
    .p99 {
      display: none;
    }
  }
  @media (max-width: 899.98px) {
    .spark {
      display: none;
    }
  }
`;

export interface SignalContext {
  /** The query that means this service or operation. */
  readonly query: string;
  readonly name: string;
  readonly unit: RateUnit;
  readonly links?: Links;
  /** Amber: it is slow. */
  readonly slow?: boolean;
}

export interface SignalSeries {
  readonly rates: readonly (number | null)[];
  readonly errors: readonly (number | null)[];
  /** The height of the errors' chart at least. */
  readonly errorTop: number;
  readonly p95Millis: readonly (number | null)[];
}

export function signalCells(signals: Signals, series: SignalSeries, context: SignalContext): TemplateResult {
  const { query, name, unit, links, slow } = context;
  const { errorRatio, p50Millis, p95Millis, p99Millis } = signals;
  const to = (more: string, text: string, title: string): TemplateResult =>
    html`<a href=${links?.traces(`${query}${more}`) ?? ""} title=${title}>${text}</a>`;
  const slower = (millis: number | null): TemplateResult | string => {
    const text = formatMillis(millis);
    if (millis === null) return text;
    return to(` duration>${Math.floor(millis * 1000)}us`, text, `Traces of ${name} slower than ${text}`);
  };
  return html`<td class="number rate">${to("", formatRate(signals.ratePerSecond, unit), `Traces of ${name}`)}</td>
    <td class="spark">
      <gs-sparkline shape="bars" .values=${series.rates} label=${`Requests of ${name}`}></gs-sparkline>
    </td>
    <td class="number errors ${errorRatio ? "failed" : "faint"}">
      ${errorRatio ? to(" error", formatPercent(errorRatio), `Failed traces of ${name}`) : formatPercent(errorRatio)}
    </td>
    <td class="spark">
      <gs-sparkline
        shape="bars"
        tone="error"
        .values=${series.errors}
        .top=${series.errorTop}
        label=${`Errors of ${name}`}
      ></gs-sparkline>
    </td>
    <td class="number p50">${slower(p50Millis)}</td>
    <td class="number p95 ${slow ? "tight" : ""}">${slower(p95Millis)}</td>
    <td class="spark">
      <gs-sparkline tone="accent" .values=${series.p95Millis} label=${`p95 of ${name}`}></gs-sparkline>
    </td>
    <td class="number p99">${slower(p99Millis)}</td>`;
}
