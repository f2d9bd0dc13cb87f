/** The contract's paths about alerts (collector/src/api/contract/alerts.ts). Times are milliseconds since 1970. */
import type {
  WireAlertChart,
  WireAlertDetail,
  WireAlertHistory,
  WireAlertingSummary,
  WireAlerts,
  WireChannelPreview,
  WireChannels,
  WireChannelTest,
  WireDeadLetters,
  WireDifference,
  WireNewSilence,
  WireNormalBand,
  WireReplayLine,
  WireRuleCheck,
  WireRuleFile,
  WireRuleReplay,
  WireRouting,
  WireRules,
  WireSilence,
  WireSilences,
  WireSlos,
} from "goldspan/contract";
import { ApiError } from "./api-error.ts";
import { fetchJson, fetchLines, formatApiPath, sendForJson, sendJson } from "./client.ts";
import { wholeRange, type RequestRange } from "./endpoints.ts";

const path = (...parts: readonly string[]) => ["alerting", ...parts.map(encodeURIComponent)].join("/");

export const fetchAlertingSummary = (signal: AbortSignal): Promise<WireAlertingSummary> =>
  fetchJson(path("summary"), {}, signal);

export const fetchAlerts = (signal: AbortSignal): Promise<WireAlerts> => fetchJson(path("alerts"), {}, signal);

export const fetchAlert = (id: string, signal: AbortSignal): Promise<WireAlertDetail> =>
  fetchJson(path("alerts", id), {}, signal);

/** Over all its time, where evidence has a chart. */
export const fetchAlertChart = (id: string, signal: AbortSignal): Promise<WireAlertChart> =>
  fetchJson(path("alerts", id, "chart"), {}, signal);

/** What is normal for the signal of a baseline rule's alert. @param range milliseconds, also the step */
export const fetchNormalBand = (
  id: string,
  range: { readonly start: number; readonly end: number; readonly step: number },
  signal: AbortSignal,
): Promise<WireNormalBand> => fetchJson(path("alerts", id, "band"), range, signal);

/** @param question times in milliseconds; about "" = anything */
export const fetchDifference = (
  question: { readonly service: string; readonly start: number; readonly end: number; readonly about: string },
  signal: AbortSignal,
): Promise<WireDifference> => fetchJson(path("difference"), question, signal);

export const fetchAlertHistory = (
  range: RequestRange & { readonly service: string; readonly limit: number },
  signal: AbortSignal,
): Promise<WireAlertHistory> =>
  fetchJson(path("history"), { ...wholeRange(range), service: range.service, limit: range.limit }, signal);

export const fetchRules = (signal: AbortSignal): Promise<WireRules> => fetchJson(path("rules"), {}, signal);

export const checkRules = (text: string): Promise<WireRuleCheck> =>
  sendForJson("POST", path("rules", "check"), { text });

/** What the alert at a line of the text would have done; tells how far it is (0 to 1) while it runs. */
export async function replayRule(
  request: { readonly text: string; readonly line: number; readonly start: number; readonly end: number },
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<WireRuleReplay> {
  let replay: WireRuleReplay | undefined;
  const takeLine = (line: WireReplayLine): void => {
    if ("replay" in line) replay = line.replay;
    else onProgress(line.progress);
  };
  await fetchLines(path("rules", "replay"), {}, signal, takeLine, request);
  if (!replay) throw new ApiError(0, { message: "the answer ended before the rule was replayed" });
  return replay;
}

export const fetchRuleFile = (name: string, signal: AbortSignal): Promise<WireRuleFile> =>
  fetchJson(path("rule-files", name), {}, signal);

/** Refused with 409 when another version than the given one lies there; "" = there must be none. */
export const saveRuleFile = (name: string, text: string, version: string): Promise<WireRuleFile> =>
  sendForJson("PUT", path("rule-files", name), { text, version });

/** Refused with 409 as saving is. */
export const deleteRuleFile = (name: string, version: string): Promise<void> =>
  sendJson("DELETE", `${path("rule-files", name)}?version=${encodeURIComponent(version)}`);

export const fetchSilences = (signal: AbortSignal): Promise<WireSilences> => fetchJson(path("silences"), {}, signal);

export const saveSilence = (silence: WireNewSilence): Promise<WireSilence> =>
  sendForJson("POST", path("silences"), silence);

export const expireSilence = (id: string): Promise<void> => sendJson("DELETE", path("silences", id));

export const fetchChannels = (signal: AbortSignal): Promise<WireChannels> => fetchJson(path("channels"), {}, signal);

/** @param id as WireChannel has it: its parts are escaped already */
export const testChannel = (id: string): Promise<WireChannelTest> =>
  sendForJson("POST", `alerting/channels/${id}/test`, {});

/** @param alert id of one, "" = a made-up one */
export const previewChannel = (
  id: string,
  alert: string,
  state: "firing" | "resolved",
  signal: AbortSignal,
): Promise<WireChannelPreview> => fetchJson(`alerting/channels/${id}/preview`, { alert, state }, signal);

/** Chart and trace of an alert as a picture. */
export const alertPicturePath = (id: string): string => formatApiPath(path("alerts", id, "picture"));

export const fetchRouting = (labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<WireRouting> =>
  fetchJson(path("routing"), { label: Object.entries(labels).map(([name, value]) => `${name}=${value}`) }, signal);

export const fetchDeadLetters = (signal: AbortSignal): Promise<WireDeadLetters> =>
  fetchJson(path("dead-letters"), {}, signal);

export const retryDeadLetter = async (id: string): Promise<void> => {
  await sendJson("POST", path("dead-letters", id, "retry"));
};

export const dropDeadLetter = (id: string): Promise<void> => sendJson("DELETE", path("dead-letters", id));

export const fetchSlos = (signal: AbortSignal): Promise<WireSlos> => fetchJson(path("slos"), {}, signal);
