/**
 * The routes of notification as a tree: which alerts each takes, who is told, together with what and how often, and when nobody is. In:
 * routes, time intervals, the channels of receivers, and which routes take an alert that was asked for; out: links to channels.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireChannel, WireChannels, WireRoute, WireRouting } from "goldspan/contract";
import { formatMillis } from "../base/format-duration.ts";
import { ownSettings, routeRows, type RouteRow } from "../model/route-rows.ts";
import { icon } from "../widgets/icons.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { severityMarkStyles } from "./severity-mark-styles.ts";

@customElement("gs-route-tree")
export class GsRouteTree extends LitElement {
  static override styles = [
    sharedStyles,
    severityMarkStyles,
    css`
      li {
        display: flex;
        padding: 0 var(--space-5);
      }
      li.taken {
        background: var(--surface-selected);
      }
      .rail {
        position: relative;
        flex: none;
        width: var(--space-6);
      }
      .rail::before,
      .rail::after {
        content: "";
        position: absolute;
        left: var(--space-3);
        border: 0 solid var(--line-strong);
      }
      .line::before,
      .turn::before {
        top: 0;
        bottom: 0;
        border-left-width: var(--hairline);
      }
      .turn-last::before {
        top: 0;
        height: var(--space-5);
        border-left-width: var(--hairline);
      }
      .turn::after,
      .turn-last::after {
        top: var(--space-5);
        right: var(--space-2);
        border-top-width: var(--hairline);
      }
      li:not(.not) .turn::after,
      li:not(.not) .turn-last::after {
        border-color: var(--accent);
        border-top-width: var(--focus-width);
      }
      .node {
        flex: 1;
        min-width: 0;
        padding: var(--space-3) 0;
      }
      .what {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: var(--space-2) var(--space-4);
      }
      .matchers {
        overflow-wrap: anywhere;
      }
      .asked .not .matchers,
      .asked .not b {
        color: var(--text-2);
      }
      .to {
        display: inline-flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: var(--space-2) var(--space-3);
      }
      .to > svg {
        align-self: center;
        width: var(--icon-small);
        height: var(--icon-small);
        color: var(--text-3);
      }
      .mark.taken {
        background: var(--accent-soft);
        color: var(--accent);
      }
      .how {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-4);
        margin-top: var(--space-1);
        color: var(--text-3);
        font-size: var(--text-small);
      }
      @media (max-width: 899.98px) {
        li {
          padding: 0 var(--space-4);
        }
        .rail {
          width: var(--space-5);
        }
      }
    `,
  ];

  @property({ attribute: false }) routes: readonly WireRoute[] = [];
  @property({ attribute: false }) timeIntervals: WireChannels["timeIntervals"] = [];
  @property({ attribute: false }) channels: readonly WireChannel[] = [];
  /** Of an alert that was asked for; undefined: none was. */
  @property({ attribute: false }) routing?: WireRouting;
  @property({ attribute: false }) hrefOf: (channel: WireChannel) => string = () => "";

  override render(): TemplateResult {
    const rows = routeRows(this.routes, this.routing?.matches);
    return html`<ul class=${this.routing ? "asked" : ""} aria-label="Routes">
      ${rows.map((row) => this.renderRow(row))}
    </ul>`;
  }

  private renderRow(row: RouteRow): TemplateResult {
    const { route, rails, way } = row;
    const { matchers, receiver } = route;
    return html`<li class=${way === "on the way" ? "way" : way}>
      ${rails.map((rail) => html`<span class="rail ${rail}"></span>`)}
      <div class="node">
        <div class="what">
          ${route.depth > 0 ? html`<span class="unseen">${`Level ${route.depth + 1}:`}</span>` : nothing}
          <span class="matchers ${matchers.length > 0 ? "mono" : ""}"
            >${matchers.length > 0 ? matchers.join("  ") : route.depth === 0 ? "every alert" : "whatever comes here"}</span
          >
          <span class="to"
            >${icon("right")}<span class="unseen">to</span> <b>${receiver}</b> ${this.renderChannels(receiver)}</span
          >
          ${way === "taken" ? html`<span class="mark taken">${icon("check")}takes it</span>` : nothing}
          ${route.isMuted ? html`<span class="mark warn">${icon("bellOff")}muted now</span>` : nothing}
        </div>
        ${this.renderHow(row)}
      </div>
    </li>`;
  }

  private renderChannels(receiver: string): TemplateResult[] | TemplateResult {
    const own = this.channels.filter((channel) => channel.receiver === receiver);
    if (own.length === 0) return html`<span class="faint">tells nobody: it has no channel</span>`;
    return own.map((channel) => html`<a href=${this.hrefOf(channel)}>${channel.kind}</a>`);
  }

  private renderHow(row: RouteRow): TemplateResult | typeof nothing {
    const { route } = row;
    const own = ownSettings(row);
    const said = [
      own.grouping ? groupingOf(route) : "",
      own.times ? timesOf(route) : "",
      ...route.muteTimeIntervals.map((name) => `silent: ${this.intervalOf(name)}`),
      ...route.activeTimeIntervals.map((name) => `only: ${this.intervalOf(name)}`),
      route.continues ? "the next routes are asked too" : "",
    ].filter(Boolean);
    return said.length === 0 ? nothing : html`<div class="how">${said.map((text) => html`<span>${text}</span>`)}</div>`;
  }

  private intervalOf(name: string): string {
    const texts = this.timeIntervals.find((interval) => interval.name === name)?.texts ?? [];
    return texts.length === 0 ? name : `${name} (${texts.join("; ")})`;
  }
}

function groupingOf({ groupBy }: WireRoute): string {
  if (groupBy.length === 0) return "all in one message";
  return groupBy[0] === "..." ? "each alert for itself" : `a message for each ${groupBy.join(", ")}`;
}

function timesOf({ groupWaitMillis, groupIntervalMillis, repeatIntervalMillis }: WireRoute): string {
  const [wait, interval, repeat] = [groupWaitMillis, groupIntervalMillis, repeatIntervalMillis].map((millis) =>
    formatMillis(millis),
  );
  return `after ${wait}, news every ${interval}, again after ${repeat}`;
}
