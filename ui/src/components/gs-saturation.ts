/** How saturated a service is: the bar, and on hover or focus which resource by which metric on which instance. In: WireSaturation. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireLevel, WireSaturation } from "goldspan/contract";
import { formatPercent } from "../base/format-number.ts";
import "../widgets/gs-hover-card.ts";
import "../widgets/gs-meter.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";

/** From where on a level is drawn; the server decides the level, the meter only shows it. */
const DRAWN: Readonly<Record<WireLevel, { warn: number; bad: number }>> = {
  ok: { warn: 2, bad: 2 },
  warn: { warn: 0, bad: 2 },
  bad: { warn: 0, bad: 0 },
};

@customElement("gs-saturation")
export class GsSaturation extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-block;
      }
      .resource {
        font-weight: var(--weight-strong);
      }
      p {
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) saturation: WireSaturation | null = null;
  /** How bad it is, as the server says. */
  @property() level: WireLevel = "ok";
  @property() name = "";
  /** Where a click on it leads. */
  @property() href = "";

  override render(): TemplateResult {
    const { saturation, name } = this;
    if (!saturation) return html`<gs-meter .value=${null}></gs-meter>`;
    const { value, resource, metric, instance } = saturation;
    const { warn, bad } = DRAWN[this.level];
    return html`<gs-hover-card href=${this.href} label=${`Saturation of ${name}: ${formatPercent(value)}, ${resource}`}>
      <gs-meter .value=${value} .warnAt=${warn} .badAt=${bad} label=${`Saturation of ${name}`}></gs-meter>
      <div slot="card">
        <p><span class="resource">${resource}</span> is ${formatPercent(value)} full</p>
        <p class="mono dim">${metric}</p>
        ${instance ? html`<p class="dim">on ${instance}</p>` : nothing}
      </div>
    </gs-hover-card>`;
  }
}
