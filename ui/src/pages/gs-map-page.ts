/**
 * Who calls whom, as a map: users left, databases and queues right. In: the address (?focus, ?edge), the API; out: the map, and beside it
 * what is in focus. The picture stays as it is while figures change: each layout gets the places of the one before.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { WireMapEdge, WireMapNode, WireServiceMap, WireTraceSummary } from "goldspan/contract";
import { fetchTraces } from "../api/endpoints.ts";
import { fetchServiceMap } from "../api/metric-endpoints.ts";
import { formatPlural } from "../base/format-number.ts";
import { changeParams } from "../base/params.ts";
import "../components/gs-map-panel.ts";
import { mapIcon } from "../components/map-icon.ts";
import { askActiveAlerts } from "../controllers/active-alerts.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { edgeKey } from "../model/map-layout.ts";
import { drawMap, type MapPicture } from "../model/map-look.ts";
import { formatTerm } from "../model/query-text.ts";
import { alertsByService, type ServiceAlerts } from "../model/service-alerts.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigate, navigateParams } from "../state/location.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import { currentBounds, linkTo, timeRange } from "../state/time-range.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-graph.ts";
import type { GraphEdgeLook, GraphNodeLook } from "../widgets/gs-graph.ts";
import "../widgets/gs-skeleton.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

const SEARCHED_TRACES = 60;
const SHOWN_TRACES = 6;

/** Stands in an address for the edge between two names. */
const ARROW = "→";

