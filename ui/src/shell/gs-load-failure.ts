/**
 * Shown when a page's code could not be loaded: mostly because the collector was replaced by a newer one, or stopped. Part of the
 * first code that is loaded, because it is needed when no more can be.
 */
import { html, LitElement, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import "../widgets/gs-failure.ts";

@customElement("gs-load-failure")
export class GsLoadFailure extends LitElement {
  override render(): TemplateResult {
    return html`<gs-failure
      message="cannot load this page"
      hint="the collector may have been updated or stopped"
      @gs-retry=${() => window.location.reload()}
    ></gs-failure>`;
  }
}
