/**
 * The frame around every page: header, the page that the address names, overlays, and the keys that work everywhere. In: the
 * address; out: the right page element, loaded when it is first needed. The old page stays until the new one's code is there.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { currentPlace, navigate } from "../state/location.ts";
import { linkTo, setLive, stepTimeRange, timeRange } from "../state/time-range.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { followAlerting } from "./follow-alerting.ts";
import { followHues } from "./follow-hues.ts";
import { listenEverywhere } from "./global-input.ts";
import "./gs-header.ts";
import type { GsHeader } from "./gs-header.ts";
import "./gs-load-failure.ts";
import "./gs-notice.ts";
import { restoreScroll } from "./restore-scroll.ts";
import { followSignIn } from "./sign-in.ts";
import { findRoute, HOME, PLACES, SECTIONS, type Route } from "./routes.ts";

@customElement("gs-app")
export class GsApp extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        min-height: 100dvh;
      }
      main {
        display: block;
      }
      main:focus-visible {
        outline: none;
      }
      .skip {
        position: absolute;
        left: var(--space-3);
        top: var(--space-2);
        z-index: 20;
        padding: var(--space-2) var(--space-3);
        background: var(--surface-1);
        transform: translateY(-300%);
      }
      .skip:focus {
        transform: none;
      }
      @media (max-width: 899.98px) {
        main {
          padding-bottom: calc(var(--header) + env(safe-area-inset-bottom));
        }
      }
    `,
  ];

  @state() private page?: HTMLElement;
  @state() private overlay: "" | "palette" | "keys" = "";
  private route?: Route;
  private place = currentPlace.value;

  constructor() {
    super();
    followSignals(this, currentPlace);
    listenEverywhere(this);
    bindKeys(this, "Everywhere", [
      { keys: "/", label: "Search", run: () => this.search() },
      { keys: "mod+k", label: "Command palette", inFields: true, run: () => this.openOverlay("palette") },
      ...[...SECTIONS, ...PLACES].map(({ keys, label, path }) => ({
        keys,
        label: `Go to ${label}`,
        run: () => navigate(linkTo(path)),
      })),
      { keys: "[", label: "Earlier: step the time range back", run: () => stepTimeRange(-1) },
      { keys: "]", label: "Later: step the time range on", run: () => stepTimeRange(1) },
      { keys: "L", label: "Live on or off", run: () => setLive(timeRange.value.kind === "absolute") },
      { keys: "?", label: "Show this key map", run: () => this.openOverlay("keys") },
    ]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    followSignIn();
    followHues();
    followAlerting();
  }

  protected override willUpdate(): void {
    const { path, restoreScroll: top } = currentPlace.value;
    if (top !== undefined && currentPlace.value !== this.place) restoreScroll(top);
    this.place = currentPlace.value;
    if (path === "/" || path === "") {
      queueMicrotask(() => navigate(linkTo(HOME), { replace: true }));
      return;
    }
    const route = findRoute(path);
    if (route !== this.route) void this.show(route);
  }

  override render(): TemplateResult {
    return html`<a class="skip" href="#main" @click=${this.skipToMain}>Skip to content</a>
      <gs-header
        .section=${this.route?.section ?? ""}
        @gs-palette=${() => this.openOverlay("palette")}
        @gs-keys=${() => this.openOverlay("keys")}
      ></gs-header>
      <main id="main" tabindex="-1">${this.page}</main>
      ${this.overlay === "palette" ? html`<gs-palette @gs-close=${this.closeOverlay}></gs-palette>` : nothing}
      ${this.overlay === "keys" ? html`<gs-key-help @gs-close=${this.closeOverlay}></gs-key-help>` : nothing}
      <gs-notice></gs-notice>`;
  }

  private async show(route: Route): Promise<void> {
    this.route = route;
    document.title = `${route.title} · Goldspan`;
    try {
      await route.load();
    } catch (error) {
      console.error(error);
      if (this.route === route) this.page = document.createElement("gs-load-failure");
      return;
    }
    if (this.route === route) this.page = document.createElement(route.tag);
  }

  private search(): void {
    this.renderRoot.querySelector<GsHeader>("gs-header")?.focusSearch();
  }

  private openOverlay(overlay: "palette" | "keys"): void {
    const load = overlay === "palette" ? import("./gs-palette.ts") : import("./gs-key-help.ts");
    void load.then(() => (this.overlay = overlay));
  }

  private readonly closeOverlay = (): void => {
    this.overlay = "";
  };

  private readonly skipToMain = (event: Event): void => {
    event.preventDefault();
    this.renderRoot.querySelector("main")?.focus();
  };
}
