/** What the configuration says about alerting, as the engine takes it. Durations are milliseconds. */
import type { WorkLimits } from "../../base/work-scope.ts";
import type { AlertmanagerTarget } from "./forwarding.ts";

export interface AlertingSettings {
  /** Globs; relative to the working directory. */
  readonly ruleFiles: readonly string[];
  readonly usesDefaultRules: boolean;
  /** Alertmanager's file; undefined = nobody is told. */
  readonly configFile: string | undefined;
  /** Alertmanagers elsewhere that are told too. */
  readonly alertmanagers: readonly AlertmanagerTarget[];
  /** Of groups that name none. */
  readonly evaluationIntervalMillis: number;
  readonly queryOffsetMillis: number;
  /** A firing alert is told to notification again after this, so that it doesn't count as resolved. */
  readonly resendDelayMillis: number;
  /** After a longer stop pending alerts begin anew. */
  readonly forOutageToleranceMillis: number;
  /** How often files are looked at for changes. */
  readonly reloadIntervalMillis: number;
  /** Where Goldspan's pages are; "" = not known. */
  readonly externalUrl: string;
  readonly externalLabels: Readonly<Record<string, string>>;
  /** How long the history of an alert is kept. */
  readonly historyMillis: number;
  /** Of each rule's query. */
  readonly limits: WorkLimits;
  /** For `${env:…}` in the notification file. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export const DEFAULT_SETTINGS: AlertingSettings = {
  ruleFiles: [],
  usesDefaultRules: false,
  configFile: undefined,
  alertmanagers: [],
  evaluationIntervalMillis: 15_000,
  queryOffsetMillis: 0,
  resendDelayMillis: 60_000,
  forOutageToleranceMillis: 3_600_000,
  reloadIntervalMillis: 5_000,
  externalUrl: "",
  externalLabels: {},
  historyMillis: 90 * 86_400_000,
  limits: { timeoutMillis: 10_000, maxBytes: 4 * 1024 ** 3, maxRows: 2_000_000 },
  environment: {},
};
