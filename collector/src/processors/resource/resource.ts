/** Changes the attributes of resources. A batch in which nothing matched is handed on as the very same object. */
import type { ConsumingComponent } from "../../component/component.ts";
import type { Consumers } from "../../component/consumer.ts";
import { transformRecords } from "../../component/transform.ts";
import type { EditableBatch } from "../../model/edit-columns.ts";
import { editEnvelope, RESOURCE_ATTRIBUTES } from "../../model/edit-message.ts";
import { RecordEditor } from "../../model/edit-records.ts";
import { compileActions } from "../records/actions.ts";
import type { ResourceConfig } from "./config.ts";

export function createResource(config: ResourceConfig, next: Consumers): ConsumingComponent {
  const change = compileActions(config.attributes);
  return transformRecords(next, <B extends EditableBatch>(batch: B): B => {
    const editor = new RecordEditor(batch);
    /** Scopes of one resource share its bytes. */
    const edited = new Map<Uint8Array, Uint8Array>();
    for (const [index, group] of batch.groups.entries()) {
      let resource = edited.get(group.resource);
      if (!resource) {
        resource = editEnvelope(group.resource, RESOURCE_ATTRIBUTES, change);
        edited.set(group.resource, resource);
      }
      if (resource !== group.resource) editor.setGroup(index, { ...group, resource });
    }
    return editor.finish();
  });
}
