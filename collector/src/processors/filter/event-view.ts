/** One event of a span as conditions read it; decodes only what is asked for. */
import { BYTES, FIXED64, ProtoReader } from "../../base/protobuf.ts";
import { AttributeList } from "../../model/edit-attribute-list.ts";
import { EVENT_ATTRIBUTES } from "../../model/edit-message.ts";
import { decodeAnyValue, type AnyValue } from "../../wire/otlp/any-value.ts";

const TIME = 1;
const NAME = 2;

export class EventView {
  readonly name: string;
  readonly timeUnixNano: bigint;
  readonly #attributes = new AttributeList();

  /** @param start where the Event's content begins in `bytes` */
  constructor(bytes: Uint8Array, start: number, end: number) {
    let name = "";
    let time = 0n;
    const reader = new ProtoReader(bytes, start, end);
    while (reader.next()) {
      if (reader.field === TIME && reader.wire === FIXED64) time = reader.fixed64();
      else if (reader.field === NAME && reader.wire === BYTES) name = reader.string();
      else if (reader.field === EVENT_ATTRIBUTES && reader.wire === BYTES)
        this.#attributes.addLoaded(bytes, reader.valueStart, reader.valueEnd);
    }
    this.name = name;
    this.timeUnixNano = time;
  }

  attribute(key: Uint8Array): AnyValue | undefined {
    const list = this.#attributes;
    const found = list.find(key);
    return found < 0 ? undefined : decodeAnyValue(list.source[found], list.valueStart[found], list.valueEnd[found]);
  }
}
