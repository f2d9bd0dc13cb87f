/** All boards: those that were made here, and the ready ones of each service. In: the API; out: links, a new board, imports of files. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import type { WireBoardEntry, WireBoardImport, WireBoards } from "goldspan/contract";
import { ApiError } from "../api/api-error.ts";
import { boardFileHref, createBoard, fetchBoards, importBoard } from "../api/metric-endpoints.ts";
import { formatPlural } from "../base/format-number.ts";
import { formatAgo } from "../base/format-time.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { links } from "../state/links.ts";
import { navigate } from "../state/location.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import { timeRange } from "../state/time-range.ts";
import { emit } from "../widgets/emit.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import "../widgets/gs-skeleton.ts";
import { pageStyles } from "./page-styles.ts";

@customElement("gs-boards-page")
export class GsBoardsPage extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelStyles,
    dotStyles,
    ...hueStyles,
    pageStyles,
    css`
      .tools {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        min-height: var(--row-tall);
        margin-bottom: var(--space-3);
      }
      h1 {
        font-size: var(--text-title);
        margin-right: auto;
      }
      h2 {
        padding: var(--space-3) var(--space-5);
      }
      .panel {
        margin-bottom: var(--space-4);
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1.4fr) minmax(0, 2fr) 6em 7em auto;
        align-items: center;
        gap: var(--space-4);
        min-height: var(--row-tall);
        padding: 0 var(--space-5);
        border-top: var(--hairline) solid var(--line);
      }
      .ready {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(15em, 1fr));
        gap: 0 var(--space-4);
        padding: 0 var(--space-5) var(--space-4);
      }
      .ready a {
        display: inline-flex;
        align-items: center;
        gap: var(--space-3);
        min-height: var(--row);
        color: var(--text-1);
        min-width: 0;
      }
      .report {
        padding: var(--space-4) var(--space-5);
      }
      .report ul {
        margin: var(--space-2) 0 var(--space-3);
        padding-left: var(--space-5);
        list-style: disc;
        color: var(--text-2);
      }
      .report li {
        display: list-item;
        min-height: 0;
        padding: 0;
        border: 0;
      }
      @media (max-width: 899.98px) {
        li {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        .description,
        .when,
        .count {
          display: none;
        }
      }
    `,
  ];

  @state() private imported?: WireBoardImport;
  @query("input[type=file]") private file!: HTMLInputElement;
  private readonly boards = new QueryController<WireBoards>(this, { key: () => "boards", ask: fetchBoards });

  constructor() {
    super();
    followSignals(this, timeRange, serviceHueOf);
    bindKeys(this, "Boards", [{ keys: "n", label: "New board", run: () => void this.create() }]);
  }

  override render(): TemplateResult {
    return html`<div class="tools">
        <h1>Boards</h1>
        <button class="button" @click=${() => this.file.click()}>${icon("upload")} Import</button>
        <button class="button primary" @click=${() => void this.create()}>${icon("plus")} New board</button>
        <input type="file" accept=".json,application/json" hidden aria-label="A board's file" @change=${this.onFile} />
      </div>
      ${this.imported ? this.renderReport(this.imported) : nothing}
      ${panelStates(this.boards, {
        data: ({ boards }) => this.renderBoards(boards),
        skeleton: () => html`<div class="panel"><gs-skeleton .lines=${8}></gs-skeleton></div>`,
      })}`;
  }

  private renderBoards(boards: readonly WireBoardEntry[]): TemplateResult {
    const own = boards.filter(({ readOnly }) => !readOnly);
    const ready = boards.filter(({ readOnly }) => readOnly);
    return html`<div class="panel">
        <h2>Made here</h2>
        ${
          own.length > 0
            ? html`<ul>
                ${own.map((board) => this.renderLine(board))}
              </ul>`
            : html`<gs-empty
                heading="No board of your own yet"
                why="A board shows PromQL, traces, logs and text side by side. Dashboards of Grafana can be imported."
              >
                <button class="button primary" @click=${() => void this.create()}>New board</button>
              </gs-empty>`
        }
      </div>
      ${
        ready.length > 0
          ? html`<div class="panel">
              <h2>Golden signals, ready for each service</h2>
              <div class="ready">${ready.map(({ id }) => this.renderReady(id))}</div>
            </div>`
          : nothing
      }`;
  }

  private renderLine({ id, title, description, panelCount, updatedAtMillis }: WireBoardEntry): TemplateResult {
    return html`<li>
      <a class="cut" href=${links.board(id)}>${title || "without a title"}</a>
      <span class="description cut dim">${description}</span>
      <span class="count dim">${formatPlural(panelCount, "panel")}</span>
      <span class="when dim">${updatedAtMillis === null ? "" : formatAgo(updatedAtMillis, Date.now())}</span>
      <a
        class="button plain icon"
        href=${boardFileHref(id)}
        download=${`${title}.json`}
        title="Export"
        aria-label=${`Export ${title}`}
        >${icon("download")}</a
      >
    </li>`;
  }

  private renderReady(id: string): TemplateResult {
    const service = id.slice(id.indexOf(":") + 1);
    return html`<a href=${links.board(id)}
      ><span class="dot hue-${serviceHueOf.value(service)}"></span><span class="cut">${service}</span></a
    >`;
  }

  private renderReport({ id, title, notUnderstood }: WireBoardImport): TemplateResult {
    return html`<div class="panel report" role="status">
      <p>
        Imported
        <a href=${links.board(id)}>${title}</a
        >${notUnderstood.length > 0 ? ". What boards cannot show was left out:" : ""}
      </p>
      ${
        notUnderstood.length > 0
          ? html`<ul>
              ${notUnderstood.map(({ path, what }) => html`<li><span class="mono">${path}</span> ${what}</li>`)}
            </ul>`
          : nothing
      }
      <a class="button" href=${links.board(id)}>Open it</a>
    </div>`;
  }

  private create(): Promise<void> {
    return this.tryTo("make a board", async () =>
      navigate(links.board((await createBoard({ title: "New board", panels: [] })).id)),
    );
  }

  private readonly onFile = (): void => {
    const [file] = this.file.files ?? [];
    if (!file) return;
    void this.tryTo(`import ${file.name}`, async () => {
      this.imported = await importBoard(parseFile(await file.text()));
      this.boards.refresh();
    });
    this.file.value = "";
  };

  private async tryTo(what: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      emit(this, "gs-notice", `Cannot ${what}: ${error.message}${error.hint ? `. ${error.hint}` : ""}`);
    }
  }
}

function parseFile(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError(0, { message: "it is no JSON", hint: "Export a board here, or a dashboard in Grafana." }, cause);
  }
}
