/**
 * Removes and masks what must not be kept: in attributes of resources, scopes, spans, events, links and log records, and in log
 * bodies. A batch in which nothing is found is handed on as the very same object.
 */
import type { ConsumingComponent } from "../../component/component.ts";
import type { Consumers } from "../../component/consumer.ts";
import { transformRecords } from "../../component/transform.ts";
import { AttributeList } from "../../model/edit-attribute-list.ts";
import type { EditableBatch } from "../../model/edit-columns.ts";
import {
  editAttributes,
  editEnvelope,
  EVENT_ATTRIBUTES,
  LINK_ATTRIBUTES,
  RESOURCE_ATTRIBUTES,
  SCOPE_ATTRIBUTES,
} from "../../model/edit-message.ts";
import { RecordEditor } from "../../model/edit-records.ts";
import { editRest } from "../../model/edit-rest.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { NONE } from "../../model/record-batch.ts";
import { decodeAnyValue, encodeAnyValue } from "../../wire/otlp/any-value.ts";
import type { RedactionConfig } from "./config.ts";
import { RedactionRules, type Outcome } from "./redaction-rules.ts";
import { addSummary, type Outcomes, type SummaryLevel } from "./summary.ts";
import { createVerdicts, type Verdicts } from "./verdicts.ts";

/** Span.events and Span.links */
const EVENTS = 11;
const LINKS = 13;
/** Tag of AnyValue.string_value. */
const STRING_VALUE = 0x0a;

export function createRedaction(config: RedactionConfig, next: Consumers): ConsumingComponent {
  const redactor = new Redactor(config);
  return transformRecords(next, (batch) => redactor.redact(batch));
}

class Redactor {
  readonly #rules: RedactionRules;
  readonly #verdicts: Verdicts;
  readonly #level: SummaryLevel;
  readonly #list = new AttributeList();

  constructor(config: RedactionConfig) {
    this.#rules = new RedactionRules(config);
    this.#verdicts = createVerdicts(this.#rules);
    this.#level = config.summary as SummaryLevel;
  }

  redact<B extends EditableBatch>(batch: B): B {
    const editor = new RecordEditor(batch);
    this.#redactGroups(editor);
    for (let i = 0; i < batch.count; i++) {
      const body = batch.signal === "logs" ? this.#redactBody(editor as unknown as RecordEditor<LogBatch>, i) : {};
      this.#redactRecord(editor, i, body);
      if (batch.signal === "traces") this.#redactEventsAndLinks(editor, i);
    }
    return editor.finish();
  }

  #redactGroups<B extends EditableBatch>(editor: RecordEditor<B>): void {
    /** Scopes of one resource share its bytes. */
    const resources = new Map<Uint8Array, Uint8Array>();
    for (const [index, group] of editor.batch.groups.entries()) {
      let resource = resources.get(group.resource);
      if (!resource) {
        resource = editEnvelope(group.resource, RESOURCE_ATTRIBUTES, (list) => this.#redactList(list));
        resources.set(group.resource, resource);
      }
      const scope = editEnvelope(group.scope, SCOPE_ATTRIBUTES, (list) => this.#redactList(list));
      if (resource !== group.resource || scope !== group.scope) editor.setGroup(index, { resource, scope });
    }
  }

  #redactRecord<B extends EditableBatch>(editor: RecordEditor<B>, record: number, body: Outcomes): void {
    const { batch } = editor;
    const { bytes, attributeStart, attributeOffset, attributeLength } = batch;
    let touched = this.#level !== "silent" && Object.keys(body).length > 0;
    for (let a = attributeStart[record]; a < attributeStart[record + 1] && !touched; a++) {
      const verdict = this.#verdicts.get(bytes, attributeOffset[a], attributeOffset[a] + attributeLength[a]);
      touched = verdict.change !== undefined || (this.#level !== "silent" && verdict.outcomes.length > 0);
    }
    if (!touched) return;
    const list = this.#list.load(batch, record);
    this.#redactList(list);
    addSummary(list, body, "redaction.body", this.#level);
    if (list.changed) list.store(editor.attributes, record, bytes, (added) => editor.appendOnce(added));
  }

  #redactEventsAndLinks<B extends EditableBatch>(editor: RecordEditor<B>, record: number): void {
    const { bytes } = editor.batch;
    editRest(editor, record, (field, start, end) => {
      if (field !== EVENTS && field !== LINKS) return undefined;
      const attributes = field === EVENTS ? EVENT_ATTRIBUTES : LINK_ATTRIBUTES;
      return editAttributes(bytes, start, end, attributes, (list) => this.#redactList(list));
    });
  }

  /** What was done to which keys. */
  #redactBody(editor: RecordEditor<LogBatch>, record: number): Outcomes {
    const { bytes, bodyOffset, bodyLength } = editor.batch;
    const start = bodyOffset[record];
    if (start === NONE || (bytes[start] === STRING_VALUE && !this.#rules.looksAtTexts)) return {};
    const outcomes: Outcomes = {};
    const body = decodeAnyValue(bytes, start, start + bodyLength[record]);
    const redacted = this.#rules.redactBody(body, (outcome, key) => note(outcomes, outcome, key));
    if (!Object.is(redacted, body)) {
      const encoded = encodeAnyValue(redacted);
      editor.set("bodyOffset", record, editor.append(encoded));
      editor.set("bodyLength", record, encoded.length);
    }
    return outcomes;
  }

  #redactList(list: AttributeList): void {
    const outcomes: Outcomes = {};
    list.retain((i) => {
      const verdict = this.#verdicts.get(list.source[i], list.start[i], list.end[i]);
      if (this.#level !== "silent") for (const { outcome, key } of verdict.outcomes) note(outcomes, outcome, key);
      if (verdict.change) list.replace(i, verdict.change);
      return verdict.change !== null;
    });
    addSummary(list, outcomes, "redaction", this.#level);
  }
}

function note(outcomes: Outcomes, outcome: Outcome, key: string): void {
  (outcomes[outcome] ??= []).push(key);
}
