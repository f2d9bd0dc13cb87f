/** Who calls a service and whom it calls, with rate, errors and latency on each edge. In: the map around it; out: links. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireMapEdge, WireMapNode, WireServiceMap } from "goldspan/contract";
import { formatMillis } from "../base/format-duration.ts";
import { formatPercent, formatRate } from "../base/format-number.ts";
import type { Links } from "../model/links.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { mapIcon } from "./map-icon.ts";

const MOST = 6;

@customElement("gs-neighbours")
export class GsNeighbours extends LitElement {
  static override styles = [
    sharedStyles,
    dotStyles,
    ...hueStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr);
        align-items: center;
        gap: var(--space-3) var(--space-5);
        padding: var(--space-3) var(--space-5);
      }
      .self {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        font-weight: var(--weight-strong);
      }
      .self > svg {
        color: var(--text-3);
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) 5.5em 4.5em 5em;
        align-items: center;
        gap: var(--space-3);
        min-height: var(--row-compact);
      }
      li a {
        color: var(--text-1);
      }
      li svg {
        width: var(--icon-small);
        height: var(--icon-small);
        color: var(--text-3);
      }
      .failed {
        color: var(--error);
        font-weight: var(--weight-strong);
      }
      @media (max-width: 899.98px) {
        :host {
          grid-template-columns: minmax(0, 1fr);
          padding-inline: var(--space-4);
        }
      }
    `,
  ];

  @property() service = "";
  @property({ type: Number }) hue = 0;
  @property({ attribute: false }) map?: WireServiceMap;
  @property({ attribute: false }) links?: Links;

  override render(): TemplateResult {
    const { edges = [], nodes = [] } = this.map ?? {};
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const others = edges.filter(({ client, server }) => client !== server);
    const callers = others.filter(({ server }) => server === this.service);
    const callees = others.filter(({ client }) => client === this.service);
    return html`${this.side("Called by", callers, ({ client }) => byId.get(client) ?? unknownNode(client))}
      <span class="self">${icon("right")}<span class="dot hue-${this.hue}"></span>${this.service}${icon("right")}</span>
      ${this.side("Calls", callees, ({ server }) => byId.get(server) ?? unknownNode(server))}`;
  }

  private side(
    title: string,
    edges: readonly WireMapEdge[],
    other: (edge: WireMapEdge) => WireMapNode,
  ): TemplateResult {
    const sorted = edges.toSorted((a, b) => b.ratePerSecond - a.ratePerSecond);
    return html`<ul aria-label=${title}>
      ${sorted.slice(0, MOST).map((edge) => this.line(edge, other(edge)))}
      ${sorted.length > MOST ? html`<li class="faint"><span></span><a href=${this.links?.map(this.service) ?? ""}>${sorted.length - MOST} more on the map</a></li>` : nothing}
      ${sorted.length === 0 ? html`<li class="faint"><span></span>${title === "Calls" ? "calls nobody" : "called by nobody"}</li>` : nothing}
    </ul>`;
  }

  private line(edge: WireMapEdge, node: WireMapNode): TemplateResult {
    const href = node.kind === "service" ? this.links?.service(node.id) : this.links?.map(node.id);
    return html`<li>
      ${node.color === null ? mapIcon(node.kind) : html`<span class="dot hue-${node.color}"></span>`}
      <a class="cut" href=${href ?? ""} title=${node.id}>${node.id}</a>
      <span class="number">${formatRate(edge.ratePerSecond)}</span>
      <span class="number ${edge.errorRatio > 0 ? "failed" : "faint"}">${formatPercent(edge.errorRatio)}</span>
      <span class="number dim" title="p95">${formatMillis(edge.p95Millis ?? edge.clientP95Millis)}</span>
    </li>`;
  }
}

function unknownNode(id: string): WireMapNode {
  const figures = { ratePerSecond: null, errorRatio: null, p95Millis: null, saturation: null };
  return { id, kind: "external", color: null, ...figures, level: "ok" };
}
