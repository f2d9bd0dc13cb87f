/**
 * What is beside the map: a node with its figures and neighbours, or an edge with its figures and traces over it. In: the map, which one,
 * traces as a query state; out: gs-edge (key) for another edge, gs-close.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireMapEdge, WireMapNode, WireServiceMap, WireTraceSummary } from "goldspan/contract";
import { formatMillis } from "../base/format-duration.ts";
import { formatPercent, formatRate } from "../base/format-number.ts";
import type { Links } from "../model/links.ts";
import { edgeKey } from "../model/map-layout.ts";
import { formatTerm } from "../model/query-text.ts";
import type { ServiceAlerts } from "../model/service-alerts.ts";
import { emit } from "../widgets/emit.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { panelHeadStyles } from "../widgets/panel-head-styles.ts";
import { panelStates, type QueryState } from "../widgets/panel-states.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import "../widgets/gs-skeleton.ts";
import "./gs-example-traces.ts";
import "./gs-alert-mark.ts";
import "./gs-saturation.ts";
import { mapIcon } from "./map-icon.ts";

@customElement("gs-map-panel")
export class GsMapPanel extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelHeadStyles,
    dotStyles,
    ...hueStyles,
    css`
      :host {
        background: var(--surface-1);
        overflow: auto;
      }
      h2 {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        min-width: 0;
        font-size: var(--text-large);
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-2) var(--space-5);
        padding: var(--space-4) var(--space-5);
      }
      dt {
        color: var(--text-2);
      }
      dd {
        font-weight: var(--weight-strong);
      }
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        padding: 0 var(--space-5) var(--space-4);
      }
      h3 {
        padding: var(--space-3) var(--space-5) var(--space-2);
        border-top: var(--hairline) solid var(--line);
      }
      li button {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto auto;
        gap: var(--space-4);
        width: 100%;
        padding: 0 var(--space-5);
        min-height: var(--row);
        align-items: center;
      }
      li button:hover {
        background: var(--surface-2);
      }
      .none {
        padding: var(--space-2) var(--space-5) var(--space-5);
        color: var(--text-3);
      }
      gs-example-traces {
        --mini-width: var(--mini-width-small);
      }
    `,
  ];

  @property({ attribute: false }) map?: WireServiceMap;
  @property({ attribute: false }) node?: WireMapNode;
  @property({ attribute: false }) edge?: WireMapEdge;
  /** Active ones of the node. */
  @property({ attribute: false }) alerts?: ServiceAlerts;
  @property({ attribute: false }) traces?: QueryState<readonly WireTraceSummary[]>;
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  @property({ attribute: false }) links?: Links;

  override render(): TemplateResult | typeof nothing {
    if (this.edge) return this.renderEdge(this.edge);
    return this.node ? this.renderNode(this.node) : nothing;
  }

  private renderNode(node: WireMapNode): TemplateResult {
    const query = formatTerm("service", ":", node.id);
    const { edges = [] } = this.map ?? {};
    return html`${this.head(html`${this.sign(node)}<span class="cut">${node.id}</span>`)}
      <dl>
        ${
          this.alerts
            ? html`<dt>Alerts</dt>
                <dd>
                  <gs-alert-mark
                    .alerts=${this.alerts}
                    href=${this.links?.alerts({ service: node.id }) ?? ""}
                  ></gs-alert-mark>
                </dd>`
            : nothing
        }
        ${node.kind === "service" ? nothing : this.figure("Kind", KINDS[node.kind])}
        ${this.figure("Rate", formatRate(node.ratePerSecond))}
        ${this.figure("Errors", formatPercent(node.errorRatio), node.errorRatio ? "error" : "")}
        ${node.p95Millis === null ? nothing : this.figure("p95", formatMillis(node.p95Millis))}
        ${
          node.saturation
            ? html`<dt>Saturation</dt>
                <dd><gs-saturation .saturation=${node.saturation} level="ok" name=${node.id}></gs-saturation></dd>`
            : nothing
        }
      </dl>
      ${
        node.kind === "service"
          ? html`<nav aria-label=${`More of ${node.id}`}>
              <a class="button primary" href=${this.links?.service(node.id) ?? ""}>Open ${node.id}</a>
              <a class="button" href=${this.links?.traces(query) ?? ""}>${icon("traces")} Traces</a>
              <a class="button" href=${this.links?.logs(query) ?? ""}>${icon("logs")} Logs</a>
              <a class="button" href=${this.links?.exceptions(node.id) ?? ""}>${icon("warning")} Errors</a>
            </nav>`
          : nothing
      }
      ${this.edgeList(
        "Called by",
        edges.filter(({ server, client }) => server === node.id && client !== node.id),
        ({ client }) => client,
      )}
      ${this.edgeList(
        "Calls",
        edges.filter(({ client }) => client === node.id),
        ({ server }) => server,
      )}`;
  }

  private edgeList(title: string, edges: readonly WireMapEdge[], other: (edge: WireMapEdge) => string): TemplateResult {
    const sorted = edges.toSorted((a, b) => b.ratePerSecond - a.ratePerSecond);
    return html`<h3>${title}</h3>
      ${sorted.length === 0 ? html`<p class="none">nobody</p>` : nothing}
      <ul>
        ${sorted.map(
          (edge) =>
            html`<li>
              <button @click=${() => emit(this, "gs-edge", edgeKey(edge))}>
                <span class="cut">${other(edge)}</span>
                <span>${formatRate(edge.ratePerSecond)}</span>
                <span class=${edge.errorRatio > 0 ? "error" : "faint"}>${formatPercent(edge.errorRatio)}</span>
                <span class="dim">${formatMillis(edge.p95Millis ?? edge.clientP95Millis)}</span>
              </button>
            </li>`,
        )}
      </ul>`;
  }

  private renderEdge(edge: WireMapEdge): TemplateResult {
    return html`${this.head(html`<span class="cut">${edge.client}</span>${icon("right")}<span class="cut">${edge.server}</span>`)}
      <dl>
        ${this.figure("Rate", formatRate(edge.ratePerSecond))}
        ${this.figure("Errors", formatPercent(edge.errorRatio), edge.errorRatio > 0 ? "error" : "")}
        ${this.figure(`p95, as ${edge.server} measures it`, formatMillis(edge.p95Millis))}
        ${this.figure(`p95, as ${edge.client} sees it`, formatMillis(edge.clientP95Millis))}
      </dl>
      ${this.renderEdgeWays(edge)}
      <h3>Traces over it</h3>
      ${
        this.traces
          ? panelStates(this.traces, {
              data: (traces) =>
                html`<gs-example-traces
                  .traces=${traces}
                  .hueOf=${this.hueOf}
                  .links=${this.links}
                ></gs-example-traces>`,
              empty: (traces) =>
                traces.length === 0 ? html`<p class="none">none among the newest traces</p>` : undefined,
              skeleton: () => html`<gs-skeleton .lines=${4}></gs-skeleton>`,
            })
          : nothing
      }`;
  }

  /** To what both ends wrote; databases, queues and users write nothing. */
  private renderEdgeWays({ client, server }: WireMapEdge): TemplateResult | typeof nothing {
    const { nodes = [] } = this.map ?? {};
    const services = [client, server].filter((id) => nodes.some((node) => node.id === id && node.kind === "service"));
    if (services.length === 0) return nothing;
    const whose = services.map((id) => formatTerm("service", ":", id)).join(" or ");
    return html`<nav aria-label="More of this edge">
      <a class="button" href=${this.links?.logs(whose) ?? ""}
        >${icon("logs")} ${services.length > 1 ? "Logs of both" : "Logs"}</a
      >
      <a class="button" href=${this.links?.logs(`(${whose}) level>=error`) ?? ""}>${icon("warning")} Error logs</a>
      ${services.map((id) => html`<a class="button" href=${this.links?.service(id) ?? ""}>${icon("services")} ${id}</a>`)}
    </nav>`;
  }

  private head(title: unknown): TemplateResult {
    return html`<header class="panel-head side">
      <h2>${title}</h2>
      <button
        class="button plain icon aside"
        aria-label="Close"
        title="Close (esc)"
        @click=${() => emit(this, "gs-close")}
      >
        ${icon("close")}
      </button>
    </header>`;
  }

  private sign(node: WireMapNode): TemplateResult {
    return node.color === null ? mapIcon(node.kind) : html`<span class="dot hue-${node.color}"></span>`;
  }

  private figure(title: string, value: string, tone = ""): TemplateResult {
    return html`<dt>${title}</dt>
      <dd class=${tone}>${value}</dd>`;
  }
}

const KINDS: Readonly<Record<WireMapNode["kind"], string>> = {
  service: "service",
  user: "users: calls that come from outside",
  database: "database",
  queue: "queue",
  external: "outside: it sends nothing itself",
};
