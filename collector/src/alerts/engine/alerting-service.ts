/**
 * What the API, a drill and a replay see of running alerting: rules and where they stand, alerts, silences, notification, history.
 * Reads are cheap and synchronous where everything is in memory. Times are milliseconds since 1970.
 */
import type { Evidence } from "../channels/notification.ts";
import type { AlertDetails } from "../evaluate/active-alert.ts";
import type { QueryVector } from "../evaluate/query-vector.ts";
import type { RuleStatus } from "../evaluate/rule-group-evaluator.ts";
import type { Group } from "../notify/alert-groups.ts";
import type { Alert, PostedAlert } from "../notify/alert.ts";
import type { NotifyConfig } from "../notify/config/load-config.ts";
import type { Labels } from "../notify/labels.ts";
import type { Suppression } from "../notify/notifier.ts";
import type { Route } from "../notify/route-tree.ts";
import type { NewSilence, Silence } from "../notify/silences.ts";
import type { AlertingRule, RuleGroup } from "../rules/rule-file.ts";
import type { Sending, Told } from "../send/sending.ts";
import type { YamlIssue } from "../yaml/yaml-node.ts";

export interface AlertingService {
  /** The engine's clock. */
  now(): number;
  /** Where Goldspan's pages are; "" = not known. */
  readonly externalUrl: string;

  /** Pending, firing, and resolved ones of the last quarter of an hour; of our rules first, then from outside. */
  alerts(): readonly KnownAlert[];
  /** Why nobody is told of alerts, asked one after the other; for an alert as `KnownAlert.notified`. */
  suppressions(): (alert: Pick<Alert, "labels">) => Suppression;
  /** Receivers that labels lead to, each once. */
  receiversOf(labels: Labels): readonly string[];
  /** Takes alerts from outside; durable when it resolves. @throws AlertError of the first that cannot be taken, when the others are */
  receive(alerts: readonly PostedAlert[]): Promise<void>;

  ruleFiles(): readonly RuleFileStatus[];
  groups(): readonly RuleGroupStatus[];
  /** Text of a file under its name in {@link ruleFiles} as it lies there; undefined = there is none, or it cannot be read. */
  ruleFileText(name: string): Promise<string | undefined>;
  /** Makes or changes a file of the UI's; it runs when this resolves. @throws RuleFileError when it cannot run, or the name is taken */
  putRuleFile(name: string, text: string): Promise<void>;
  /** False when there is none of that name. Its alerts are resolved. @throws RuleFileError when it is not the UI's */
  deleteRuleFile(name: string): Promise<boolean>;

  notification(): NotificationStatus;
  /** Alerts by route and group labels, as the next notifications will have them. */
  alertGroups(): readonly Group[];

  silences(): readonly Silence[];
  /** Makes or changes one; durable when it resolves. Returns its id. @throws SilenceError */
  setSilence(silence: NewSilence): Promise<string>;
  /** Ends it now. @throws SilenceError */
  expireSilence(id: string): Promise<void>;

  /** Newest first: those that fired in the range, or still do. */
  episodes(query: EpisodeQuery): Promise<readonly Episode[]>;
  /** By {@link KnownAlert.id}; undefined when it never fired, or is forgotten. */
  episode(id: string): Promise<Episode | undefined>;
  /** What was found for an episode. */
  evidence(id: string): Promise<StoredEvidence | undefined>;

  /** Channels: state, dead letters, test, preview. */
  readonly sending: Sending;
  /** PromQL within the limits of rules. */
  readonly query: QueryVector;
  /** Rules or channels that fail: sentences for the operator. */
  problems(): readonly string[];
}

export interface KnownAlert {
  /** Names this episode: fingerprint and begin. */
  readonly id: string;
  readonly fingerprint: string;
  readonly state: "pending" | "firing" | "resolved";
  /** With the configuration's external labels: what routes and silences see. */
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Of the rule's expression; undefined from outside. */
  readonly value: number | undefined;
  readonly activeAtMillis: number;
  readonly firedAtMillis: number | undefined;
  readonly resolvedAtMillis: number | undefined;
  /** Undefined from outside. */
  readonly rule: RuleRef | undefined;
  /** Of an alert from outside; "" otherwise. */
  readonly generatorUrl: string;
  /** What a rule of Goldspan's kinds found beside the value. */
  readonly details?: AlertDetails;
}

/** A rule in its place. */
export interface RuleRef {
  /** As long as its text and place stay. */
  readonly id: string;
  readonly file: string;
  readonly group: string;
  readonly rule: AlertingRule;
}

export interface RuleFileStatus {
  /** As it is found: a path, `default`, or the name of one made in the UI. */
  readonly name: string;
  readonly origin: "file" | "default" | "ui";
  /** What is wrong with it as it lies there; the version before it runs on. */
  readonly issues: readonly YamlIssue[];
  readonly loadedAtMillis: number;
}

export interface RuleGroupStatus {
  readonly file: string;
  readonly group: RuleGroup;
  readonly intervalMillis: number;
  /** Of the rules, in their order. */
  readonly rules: readonly (RuleStatus & { readonly id: string })[];
  readonly lastEvaluation: number | undefined;
  readonly lastDurationMillis: number;
  /** Evaluations left out as the one before still ran. */
  readonly missed: number;
}

/** A rule file of the UI's that cannot be kept, and why. */
export class RuleFileError extends Error {
  override name = "RuleFileError";
  readonly issues: readonly YamlIssue[];

  constructor(message: string, issues: readonly YamlIssue[] = []) {
    super(message);
    this.issues = issues;
  }
}

export interface NotificationStatus {
  /** "" = none is configured, nobody is told. */
  readonly configFile: string;
  /** As it lies there, secrets and all; "" = it could not be read. Not for answers. */
  readonly configText: string;
  /** What is wrong with the file as it lies there; the version before it runs on. */
  readonly issues: readonly YamlIssue[];
  /** What has no effect, as the keys no channel looks at. */
  readonly warnings: readonly YamlIssue[];
  readonly config: NotifyConfig;
  readonly root: Route;
  readonly loadedAtMillis: number;
}

export interface EpisodeQuery {
  readonly startMillis: number;
  readonly endMillis: number;
  readonly service?: string;
  readonly fingerprint?: string;
  readonly limit: number;
}

/** An alert from when it fired until it was resolved; plain JSON. */
export interface Episode {
  readonly id: string;
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** As evidence or labels name it; "" = not known. */
  readonly service: string;
  readonly operation: string;
  readonly activeAtMillis: number;
  readonly firedAtMillis: number;
  /** Undefined: it still fires. */
  readonly resolvedAtMillis?: number;
  /** Where it came from, also when the rule is gone; absent from outside. */
  readonly ruleId?: string;
  readonly value?: number;
  /** Who was told, when, and how that went; oldest first, the newest 50. */
  readonly told: readonly Told[];
}

export interface StoredEvidence {
  readonly gatheredAtMillis: number;
  readonly evidence: Evidence;
}
