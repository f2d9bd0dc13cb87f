/**
 * Drops spans, span events and log records: those that meet a condition, that `include` leaves out or `exclude` names. What is
 * dropped is acknowledged and counted. A batch in which nothing is dropped is handed on as the very same object.
 */
import { messageOf } from "../../base/errors.ts";
import type { ConsumingComponent, Settings } from "../../component/component.ts";
import type { Consumers } from "../../component/consumer.ts";
import { PermanentError } from "../../component/errors.ts";
import { transformRecords } from "../../component/transform.ts";
import type { EditableBatch } from "../../model/edit-columns.ts";
import { RecordEditor } from "../../model/edit-records.ts";
import { editRest } from "../../model/edit-rest.ts";
import { selectRecords } from "../../model/edit-select.ts";
import { compileMatch, type RecordTest } from "../records/match.ts";
import { RecordView } from "../records/record-view.ts";
import { compileCondition, type ConditionTest } from "./compile-condition.ts";
import type { ConditionGroup } from "./condition-field.ts";
import type { ConditionContext } from "./condition-paths.ts";
import type { FilterConfig } from "./config.ts";
import { EventView } from "./event-view.ts";
import { compileLogMatch } from "./log-match.ts";

/** Span.events */
const EVENTS = 11;

export function createFilter(settings: Settings, config: FilterConfig, next: Consumers): ConsumingComponent {
  const spanTests = [
    ...compileAll("resource", config.traces.resource),
    ...compileAll("span", config.traces.span),
    ...compileGroups(config.trace_conditions, (context) => context !== "spanevent"),
  ];
  const eventTests = [
    ...compileAll("spanevent", config.traces.spanevent),
    ...compileGroups(config.trace_conditions, (context) => context === "spanevent"),
  ];
  const logTests = [
    ...compileAll("resource", config.logs.resource),
    ...compileAll("log", config.logs.log_record),
    ...compileGroups(config.log_conditions, () => true),
  ];
  const spans = compileMatch(config.spans.include, config.spans.exclude);
  const logs = compileLogMatch(config.logs.include, config.logs.exclude);

  const labels = { filter: settings.id.text };
  const counter = (items: string) =>
    settings.telemetry.counter(
      `otelcol_processor_filter_${items}_filtered`,
      `Number of ${items} dropped by the filter.`,
      ["filter"],
    );
  const dropped = { traces: counter("spans"), logs: counter("logs") };
  const view = new RecordView();
  const guard = errorGuard(settings, config.error_mode);

  const drops = (tests: readonly ConditionTest[], keeps: RecordTest | undefined) => (): boolean =>
    (keeps !== undefined && !keeps(view)) || tests.some((test) => test({ record: view }));
  const dropsSpan = drops(spanTests, spans);
  const dropsLog = drops(logTests, logs);

  return transformRecords(next, <B extends EditableBatch>(batch: B): B => {
    const drop = batch.signal === "traces" ? dropsSpan : dropsLog;
    const kept = selectRecords(batch, (i) => {
      view.at(batch, i);
      return !guard(drop);
    });
    if (kept !== batch) dropped[batch.signal].add(batch.count - kept.count, labels);
    return batch.signal === "traces" && eventTests.length > 0 ? dropEvents(kept, view, eventTests, guard) : kept;
  });
}

type Guard = (test: () => boolean) => boolean;

/** What an error in a test comes to. */
function errorGuard({ logger, id }: Settings, mode: string): Guard {
  return (test) => {
    try {
      return test();
    } catch (error) {
      const message = `cannot filter with "${id.text}": ${messageOf(error)}`;
      if (mode === "propagate") throw new PermanentError(message);
      if (mode === "ignore") logger.warn(message);
      return false;
    }
  };
}

function dropEvents<B extends EditableBatch>(
  batch: B,
  record: RecordView,
  tests: readonly ConditionTest[],
  guard: Guard,
): B {
  const editor = new RecordEditor(batch);
  for (let i = 0; i < batch.count; i++) {
    record.at(batch, i);
    editRest(editor, i, (field, start, end) => {
      if (field !== EVENTS) return undefined;
      const event = new EventView(batch.bytes, start, end);
      return guard(() => tests.some((test) => test({ record, event }))) ? null : undefined;
    });
  }
  return editor.finish();
}

function compileAll(context: ConditionContext, texts: readonly string[]): ConditionTest[] {
  return texts.map((text) => compileCondition(text, { context }));
}

function compileGroups(groups: readonly ConditionGroup[], of: (context: ConditionContext) => boolean): ConditionTest[] {
  return groups
    .filter(({ context }) => of(context))
    .flatMap(({ context, prefixed, conditions }) =>
      conditions.map((text) => compileCondition(text, { context, prefixed })),
    );
}
