/** What an address shows that leads nowhere. */
import { html, LitElement, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { linkTo } from "../state/time-range.ts";
import "../widgets/gs-empty.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { pageStyles } from "./page-styles.ts";

@customElement("gs-not-found-page")
export class GsNotFoundPage extends LitElement {
  static override styles = [sharedStyles, pageStyles];

  override render(): TemplateResult {
    return html`<gs-empty
      heading="There is no such page"
      why="The address may be mistyped, or from another version of Goldspan."
    >
      <a href=${linkTo("/services")}>Services</a><a href=${linkTo("/traces")}>Traces</a
      ><a href=${linkTo("/logs")}>Logs</a>
    </gs-empty>`;
  }
}