@customElement("gs-map-page")
export class GsMapPage extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelStyles,
    css`
      :host {
        display: block;
        height: calc(100dvh - var(--header));
      }
      .panel-data {
        height: 100%;
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
      }
      .stage {
        position: relative;
        min-height: 0;
        height: 100%;
      }
      gs-graph {
        height: 100%;
      }
      gs-map-panel {
        width: var(--panel-width);
        border-left: var(--hairline) solid var(--line);
      }
      .legend {
        position: absolute;
        left: var(--space-5);
        bottom: var(--space-4);
        color: var(--text-3);
        font-size: var(--text-small);
        pointer-events: none;
      }
      .count {
        position: absolute;
        left: var(--space-5);
        top: var(--space-4);
        color: var(--text-2);
        pointer-events: none;
      }
      @media (max-width: 899.98px) {
        :host {
          height: calc(100dvh - 2 * var(--header) - env(safe-area-inset-bottom));
        }
        .legend {
          display: none;
        }
        .panel-data {
          grid-template-columns: minmax(0, 1fr);
          grid-template-rows: minmax(0, 1fr) auto;
        }
        gs-map-panel {
          width: auto;
          max-height: 46dvh;
          border-left: 0;
          border-top: var(--hairline) solid var(--line);
        }
      }
    `,
  ];

  private readonly map = new QueryController<WireServiceMap>(this, {
    key: () => `map ${JSON.stringify(timeRange.value)}`,
    ask: (signal) => fetchServiceMap("", currentBounds(), signal),
  });
  private readonly traces = new QueryController<readonly WireTraceSummary[]>(this, {
    key: () => (this.edge ? `edge traces ${edgeKey(this.edge)} ${JSON.stringify(timeRange.value)}` : undefined),
    ask: (signal) => this.askTraces(signal),
    keepStale: false,
  });
  private readonly alerts = askActiveAlerts(this);
  private drawn?: { readonly map: WireServiceMap; readonly picture: MapPicture };

  constructor() {
    super();
    followSignals(this, currentPlace, timeRange, serviceHueOf);
    onLiveBeat(this, () => {
      this.map.refresh();
      this.traces.refresh();
    });
    bindKeys(this, "Map", [{ keys: "esc", label: "Focus on nothing", run: () => this.turnTo({}) }]);
  }

  override render(): TemplateResult {
    return html`<h1 class="unseen">Service map</h1>
      ${panelStates(this.map, {
        data: (map) => this.renderMap(map),
        empty: (map) => (map.nodes.length === 0 ? this.renderEmpty() : undefined),
        skeleton: () => html`<gs-skeleton shape="block"></gs-skeleton>`,
      })}`;
  }

  private renderMap(map: WireServiceMap): TemplateResult {
    const { layout, nodes, edges } = this.pictureOf(map);
    const focused = this.node?.id ?? "";
    const alerts = alertsByService(this.alerts.data?.alerts ?? []);
    return html`<div class="stage">
        <gs-graph
          label="Service map: arrow keys move, space focuses, enter opens"
          .nodes=${nodes.map(({ id, x, y, radius, wire, label, below, about }): GraphNodeLook => ({
            key: id,
            x,
            y,
            radius,
            label,
            below,
            about: [about, alerts.get(id)?.about].filter(Boolean).join(". "),
            flag: flagOf(alerts.get(id)),
            hue: wire.color,
            sign: wire.color === null ? mapIcon(wire.kind) : undefined,
            failed: wire.errorRatio ?? 0,
            level: wire.level,
          }))}
          .edges=${edges.map(
            ({ key, client, server, path, middle, tip, width, failing, brief, label }): GraphEdgeLook => ({
              key,
              from: client,
              to: server,
              path,
              middle,
              tip,
              width,
              failing,
              brief,
              label,
            }),
          )}
          .graphWidth=${layout.width}
          .graphHeight=${layout.height}
          .focused=${focused}
          .selectedEdge=${this.edge ? edgeKey(this.edge) : ""}
          @gs-focus=${(event: Emitted<string>) => this.turnTo({ focus: event.detail })}
          @gs-open=${(event: Emitted<string>) => this.open(event.detail)}
          @gs-edge=${this.onEdge}
          @gs-flag=${(event: Emitted<string>) => navigate(links.alerts({ service: event.detail }))}
        ></gs-graph>
        <p class="count">
          ${formatPlural(nodes.filter(({ kind }) => kind === "service").length, "service")}${map.source === "spans" ? html`<span class="faint"> · from the newest spans, without latencies</span>` : nothing}
        </p>
        <p class="legend">
          size and line width: rate · red part of a ring: share that fails · triangle: not well · bell: alerts
        </p>
      </div>
      ${
        this.node || this.edge
          ? html`<gs-map-panel
              .map=${map}
              .node=${this.node}
              .edge=${this.edge}
              .alerts=${alerts.get(focused)}
              .traces=${this.traces.snapshot}
              .hueOf=${serviceHueOf.value}
              .links=${links}
              @gs-edge=${this.onEdge}
              @gs-close=${() => this.turnTo({})}
            ></gs-map-panel>`
          : nothing
      }`;
  }

  private renderEmpty(): TemplateResult {
    return html`<gs-empty
      heading="Nobody called anybody in this time range"
      why="The map is drawn from spans of calls: client and server, producer and consumer."
    >
      <a class="button" href=${linkTo("/services")}>See what sends here</a>
    </gs-empty>`;
  }

  private pictureOf(map: WireServiceMap): MapPicture {
    if (this.drawn?.map !== map) {
      const picture = drawMap(map, places);
      places = picture.layout.places;
      this.drawn = { map, picture };
    }
    return this.drawn.picture;
  }

  private get node(): WireMapNode | undefined {
    const focus = currentPlace.value.params.get("focus");
    return this.map.data?.nodes.find(({ id }) => id === focus);
  }

  private get edge(): WireMapEdge | undefined {
    const [client, server] = (currentPlace.value.params.get("edge") ?? "").split(ARROW);
    return this.map.data?.edges.find((edge) => edge.client === client && edge.server === server);
  }

  private readonly onEdge = (event: Emitted<string>): void => {
    const [client, server] = event.detail.split("\u0000");
    this.turnTo({ edge: `${client}${ARROW}${server}` });
  };

  private turnTo({ focus = "", edge = "" }: { focus?: string; edge?: string }): void {
    navigateParams(changeParams(currentPlace.value.params, { focus, edge }), { replace: focus === "" && edge === "" });
  }

  private open(id: string): void {
    const node = this.map.data?.nodes.find((node) => node.id === id);
    if (node?.kind === "service") navigate(links.service(id));
    else this.turnTo({ focus: id });
  }

  /** The search knows one service at a time: of the newest traces of one side those are shown in which the other took part, too. */
  private async askTraces(signal: AbortSignal): Promise<readonly WireTraceSummary[]> {
    const { edge } = this;
    if (!edge) return [];
    const isService = (id: string): boolean =>
      this.map.data?.nodes.some((node) => node.id === id && node.kind === "service") ?? false;
    const q = isService(edge.server)
      ? formatTerm("service", ":", edge.server)
      : `${formatTerm("service", ":", edge.client)} kind:${edge.kind === "queue" ? "producer" : "client"}`;
    const search = (query: string): Promise<readonly WireTraceSummary[]> =>
      fetchTraces({ q: query, ...currentBounds(), limit: SEARCHED_TRACES }, signal).then(({ traces }) => traces);
    const failed = edge.errorRatio > 0 ? await search(`${q} error`) : [];
    const found = [...failed, ...(await search(q))];
    const both = found.filter(({ services }) =>
      [edge.client, edge.server].every((id) => !isService(id) || services.some(({ name }) => name === id)),
    );
    const unique = new Map(both.map((trace) => [trace.traceId, trace]));
    return [...unique.values()].slice(0, SHOWN_TRACES);
  }
}

/** Kept while the application runs, so that coming back shows the same picture. */
let places: ReadonlyMap<string, number> = new Map();

/** On the map: a bell with the number of alerts. */
function flagOf(alerts: ServiceAlerts | undefined): GraphNodeLook["flag"] {
  return alerts && { tone: alerts.tone, sign: icon("bell"), text: String(alerts.count), about: alerts.about };
}
