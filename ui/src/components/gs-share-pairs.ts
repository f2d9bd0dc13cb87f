/**
 * Attribute values that stand out among bad requests: for each the share of bad and of good requests that have it, as two bars. In: the
 * values, where a search for one leads; out: links.
 */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatPercent } from "../base/format-number.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";

export interface SharePair {
  readonly key: string;
  readonly value: string;
  /** 0 to 1. */
  readonly badShare: number;
  readonly goodShare: number;
}

@customElement("gs-share-pairs")
export class GsSharePairs extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      table {
        width: 100%;
        border-collapse: collapse;
        font-variant-numeric: tabular-nums;
      }
      th {
        color: var(--text-2);
        font-size: var(--text-small);
        font-weight: var(--weight-medium);
        text-align: left;
      }
      th,
      td {
        padding: var(--space-2) var(--space-3);
      }
      th:first-child,
      td:first-child {
        padding-left: var(--space-5);
      }
      .what {
        max-width: 0;
        width: 50%;
      }
      .bars {
        width: 35%;
      }
      svg {
        display: block;
        width: 100%;
        height: var(--space-4);
      }
      .bad {
        fill: var(--error);
      }
      .good {
        fill: var(--line-strong);
      }
      .track {
        fill: var(--surface-2);
      }
    `,
  ];

  @property({ attribute: false }) pairs: readonly SharePair[] = [];
  @property({ attribute: false }) hrefOf: (pair: SharePair) => string = () => "";

  override render(): TemplateResult {
    return html`<table>
      <thead>
        <tr>
          <th scope="col">attribute</th>
          <th scope="col"><span class="unseen">shares drawn</span></th>
          <th scope="col" class="number">bad</th>
          <th scope="col" class="number">good</th>
        </tr>
      </thead>
      <tbody>
        ${this.pairs.map((pair) => this.renderPair(pair))}
      </tbody>
    </table>`;
  }

  private renderPair(pair: SharePair): TemplateResult {
    const { key, value, badShare, goodShare } = pair;
    return html`<tr>
      <td class="what cut" title="${key}: ${value}">
        <a href=${this.hrefOf(pair)}><span class="faint">${key}</span> ${value}</a>
      </td>
      <td class="bars">
        <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
          <rect class="track" width="100" height="12"></rect>
          <rect class="bad" width=${badShare * 100} height="7"></rect>
          <rect class="good" y="7" width=${goodShare * 100} height="5"></rect>
        </svg>
      </td>
      <td class="number error">${formatPercent(badShare)}</td>
      <td class="number">${formatPercent(goodShare)}</td>
    </tr>`;
  }
}
