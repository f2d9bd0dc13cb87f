/**
 * Listens to the whole document: keys (through the key map), clicks on links (which become navigation without loading), and a
 * trace id pasted anywhere outside a field (which opens the trace).
 */
import type { ReactiveControllerHost } from "lit";
import { ChordReader } from "../base/key-chord.ts";
import { findTraceId } from "../base/trace-id.ts";
import { findBinding, keyGroups } from "../state/key-map.ts";
import { links } from "../state/links.ts";
import { navigate } from "../state/location.ts";

const chords = new ChordReader();

export function listenEverywhere(host: ReactiveControllerHost): void {
  host.addController({
    hostConnected: () => {
      document.addEventListener("keydown", onKey);
      document.addEventListener("click", onClick);
      document.addEventListener("paste", onPaste);
    },
    hostDisconnected: () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("click", onClick);
      document.removeEventListener("paste", onPaste);
    },
  });
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || hasOpenDialog()) return;
  const known = keyGroups.value.flatMap((group) => group.bindings.map((binding) => binding.keys));
  const inField = isField(event);
  const keys = chords.read(event, known, performance.now());
  const binding = keys === undefined ? undefined : findBinding(keys);
  if (!binding || (inField && !binding.inFields) || (keys === "enter" && isControl(event))) return;
  event.preventDefault();
  binding.run();
}

/** Links inside the UI change the place without loading a page. */
function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  const href = link?.getAttribute("href");
  if (!link || !href?.startsWith("/") || href.startsWith("/api/") || link.target || link.hasAttribute("download"))
    return;
  event.preventDefault();
  navigate(href);
}

function onPaste(event: ClipboardEvent): void {
  if (isField(event)) return;
  const found = findTraceId(event.clipboardData?.getData("text") ?? "");
  if (!found) return;
  event.preventDefault();
  navigate(links.trace(found.traceId, found.spanId));
}

function isField(event: Event): boolean {
  const target = event.composedPath()[0];
  return target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);
}

/** Enter on a button or link is theirs. */
function isControl(event: Event): boolean {
  const target = event.composedPath()[0];
  return target instanceof HTMLElement && target.matches("a, button, summary");
}

/** Modals live in the shell; while one is open the keys are its own. */
function hasOpenDialog(): boolean {
  return document.querySelector("gs-app")?.shadowRoot?.querySelector("gs-palette, gs-key-help") !== null;
}
