/**
 * What is kept and whose it is: the disk and what fills it, since when, and which services and attribute keys take the most. In: the
 * API; out: the same, asked again on each live beat; unpins traces.
 */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { WireCardinality, WirePins, WireStorage } from "goldspan/contract";
import { fetchPins, fetchStorage, unpinTrace } from "../api/endpoints.ts";
import { fetchCardinality } from "../api/metric-endpoints.ts";
import { formatBytes } from "../base/format-bytes.ts";
import { formatCount, formatSignificant, formatPlural } from "../base/format-number.ts";
import { formatAgo, formatUtc } from "../base/format-time.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { diskParts, storageTotals, usageRows } from "../model/storage-view.ts";
import { links } from "../state/links.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import "../components/gs-cardinality.ts";
import "../components/gs-disk-bar.ts";
import "../components/gs-pin-list.ts";
import "../components/gs-usage-bars.ts";
import "../widgets/gs-skeleton.ts";
import { pageStyles } from "./page-styles.ts";

const DAY_MILLIS = 86_400_000;
/** Rows of each list of names. */
const MOST_NAMES = 10;

@customElement("gs-storage-page")
export class GsStoragePage extends LitElement {
  static override styles = [
    sharedStyles,
    panelStyles,
    pageStyles,
    css`
      .panel {
        margin-bottom: var(--space-4);
      }
      .padded {
        padding: var(--space-4) var(--space-5);
      }
      .split {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 0 var(--space-4);
      }
      .figures {
        display: grid;
        grid-template-columns: repeat(4, minmax(0, 1fr));
      }
      .figures div {
        padding: var(--space-3) var(--space-5);
      }
      .figures div + div {
        border-left: var(--hairline) solid var(--line);
      }
      dt {
        color: var(--text-2);
        font-size: var(--text-small);
      }
      dd b,
      dd .dim {
        white-space: nowrap;
      }
      dd b {
        font-size: var(--text-title);
        font-weight: var(--weight-strong);
      }
      h2 {
        padding: var(--space-4) var(--space-5) var(--space-2);
        font-size: var(--text-body);
      }
      @media (max-width: 899.98px) {
        .split {
          grid-template-columns: minmax(0, 1fr);
        }
        .figures {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
        .figures div:nth-child(3) {
          border-left: 0;
        }
        .figures div:nth-child(n + 3) {
          border-top: var(--hairline) solid var(--line);
        }
      }
    `,
  ];

  private readonly storage = new QueryController<WireStorage>(this, { key: () => "storage", ask: fetchStorage });
  private readonly cardinality = new QueryController<WireCardinality>(this, {
    key: () => "cardinality",
    ask: (signal) => fetchCardinality(MOST_NAMES, signal),
  });
  private readonly pins = new QueryController<WirePins>(this, { key: () => "pins", ask: fetchPins });

  constructor() {
    super();
    followSignals(this, serviceHueOf);
    onLiveBeat(this, () => {
      this.storage.refresh();
      this.cardinality.refresh();
    });
  }

  override render(): TemplateResult {
    return html`<h1 class="unseen">Storage</h1>
      ${panelStates(this.storage, {
        data: (data) => this.renderReport(data),
        empty: (data) => (storageTotals(data).records === 0 ? this.renderEmpty(data) : undefined),
        skeleton: () => html`<div class="panel"><gs-skeleton .lines=${14}></gs-skeleton></div>`,
      })}`;
  }

  private renderEmpty({ budgets }: WireStorage): TemplateResult {
    return html`<gs-empty
      heading="Nothing is stored yet"
      why=${`Up to ${formatBytes(budgets.maxDiskBytes)} will be kept on this machine once data arrives.`}
    >
      <a class="button" href="/services">How to send data</a>
    </gs-empty>`;
  }

  private renderReport(data: WireStorage): TemplateResult {
    return html`<div class="panel">
        <gs-disk-bar
          class="padded"
          label="Disk"
          .parts=${diskParts(data)}
          .budget=${data.budgets.maxDiskBytes}
        ></gs-disk-bar>
        ${this.renderFigures(data)}
      </div>
      <div class="split">
        <div class="panel">
          <gs-usage-bars
            label="Services"
            .rows=${usageRows(data.services)}
            .others=${data.otherServices}
            .hueOf=${serviceHueOf.value}
            .hrefOf=${links.service}
          ></gs-usage-bars>
        </div>
        <div class="panel">
          <gs-usage-bars
            label="Attribute keys"
            counted="times"
            .rows=${usageRows(data.attributeKeys)}
            .others=${data.otherAttributeKeys}
          ></gs-usage-bars>
        </div>
      </div>
      <div class="panel">
        ${panelStates(this.cardinality, {
          data: (cardinality) => html`<gs-cardinality .data=${cardinality} .links=${links}></gs-cardinality>`,
          empty: ({ series }) => (series === 0 ? html`<h2>Metrics <span class="dim">none yet</span></h2>` : undefined),
          skeleton: () => html`<gs-skeleton .lines=${6}></gs-skeleton>`,
        })}
      </div>
      <div class="panel">
        <gs-disk-bar
          class="padded"
          label="Pinned traces"
          .parts=${data.disk.pinnedBytes > 0 ? [{ tone: "traces", label: "Copies", bytes: data.disk.pinnedBytes }] : []}
          .budget=${data.budgets.maxPinnedBytes}
        ></gs-disk-bar>
        ${panelStates(this.pins, {
          data: ({ pins }) =>
            html`<gs-pin-list
              .pins=${pins}
              .links=${links}
              @gs-unpin=${(event: Emitted<string>) => this.unpin(event.detail)}
            ></gs-pin-list>`,
          skeleton: () => html`<gs-skeleton .lines=${2}></gs-skeleton>`,
        })}
      </div>`;
  }

  private renderFigures(data: WireStorage): TemplateResult {
    const { records, rawBytes, oldestMillis, ratio } = storageTotals(data);
    const { retentionMillis, maxMemoryBytes } = data.budgets;
    const kept = oldestMillis === null ? "–" : formatAgo(oldestMillis, Date.now());
    const retention =
      retentionMillis > 0 ? `kept for ${formatSignificant(retentionMillis / DAY_MILLIS)} d` : "no limit";
    return html`<dl class="figures">
      <div>
        <dt>Oldest data came</dt>
        <dd title=${oldestMillis === null ? "" : formatUtc(oldestMillis)}>
          <b>${kept}</b> <span class="dim">${retention}</span>
        </dd>
      </div>
      <div>
        <dt>Spans, log records and samples</dt>
        <dd>
          <b>${formatCount(records)}</b> <span class="dim">in ${formatPlural(data.disk.partitions, "file")}</span>
        </dd>
      </div>
      <div>
        <dt>Compression</dt>
        <dd>
          <b>${ratio === null ? "–" : `${formatSignificant(ratio)} ×`}</b>
          <span class="dim">from ${formatBytes(rawBytes)}</span>
        </dd>
      </div>
      <div>
        <dt>In memory, not in a block yet</dt>
        <dd><b>${formatBytes(data.open.bytes)}</b> <span class="dim">budget ${formatBytes(maxMemoryBytes)}</span></dd>
      </div>
    </dl>`;
  }

  private unpin(traceId: string): void {
    void unpinTrace(traceId)
      .then(() => emit(this, "gs-notice", "Unpinned: retention may take it now"))
      .catch((error: unknown) => emit(this, "gs-notice", (error as Error).message))
      .finally(() => {
        this.pins.refresh();
        this.storage.refresh();
      });
  }
}
