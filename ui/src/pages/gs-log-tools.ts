/**
 * Saved searches and downloads of the logs page: two buttons that open. In: the query, columns, bounds, about how many lines there are; out:
 * gs-open-search (a saved search). Asks the server itself.
 */
import { html, LitElement, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { WireSavedSearch, WireSavedSearches } from "goldspan/contract";
import { createLogSearch, deleteLogSearch, exportLogs, fetchLogSearches, saveLogSearch } from "../api/log-endpoints.ts";
import type { ResolvedRange } from "../base/time-range.ts";
import type { Download } from "../components/gs-log-download.ts";
import "../components/gs-log-download.ts";
import "../components/gs-log-searches.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import "../widgets/gs-popover.ts";
import type { GsPopover } from "../widgets/gs-popover.ts";
import { icon } from "../widgets/icons.ts";
import { saveFile } from "../widgets/save-file.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

@customElement("gs-log-tools")
export class GsLogTools extends LitElement {
  static override styles = [sharedStyles, controlStyles];

  @property() query = "";
  @property({ attribute: false }) columns: readonly string[] = [];
  @property({ attribute: false }) bounds: ResolvedRange = { start: 0, end: 0 };
  @property({ type: Number }) total = 0;
  @state() private opened = false;
  @state() private download?: Download;
  @query("gs-popover") private searchesBox!: GsPopover;
  private abort?: AbortController;

  private readonly searches = new QueryController<WireSavedSearches>(this, {
    key: () => (this.opened ? "log searches" : undefined),
    ask: fetchLogSearches,
  });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.abort?.abort();
  }

  override render(): TemplateResult {
    return html`<gs-popover label="Saved searches" buttonClass="button plain icon" align="right" @gs-open=${this.open}>
        <span slot="label">${icon("pin")}</span>
        <gs-log-searches
          .searches=${this.searches.data?.searches ?? []}
          .query=${this.query}
          @gs-open-search=${() => this.searchesBox.close()}
          @gs-save-search=${(event: Emitted<{ id?: string; title: string }>) => this.save(event.detail)}
          @gs-rename-search=${(event: Emitted<{ id: string; title: string }>) => this.rename(event.detail)}
          @gs-delete-search=${(event: Emitted<string>) => this.change(deleteLogSearch(event.detail), "Deleted")}
        ></gs-log-searches>
      </gs-popover>
      <gs-popover label="Download" buttonClass="button plain icon" align="right">
        <span slot="label">${icon("download")}</span>
        <gs-log-download
          .download=${this.download}
          .total=${this.total}
          @gs-download=${(event: Emitted<"csv" | "ndjson">) => void this.run(event.detail)}
          @gs-cancel=${() => this.abort?.abort()}
        ></gs-log-download>
      </gs-popover>`;
  }

  private readonly open = (): void => {
    if (this.opened) this.searches.refresh();
    this.opened = true;
  };

  private save({ id, title }: { id?: string; title: string }): void {
    const search = { title, query: this.query, columns: [...this.columns] };
    this.change(id === undefined ? createLogSearch(search) : saveLogSearch(id, search), `Saved “${title}”`);
  }

  private rename({ id, title }: { id: string; title: string }): void {
    const search = this.searches.data?.searches.find((other) => other.id === id);
    if (search) this.change(saveLogSearch(id, { title, query: search.query, columns: search.columns }), "Renamed");
  }

  private change(done: Promise<WireSavedSearch | void>, notice: string): void {
    void done
      .then(() => emit(this, "gs-notice", notice))
      .catch((error: unknown) => emit(this, "gs-notice", (error as Error).message))
      .finally(() => this.searches.refresh());
  }

  private async run(format: "csv" | "ndjson"): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    this.download = { format, bytes: 0, done: false };
    try {
      const ask = { query: this.query, ...this.bounds };
      const file = await exportLogs(ask, format, format === "csv" ? this.columns : [], abort.signal, (progress) => {
        this.download = { format, ...progress, done: false };
      });
      saveFile(file, `logs.${format}`);
      this.download = { format, bytes: file.size, done: true };
    } catch (error) {
      const message = abort.signal.aborted ? "Cancelled" : (error as Error).message;
      this.download = { format, bytes: this.download.bytes, done: true, error: message };
    }
  }
}
