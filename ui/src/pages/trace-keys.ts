/** The keys of the trace page. In: what each command does; out: bindings for as long as the page is shown. */
import type { ReactiveControllerHost } from "lit";
import { bindKeys } from "../controllers/bind-keys.ts";
import type { TraceTab } from "./trace-place.ts";

export interface TraceCommands {
  readonly move: (by: number) => void;
  readonly left: () => void;
  readonly right: () => void;
  readonly open: () => void;
  readonly close: () => void;
  readonly search: () => void;
  readonly step: (direction: -1 | 1) => void;
  readonly fold: (to: "all" | "none" | number) => void;
  readonly zoomToCursor: () => void;
  readonly zoomOut: () => void;
  readonly toggleLogs: () => void;
  readonly toggleCritical: () => void;
  readonly togglePin: () => void;
  readonly tab: (tab: TraceTab) => void;
  readonly reload: () => void;
}

export function bindTraceKeys(host: ReactiveControllerHost, commands: TraceCommands): void {
  bindKeys(host, "Trace", [
    ...["j", "down"].map((keys) => ({ keys, label: "Next row", run: () => commands.move(1) })),
    ...["k", "up"].map((keys) => ({ keys, label: "Previous row", run: () => commands.move(-1) })),
    { keys: "left", label: "Fold, or go to the parent", run: commands.left },
    { keys: "right", label: "Unfold, or go to the first child", run: commands.right },
    { keys: "enter", label: "Details", run: commands.open },
    { keys: "esc", label: "Close, clear, zoom out", run: commands.close },
    { keys: "f", label: "Find in trace", run: commands.search },
    { keys: "n", label: "Next match", run: () => commands.step(1) },
    { keys: "N", label: "Previous match", run: () => commands.step(-1) },
    { keys: "e", label: "Expand all", run: () => commands.fold("none") },
    { keys: "c", label: "Collapse all", run: () => commands.fold("all") },
    ...[2, 3, 4].map((depth) => ({
      keys: String(depth),
      label: `Show ${depth} levels`,
      run: () => commands.fold(depth),
    })),
    { keys: "z", label: "Zoom to the row", run: commands.zoomToCursor },
    { keys: "0", label: "Zoom out", run: commands.zoomOut },
    { keys: "o", label: "Logs in place on or off", run: commands.toggleLogs },
    { keys: "p", label: "Critical path on or off", run: commands.toggleCritical },
    { keys: "P", label: "Pin: keep it beyond the retention, or unpin", run: commands.togglePin },
    { keys: "r", label: "Load again", run: commands.reload },
    { keys: "t w", label: "Tab: waterfall", run: () => commands.tab("waterfall") },
    { keys: "t l", label: "Tab: logs", run: () => commands.tab("logs") },
    { keys: "t t", label: "Tab: table", run: () => commands.tab("table") },
  ]);
}
