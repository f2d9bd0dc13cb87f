/** Who is told and who is not: silences, channels, routes, dead letters. A part of ../contract.ts; paths in alerts.ts. */
import type { WireRuleIssue } from "./alert-rules.ts";

export interface WireMatcher {
  name: string;
  operator: "=" | "!=" | "=~" | "!~";
  value: string;
}

export interface WireNewSilence {
  /** Of the silence to change. */
  id?: string;
  matchers: WireMatcher[];
  startsAtMillis: number;
  endsAtMillis: number;
  createdBy: string;
  comment: string;
}

export interface WireSilence extends WireNewSilence {
  id: string;
  state: "pending" | "active" | "expired";
  updatedAtMillis: number;
  /** Alerts it holds back now. */
  alerts: number;
}

export interface WireSilences {
  /** Active ones first, then pending, then expired. */
  silences: WireSilence[];
}

export interface WireChannels {
  /** The file it comes from; "" = no file is configured, nobody is told. */
  configFile: string;
  /** What is wrong with the file as it lies there; the version before it runs on. */
  issues: WireRuleIssue[];
  channels: WireChannel[];
  /** The tree of routes, the root first; depth 0 is the root. */
  routes: {
    depth: number;
    receiver: string;
    matchers: string[];
    groupBy: string[];
    groupWaitMillis: number;
    groupIntervalMillis: number;
    repeatIntervalMillis: number;
    muteTimeIntervals: string[];
    activeTimeIntervals: string[];
    continues: boolean;
  }[];
}

export interface WireChannel {
  /** `receiver/kind/index`, with each part escaped for a URL. */
  id: string;
  receiver: string;
  kind: string;
  index: number;
  /** Where it goes, without secrets: `hooks.slack.com`, `ops@example.com`. */
  target: string;
  sendResolved: boolean;
  sent: number;
  failed: number;
  waiting: number;
  lastSentMillis: number | null;
  /** "" when the last one went well. */
  lastError: string;
  lastErrorMillis: number | null;
  /** It is not tried before this moment, for the vendor's sake or after failures. */
  retryAtMillis: number | null;
}

export interface WireChannelTest {
  outcome: "sent" | "failed";
  message: string;
  durationMillis: number;
}

export interface WireChannelPreview {
  requests: {
    method: string;
    /** Secrets are hidden. */
    url: string;
    headers: Record<string, string>;
    /** JSON is indented. */
    body: string;
  }[];
  /** The message as text. */
  text: string;
  /** The alerts have a picture, and the channel shows it. */
  hasPicture: boolean;
}

export interface WireDeadLetters {
  /** Newest first. */
  letters: {
    id: string;
    receiver: string;
    kind: string;
    channelId: string;
    alerts: string[];
    createdAtMillis: number;
    failedAtMillis: number;
    attempts: number;
    message: string;
  }[];
}
