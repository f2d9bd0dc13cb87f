/** What the command palette offers. In: the API, the address; out: entries, and those that match a text, best first. */
import { fetchOperations, fetchServices } from "../api/endpoints.ts";
import { fuzzyScore } from "../base/fuzzy.ts";
import { shortenMiddle } from "../base/shorten.ts";
import { findTraceId } from "../base/trace-id.ts";
import { formatTerm, serviceTerm } from "../model/query-text.ts";
import { links } from "../state/links.ts";
import { navigate } from "../state/location.ts";
import { isSignedIn } from "../state/session.ts";
import { THEME_CHOICES, setTheme } from "../state/theme.ts";
import { currentBounds, linkTo, setLive } from "../state/time-range.ts";
import type { IconName } from "../widgets/icons.ts";
import { PLACES, SECTIONS } from "./routes.ts";
import { signOut } from "./sign-in.ts";

export interface PaletteEntry {
  readonly label: string;
  readonly detail: string;
  readonly icon: IconName;
  /** The service's hue, shown instead of the icon. */
  readonly hue?: number;
  readonly run: () => void;
}

const MOST_SHOWN = 40;
const MOST_SERVICES = 30;

export function basicEntries(): PaletteEntry[] {
  return [
    ...[...SECTIONS, ...PLACES].map(({ path, label, icon, keys }) => ({
      label,
      detail: keys,
      icon,
      run: () => navigate(linkTo(path)),
    })),
    { label: "Error logs", detail: "search", icon: "logs", run: () => navigate(links.logs("level>=error")) },
    { label: "Failed traces", detail: "search", icon: "warning", run: () => navigate(links.traces("error")) },
    { label: "Go live", detail: "time", icon: "right", run: () => setLive(true) },
    ...THEME_CHOICES.map((choice) => ({
      label: `Theme: ${choice}`,
      detail: "look",
      icon: "sun" as const,
      run: () => setTheme(choice),
    })),
    ...(isSignedIn.value
      ? [{ label: "Sign out", detail: "session", icon: "out" as const, run: () => void signOut() }]
      : []),
  ];
}

/** Tells of services first, then of their operations as these come in. A failed request only means fewer entries. */
export async function loadEntries(signal: AbortSignal, tell: (entries: PaletteEntry[]) => void): Promise<void> {
  try {
    const { services } = await fetchServices(currentBounds(), 1, signal);
    tell(services.flatMap(({ name, color }) => serviceEntries(name, color)));
    for (const { name, color } of services.slice(0, MOST_SERVICES)) {
      const { operations } = await fetchOperations(name, currentBounds(), 1, signal);
      tell(operations.map((operation) => operationEntry(name, color, operation.name)));
    }
  } catch (error) {
    if (!signal.aborted) console.debug("cannot load the palette's services", error);
  }
}

export function findEntries(entries: readonly PaletteEntry[], text: string): PaletteEntry[] {
  const found = findTraceId(text);
  if (found) {
    const run = (): void => navigate(links.trace(found.traceId, found.spanId));
    const logs = formatTerm("trace_id", ":", found.traceId);
    return [
      { label: `Open trace ${shortenMiddle(found.traceId, 21)}`, detail: "trace", icon: "traces", run },
      { label: "Its log lines", detail: "logs", icon: "logs", run: () => navigate(links.logs(logs)) },
    ];
  }
  return [...matching(entries, text), ...searches(text.trim())];
}

/** Whatever was typed can also be looked for. */
function searches(text: string): PaletteEntry[] {
  if (text === "") return [];
  return [
    { label: `Logs with “${text}”`, detail: "search", icon: "logs", run: () => navigate(links.logs(text)) },
    {
      label: `Errors with “${text}”`,
      detail: "search",
      icon: "warning",
      run: () => navigate(links.exceptions("", text)),
    },
    { label: `Traces with “${text}”`, detail: "search", icon: "traces", run: () => navigate(links.traces(text)) },
  ];
}

function matching(entries: readonly PaletteEntry[], text: string): PaletteEntry[] {
  return entries
    .map((entry) => ({ entry, score: fuzzyScore(text, entry.label) }))
    .filter((scored): scored is { entry: PaletteEntry; score: number } => scored.score !== undefined)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_SHOWN)
    .map((scored) => scored.entry);
}

function serviceEntries(name: string, hue: number): PaletteEntry[] {
  const traces = links.traces(formatTerm("service", ":", name));
  return [
    { label: name, detail: "service", icon: "services", hue, run: () => navigate(links.service(name)) },
    { label: `${name} traces`, detail: "traces", icon: "traces", hue, run: () => navigate(traces) },
    { label: `${name} errors`, detail: "errors", icon: "warning", hue, run: () => navigate(links.exceptions(name)) },
    { label: `${name} logs`, detail: "logs", icon: "logs", hue, run: () => navigate(links.logs(serviceTerm(name))) },
  ];
}

function operationEntry(service: string, hue: number, operation: string): PaletteEntry {
  const query = `${formatTerm("service", ":", service)} ${formatTerm("operation", ":", operation)}`;
  return {
    label: operation,
    detail: `operation of ${service}`,
    icon: "traces",
    hue,
    run: () => navigate(links.traces(query)),
  };
}
