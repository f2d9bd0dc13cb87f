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
  /** The tree of routes, the root first, each before those below it. */
  routes: WireRoute[];
  /** That routes name. */
  timeIntervals: {
    name: string;
    /** Each in words; it holds when one of them does. */
    texts: string[];
    /** The present moment lies in it. */
    isNow: boolean;
  }[];
}

export interface WireRoute {
  /** 0 is the root. */
  depth: number;
  receiver: string;
  matchers: string[];
  groupBy: string[];
  groupWaitMillis: number;
  groupIntervalMillis: number;
  repeatIntervalMillis: number;
  muteTimeIntervals: string[];
  activeTimeIntervals: string[];
  /** Those after it are asked as well. */
  continues: boolean;
  /** By its time intervals it tells nobody now. */
  isMuted: boolean;
}

/** Where an alert with certain labels would go now. */
export interface WireRouting {
  /** The routes that take it, in their order. */
  matches: {
    /** Index in WireChannels.routes. */
    route: number;
    receiver: string;
    /** It is told of together with alerts that have the same. */
    groupLabels: Record<string, string>;
    isMuted: boolean;
  }[];
  /** Ids of silences, fingerprints of alerts that inhibit it. */
  silencedBy: string[];
  inhibitedBy: string[];
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
  /** The message as the channel shows it, from top to bottom. */
  shown: WireShownBlock[];
}

/** A part of a message: `runs` of headings, texts, links and code, `fields` of fields; the others are empty. */
export interface WireShownBlock {
  kind: "heading" | "text" | "fields" | "links" | "code" | "picture";
  runs: {
    /** Foreign text: never markup. */
    text: string;
    isBold: boolean;
    isCode: boolean;
    /** http or https; "" = no link. */
    href: string;
  }[];
  fields: { name: string; value: string }[];
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
