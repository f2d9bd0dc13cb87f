/**
 * Changes the attributes of spans and log records: every record that include and exclude leave goes through all actions. A batch in
 * which nothing matched is handed on as the very same object.
 */
import type { ConsumingComponent } from "../../component/component.ts";
import type { Consumers } from "../../component/consumer.ts";
import { transformRecords } from "../../component/transform.ts";
import type { EditableBatch } from "../../model/edit-columns.ts";
import { RecordEditor } from "../../model/edit-records.ts";
import { compileActions } from "../records/actions.ts";
import { compileMatch } from "../records/match.ts";
import { RecordView } from "../records/record-view.ts";
import type { AttributesConfig } from "./config.ts";

export function createAttributes(config: AttributesConfig, next: Consumers): ConsumingComponent {
  const change = compileActions(config.actions);
  const matches = compileMatch(config.include, config.exclude);
  const view = new RecordView();
  return transformRecords(next, <B extends EditableBatch>(batch: B): B => {
    const editor = new RecordEditor(batch);
    for (let i = 0; i < batch.count; i++) {
      view.at(batch, i);
      if (matches && !matches(view)) continue;
      const { attributes } = view;
      change(attributes);
      if (attributes.changed) attributes.store(editor.attributes, i, batch.bytes, (bytes) => editor.appendOnce(bytes));
    }
    return editor.finish();
  });
}
