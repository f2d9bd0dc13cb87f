import { LitElement } from "lit";
import { customElement } from "lit/decorators.js";
@customElement("gs-logs-page")
export class GsLogsPage extends LitElement {}
