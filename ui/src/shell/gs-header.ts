/** The bar at the top: name, pages, search, time range, theme. On narrow screens the pages move to a bar at the bottom. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { formatPlural } from "../base/format-number.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { alertingSummary } from "../state/alerting.ts";
import { isSignedIn } from "../state/session.ts";
import { linkTo, timeRange } from "../state/time-range.ts";
import { emit } from "../widgets/emit.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import "./gs-search-field.ts";
import type { GsSearchField } from "./gs-search-field.ts";
import "./gs-theme-switch.ts";
import "./gs-time-range.ts";
import { headerStyles } from "./header-styles.ts";
import { PLACES, SECTIONS } from "./routes.ts";
import { signOut } from "./sign-in.ts";

const MOST_SHOWN = 99;

@customElement("gs-header")
export class GsHeader extends LitElement {
  static override styles = [sharedStyles, controlStyles, headerStyles];

  @property() section = "";
  @query("gs-search-field") private search!: GsSearchField;

  constructor() {
    super();
    followSignals(this, timeRange, alertingSummary, isSignedIn);
  }

  focusSearch(): void {
    this.search.focus();
  }

  override render(): TemplateResult {
    return html`<header>
      <a class="brand" href=${linkTo("/services")} aria-label="Goldspan, to the services">
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
          <rect x="1" y="3" width="18" height="4" rx="2"></rect>
          <rect x="4" y="8.5" width="10" height="4" rx="2" opacity="0.75"></rect>
          <rect x="10" y="14" width="7" height="4" rx="2" opacity="0.5"></rect>
        </svg>
        <span>Goldspan</span>
      </a>
      <nav aria-label="Pages">
        ${SECTIONS.map(
          ({ path, label, icon: name, keys, isRare }) =>
            html`<a
              class=${isRare ? "wide" : nothing}
              href=${linkTo(path)}
              title="${label} (${keys})"
              aria-current=${this.section === path ? "page" : nothing}
              >${icon(name)}<span>${label}</span>${path === "/alerts" ? this.renderBadge() : nothing}</a
            >`,
        )}
        <span class="unseen" role="status">${this.renderSpoken()}</span>
        <button class="narrow" aria-label="More pages" @click=${() => emit(this, "gs-palette")}>
          ${icon("more")}<span>More</span>
        </button>
      </nav>
      <gs-search-field></gs-search-field>
      <gs-time-range></gs-time-range>
      ${PLACES.map(
        ({ path, label, icon: name, keys }) =>
          html`<a
            class="button plain icon wide"
            href=${linkTo(path)}
            title="${label} (${keys})"
            aria-label=${label}
            aria-current=${this.section === path ? "page" : nothing}
            >${icon(name)}</a
          >`,
      )}
      <button
        class="button plain icon wide spacious"
        title="Command palette (ctrl/cmd k)"
        aria-label="Command palette"
        @click=${() => emit(this, "gs-palette")}
      >
        ${icon("command")}
      </button>
      <button
        class="button plain icon wide spacious"
        title="Keys (?)"
        aria-label="Key map"
        @click=${() => emit(this, "gs-keys")}
      >
        ${icon("keyboard")}
      </button>
      <gs-theme-switch></gs-theme-switch>
      ${isSignedIn.value ? this.renderSignOut() : nothing}
    </header>`;
  }

  private renderSignOut(): TemplateResult {
    return html`<button
      class="button plain icon wide spacious"
      title="Sign out"
      aria-label="Sign out"
      @click=${() => void signOut()}
    >
      ${icon("out")}
    </button>`;
  }

  private renderBadge(): TemplateResult | typeof nothing {
    const firing = alertingSummary.value?.firing ?? 0;
    if (firing === 0) return nothing;
    return html`<span class="badge" aria-hidden="true">${firing > MOST_SHOWN ? `${MOST_SHOWN}+` : firing}</span>`;
  }

  /** For who does not see the badge; said when it changes. */
  private renderSpoken(): string {
    const firing = alertingSummary.value?.firing ?? 0;
    return firing === 0 ? "" : `${formatPlural(firing, "alert")} firing`;
  }
}
