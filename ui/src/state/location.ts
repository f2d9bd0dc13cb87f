/**
 * Where the UI is: the address bar as a signal, and the only place that writes the History. In: navigate() and the browser's
 * back and forward; out: path and parameters. Keeps the scroll position of each entry, so that going back lands where one was.
 */
import { formatHref } from "../base/params.ts";
import { Signal, type ReadonlySignal } from "../base/signal.ts";

export interface Place {
  readonly path: string;
  readonly params: URLSearchParams;
  /** Pixels from the top to restore once the page has its data; only after going back or forward. */
  readonly restoreScroll?: number;
}

interface EntryState {
  scroll?: number;
}

const place = new Signal<Place>(readPlace());

export const currentPlace: ReadonlySignal<Place> = place;

/** Starts following back and forward; call once. */
export function followHistory(): void {
  history.scrollRestoration = "manual";
  window.addEventListener("popstate", (event) => {
    place.value = { ...readPlace(), restoreScroll: (event.state as EntryState | null)?.scroll ?? 0 };
  });
  window.addEventListener("scrollend", rememberScroll, { passive: true });
}

/** `replace` for changes that "back" should not undo one by one (typing, stepping); a new entry otherwise. */
export function navigate(href: string, options: { replace?: boolean } = {}): void {
  const target = new URL(href, window.location.href);
  if (target.href === window.location.href) return;
  const samePath = target.pathname === window.location.pathname;
  if (options.replace) {
    history.replaceState(history.state, "", target);
  } else {
    rememberScroll();
    history.pushState({}, "", target);
    if (!samePath) window.scrollTo(0, 0);
  }
  place.value = readPlace();
}

/** Changes parameters of the place we are at. */
export function navigateParams(params: URLSearchParams, options: { replace?: boolean } = {}): void {
  navigate(formatHref(place.value.path, params), options);
}

/** "/boards/a%20b" in "boards" -> "a b"; "" for any other path. A name that somebody cut in the middle of an escape stays as it is. */
export function nameIn(path: string, section: string): string {
  const [, first, name = ""] = path.split("/");
  if (first !== section) return "";
  try {
    return decodeURIComponent(name);
  } catch (error) {
    if (error instanceof URIError) return name;
    throw error;
  }
}

function rememberScroll(): void {
  const state: EntryState = { ...(history.state as EntryState | null), scroll: window.scrollY };
  history.replaceState(state, "");
}

function readPlace(): Place {
  return { path: window.location.pathname, params: new URLSearchParams(window.location.search) };
}
