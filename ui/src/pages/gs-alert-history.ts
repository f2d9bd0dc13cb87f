/**
 * What fired in the time shown: each alert with its time drawn as a bar on the axis of that time. In: the application's time range, the
 * API; out: links to each.
 */
import { css, html, LitElement, svg, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { WireAlertHistory, WireEpisode } from "goldspan/contract";
import { fetchAlertHistory } from "../api/alert-endpoints.ts";
import { formatMillis } from "../base/format-duration.ts";
import { formatDateTime, formatUtc, formatRecent } from "../base/format-time.ts";
import { severityMarkStyles } from "../components/severity-mark-styles.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { severityTone } from "../model/alert-list.ts";
import { links } from "../state/links.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import { currentBounds, setTimeRange, timeRange } from "../state/time-range.ts";
import "../widgets/gs-empty.ts";
import "../widgets/gs-skeleton.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import { alertTabStyles } from "./alert-tab-styles.ts";

const MOST_EPISODES = 300;
const DAY = 86_400_000;
const LEAST_WIDTH = 0.4;

@customElement("gs-alert-history")
export class GsAlertHistory extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    tableStyles,
    panelStyles,
    dotStyles,
    ...hueStyles,
    severityMarkStyles,
    alertTabStyles,
    css`
      /* As wide as its picture: the words take what is left. */
      .lane > * {
        width: var(--field-width);
      }
      .ends {
        display: flex;
        justify-content: space-between;
        font-weight: normal;
      }
      .lane svg {
        display: block;
        height: var(--space-4);
      }
      rect {
        fill: var(--text-3);
      }
      .track {
        fill: var(--surface-2);
      }
      .error {
        fill: var(--error);
      }
      .warn {
        fill: var(--warn);
      }
    `,
  ];

  private readonly history = new QueryController<WireAlertHistory>(this, {
    key: () => `alert history ${JSON.stringify(timeRange.value)}`,
    ask: (signal) => fetchAlertHistory({ ...currentBounds(), service: "", limit: MOST_EPISODES }, signal),
  });

  constructor() {
    super();
    followSignals(this, timeRange, serviceHueOf);
    onLiveBeat(this, () => this.history.refresh());
  }

  override render(): TemplateResult {
    return html`<section class="panel" aria-label="What fired">
      ${panelStates(this.history, {
        data: (data) => this.renderTable(data),
        empty: ({ episodes }) =>
          episodes.length === 0
            ? html`<gs-empty heading="Nothing fired" why="No alert fired in this time range.">
                <button class="button" @click=${() => setTimeRange({ kind: "relative", millis: 7 * DAY })}>
                  Show the last 7 days
                </button>
              </gs-empty>`
            : undefined,
        skeleton: () => html`<gs-skeleton .lines=${8}></gs-skeleton>`,
      })}
    </section>`;
  }

  private renderTable({ episodes, isCut }: WireAlertHistory): TemplateResult {
    const { start, end } = currentBounds();
    return html`<table>
        <thead>
          <tr>
            <th scope="col">Fired</th>
            <th class="wide" scope="col">Alert</th>
            <th class="lane less" scope="col">
              <span class="unseen">When, drawn</span>
              <div class="ends" aria-hidden="true">
                <span>${formatRecent(start, Date.now())}</span><span>${formatRecent(end, Date.now())}</span>
              </div>
            </th>
            <th class="number" scope="col">For</th>
          </tr>
        </thead>
        <tbody>
          ${episodes.map((episode) => this.renderEpisode(episode))}
        </tbody>
      </table>
      ${isCut ? html`<p class="nothing">Older ones of this time are left out: narrow the range.</p>` : ""}`;
  }

  private renderEpisode(episode: WireEpisode): TemplateResult {
    const { id, name, summary, severity, service, firedAtMillis, resolvedAtMillis } = episode;
    const until = resolvedAtMillis ?? Date.now();
    return html`<tr>
      <td class="when" title=${formatUtc(firedAtMillis)}>${formatDateTime(firedAtMillis)}</td>
      <td class="wide">
        <a href=${links.alert(id)}>${summary || name}</a>
        <p class="under">
          ${service ? html`<span class="dot hue-${serviceHueOf.value(service)}"></span> ${service} · ` : ""}${name}
          ${severity ? html`<span class="mark ${severityTone(severity)}">${severity}</span>` : ""}
        </p>
      </td>
      <td class="lane less">${this.renderLane(firedAtMillis, until, severityTone(severity))}</td>
      <td class="number">${resolvedAtMillis === null ? "still" : formatMillis(until - firedAtMillis)}</td>
    </tr>`;
  }

  private renderLane(from: number, until: number, tone: string): TemplateResult {
    const { start, end } = currentBounds();
    const share = (at: number) => Math.min(100, Math.max(0, ((at - start) / Math.max(1, end - start)) * 100));
    const x = Math.min(share(from), 100 - LEAST_WIDTH);
    const bar = svg`<rect class=${tone} x=${x} width=${Math.max(LEAST_WIDTH, share(until) - x)} height="8"></rect>`;
    return html`<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="8"></rect>
      ${bar}
    </svg>`;
  }
}
