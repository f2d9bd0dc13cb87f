/**
 * A board: panels on a grid, with variables. In: the address (/boards/<id>, ?var-<name>, ?edit), the API; out: the same board changed and
 * saved, copied, exported as a file or deleted. What isn't saved yet is kept while the application runs; the browser asks before it closes.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { WireBoard, WireBoardDocument, WireBoardPanel, WireBoardVariable } from "goldspan/contract";
import { ApiError } from "../api/api-error.ts";
import { boardFileHref, createBoard, deleteBoard, fetchBoard, saveBoard } from "../api/metric-endpoints.ts";
import type { Interval } from "../base/interval.ts";
import { parseDuration } from "../base/format-duration.ts";
import { changeParams } from "../base/params.ts";
import { rangeParams, zoomedRange } from "../base/time-range.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { addPanel, movePanel, readingOrder, removePanel, resizePanel } from "../model/board-layout.ts";
import { newPanel } from "../model/board-panels.ts";
import { chosenValues, fillVariables, type VariableValues } from "../model/board-variables.ts";
import { promEditAt, type PromEdit } from "../model/promql-completion.ts";
import { links } from "../state/links.ts";
import { currentPlace, nameIn, navigate, navigateParams } from "../state/location.ts";
import { linkTo, setTimeRange, timeRange } from "../state/time-range.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import { icon, type IconName } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { styleOf } from "../widgets/style-of.ts";
import "../components/gs-board-variables.ts";
import "../components/gs-panel-editor.ts";
import "../components/gs-variable-editor.ts";
import "../widgets/gs-skeleton.ts";
import { askBoardLabels } from "./board-labels.ts";
import { boardPageStyles } from "./board-page-styles.ts";
import "./gs-board-panel.ts";
import { PromqlSuggestions } from "./promql-suggestions.ts";

const VARIABLES = -2;

@customElement("gs-board-page")
export class GsBoardPage extends LitElement {
  static override styles = [sharedStyles, controlStyles, panelStyles, boardPageStyles];

  /** A panel's place, VARIABLES, or -1 for nothing. */
  @state() private editing = -1;
  @state() private saving = false;
  /** The board whose own range was looked at already. */
  private openedId = "";
  private readonly suggestions = new PromqlSuggestions(this);
  private readonly board = new QueryController<WireBoard>(this, {
    key: () => (this.boardId ? `board ${this.boardId}` : undefined),
    ask: (signal) => fetchBoard(this.boardId, signal),
    keepStale: false,
  });
  private readonly labels = new QueryController<Record<string, readonly string[]>>(this, {
    key: () =>
      this.variables.length > 0 ? `variables ${JSON.stringify([this.variables, timeRange.value])}` : undefined,
    ask: (signal) => askBoardLabels(this.variables, signal),
  });

  constructor() {
    super();
    followSignals(this, currentPlace, timeRange);
    bindKeys(this, "Board", [
      { keys: "e", label: "Change the board", run: () => this.change() },
      { keys: "esc", label: "Close the panel's settings", run: () => (this.editing = -1) },
    ]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("beforeunload", this.onUnload);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("beforeunload", this.onUnload);
  }

  protected override updated(): void {
    const { data } = this.board;
    if (!data || this.openedId === data.id) return;
    this.openedId = data.id;
    const millis = Math.round((parseDuration(data.board.range ?? "") ?? 0) / 1e6);
    const { params } = currentPlace.value;
    // A link that names a range wins over the one that the board opens with.
    if (millis === 0 || params.has("last") || params.has("from")) return;
    navigateParams(changeParams(params, rangeParams({ kind: "relative", millis })), { replace: true });
  }

  override render(): TemplateResult {
    return panelStates(this.board, {
      data: (board) => this.renderBoard(board),
      skeleton: () => html`<div class="main"><gs-skeleton .lines=${12}></gs-skeleton></div>`,
    });
  }

  private renderBoard(board: WireBoard): TemplateResult {
    const { panels } = this.draft ?? board.board;
    const order = readingOrder(panels);
    const edited = this.draft?.panels[this.editing];
    const editsVariables = this.draft !== undefined && this.editing === VARIABLES;
    return html`<div class="page ${edited || editsVariables ? "split" : ""}">
      <div class="main">
        ${this.renderHead(board)}
        <gs-board-variables
          .variables=${this.variables}
          .values=${this.values}
          .known=${this.labels.data ?? {}}
          @gs-variable=${this.onVariable}
        ></gs-board-variables>
        ${panels.length === 0 ? this.renderEmpty() : nothing}
        <div
          class="grid"
          @gs-zoom=${(event: Emitted<Interval>) => setTimeRange(zoomedRange(event.detail.from, event.detail.to))}
        >
          ${repeat(
            order,
            (index) => index,
            (index) => this.renderCell(panels[index], index),
          )}
        </div>
      </div>
      ${
        edited
          ? html`<gs-panel-editor
              .panel=${edited}
              .known=${this.suggestions.known}
              @gs-edit=${(event: Emitted<PromEdit>) => this.suggestions.edit(event.detail)}
              @gs-panel=${(event: Emitted<WireBoardPanel>) => this.put(this.editing, event.detail)}
              @gs-close=${() => (this.editing = -1)}
            ></gs-panel-editor>`
          : nothing
      }
      ${
        editsVariables
          ? html`<gs-variable-editor
              .variables=${this.variables}
              .labels=${this.suggestions.known.labels}
              @gs-variables=${(event: Emitted<WireBoardVariable[]>) => this.setVariables(event.detail)}
              @gs-close=${() => (this.editing = -1)}
            ></gs-variable-editor>`
          : nothing
      }
    </div>`;
  }

  private renderHead(board: WireBoard): TemplateResult {
    const { draft } = this;
    const button = (name: IconName, label: string, run: () => void, look = ""): TemplateResult =>
      html`<button class="button ${look}" ?disabled=${this.saving} @click=${run}>${icon(name)} ${label}</button>`;
    if (draft) {
      return html`<header>
        <input
          class="title"
          aria-label="Title of the board"
          .value=${draft.title}
          @input=${(event: Event) => (this.draft = { ...draft, title: (event.currentTarget as HTMLInputElement).value })}
        />
        <input
          class="about"
          aria-label="Description"
          placeholder="Description"
          .value=${draft.description ?? ""}
          @input=${(event: Event) => (this.draft = { ...draft, description: (event.currentTarget as HTMLInputElement).value || undefined })}
        />
        <nav>
          ${button("plus", "Panel", () => this.add())}
          ${button("filter", "Variables", () => this.editVariables())}${button("check", "Save", () => void this.save(), "primary")}
          ${button("close", "Discard", () => this.discard())}${button("trash", "Delete", () => void this.erase(), "plain")}
        </nav>
      </header>`;
    }
    return html`<header>
        <a class="back" href=${linkTo("/boards")} aria-label="All boards">${icon("left")}</a>
        <h1>${board.title}</h1>
        <nav>
          ${board.readOnly ? button("edit", "Copy and change", () => void this.copy(board)) : button("edit", "Change", () => this.change())}
          <a class="button" href=${boardFileHref(board.id)} download=${`${board.title}.json`}
            >${icon("download")} Export</a
          >
        </nav>
      </header>
      ${board.description ? html`<p class="description">${board.description}</p>` : nothing}`;
  }

  private renderCell(panel: WireBoardPanel, index: number): TemplateResult {
    const { x, y, w, h } = panel.grid;
    const place = { "--x": String(x + 1), "--y": String(y + 1), "--w": String(w), "--h": String(h) };
    return html`<section
      class="cell ${panel.type} ${index === this.editing ? "edited" : ""}"
      aria-label=${fillVariables(panel.title, this.values)}
      ${styleOf(place)}
    >
      <gs-board-panel .panel=${panel} .values=${this.values}></gs-board-panel>
      ${this.draft ? this.renderCellTools(index) : nothing}
    </section>`;
  }

  private renderCellTools(index: number): TemplateResult {
    const panels = this.draft?.panels ?? [];
    const tool = (name: IconName, label: string, next: () => WireBoardPanel[]): TemplateResult =>
      html`<button class="button icon" title=${label} aria-label=${label} @click=${() => this.setPanels(next())}>
        ${icon(name)}
      </button>`;
    return html`<div class="cell-tools">
      ${tool("left", "Move left", () => movePanel(panels, index, -2, 0))}
      ${tool("right", "Move right", () => movePanel(panels, index, 2, 0))}
      ${tool("up", "Move up", () => movePanel(panels, index, 0, -2))}
      ${tool("down", "Move down", () => movePanel(panels, index, 0, 2))}
      ${tool("minus", "Narrower", () => resizePanel(panels, index, -2, 0))}
      ${tool("plus", "Wider", () => resizePanel(panels, index, 2, 0))}
      ${tool("collapse", "Lower", () => resizePanel(panels, index, 0, -1))}
      ${tool("expand", "Higher", () => resizePanel(panels, index, 0, 1))}
      <button class="button icon" title="Settings" aria-label="Settings" @click=${() => (this.editing = index)}>
        ${icon("edit")}
      </button>
      <button class="button icon" title="Remove" aria-label="Remove" @click=${() => this.drop(index)}>
        ${icon("trash")}
      </button>
    </div>`;
  }

  private renderEmpty(): TemplateResult {
    return html`<gs-empty heading="No panels yet" why="Panels show PromQL, traces, logs or text.">
      <button class="button primary" @click=${() => this.add()}>${icon("plus")} Panel</button>
    </gs-empty>`;
  }

  /** What is being changed; undefined = nothing. */
  private get draft(): WireBoardDocument | undefined {
    return drafts.get(this.boardId);
  }

  private set draft(draft: WireBoardDocument | undefined) {
    if (draft) drafts.set(this.boardId, draft);
    else drafts.delete(this.boardId);
    this.requestUpdate();
  }

  /** "" while the address has gone elsewhere and this page is about to. */
  private get boardId(): string {
    return nameIn(currentPlace.value.path, "boards");
  }

  private get variables(): readonly WireBoardVariable[] {
    return (this.draft ?? this.board.data?.board)?.variables ?? [];
  }

  private get values(): VariableValues {
    return chosenValues(this.variables, currentPlace.value.params, this.labels.data ?? {});
  }

  private readonly onVariable = (event: Emitted<{ name: string; values: readonly string[] }>): void => {
    const params = changeParams(currentPlace.value.params, { [`var-${event.detail.name}`]: "" });
    for (const value of event.detail.values) params.append(`var-${event.detail.name}`, value);
    navigateParams(params);
  };

  private change(): void {
    const { data } = this.board;
    if (data && !data.readOnly) this.draft ??= data.board;
  }

  private editVariables(): void {
    this.editing = this.editing === VARIABLES ? -1 : VARIABLES;
    this.suggestions.edit(promEditAt("{", 1));
  }

  private setVariables(variables: WireBoardVariable[]): void {
    if (this.draft) this.draft = { ...this.draft, variables: variables.length > 0 ? variables : undefined };
  }

  private setPanels(panels: WireBoardPanel[]): void {
    if (this.draft) this.draft = { ...this.draft, panels };
  }

  private put(index: number, panel: WireBoardPanel): void {
    this.setPanels((this.draft?.panels ?? []).map((one, at) => (at === index ? panel : one)));
  }

  private add(): void {
    this.change();
    if (!this.draft) return;
    this.setPanels(addPanel(this.draft.panels, newPanel()));
    this.editing = this.draft.panels.length - 1;
  }

  private drop(index: number): void {
    this.editing = -1;
    this.setPanels(removePanel(this.draft?.panels ?? [], index));
  }

  private discard(): void {
    this.draft = undefined;
    this.editing = -1;
  }

  private save(): Promise<void> {
    return this.tryTo("save the board", async () => {
      if (!this.draft) return;
      this.board.data = await saveBoard(this.boardId, this.draft);
      this.discard();
      emit(this, "gs-notice", "Saved");
    });
  }

  private copy(board: WireBoard): Promise<void> {
    return this.tryTo("copy the board", async () => {
      const copied = await createBoard({ ...board.board, title: `${board.title}, changed` });
      navigate(links.board(copied.id));
      this.draft = copied.board;
    });
  }

  private erase(): Promise<void> {
    return this.tryTo("delete the board", async () => {
      await deleteBoard(this.boardId);
      this.discard();
      navigate(linkTo("/boards"));
    });
  }

  private readonly onUnload = (event: Event): void => {
    if (this.draft && this.draft !== this.board.data?.board) event.preventDefault();
  };

  private async tryTo(what: string, run: () => Promise<void>): Promise<void> {
    this.saving = true;
    try {
      await run();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      emit(this, "gs-notice", `Cannot ${what}: ${error.message}${error.hint ? `. ${error.hint}` : ""}`);
    } finally {
      this.saving = false;
    }
  }
}

/** Boards that are being changed, by id. */
const drafts = new Map<string, WireBoardDocument>();
