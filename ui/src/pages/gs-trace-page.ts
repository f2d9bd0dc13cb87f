import { LitElement } from "lit";
import { customElement } from "lit/decorators.js";
@customElement("gs-trace-page")
export class GsTracePage extends LitElement {}
