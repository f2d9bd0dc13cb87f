/**
 * A response's body cut into lines as it comes: newline-delimited JSON, and server-sent events, which are lines, too. In: the bytes of a
 * fetch; out: text without its line end. A last line without an end counts.
 */
export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      let from = 0;
      for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", from)) {
        yield rest.slice(from, end).replace(/\r$/, "");
        from = end + 1;
      }
      rest = rest.slice(from);
      if (done) break;
    }
    if (rest !== "") yield rest;
  } finally {
    // A listener that has heard enough ends the request as well; of one that has ended there is nothing to cancel.
    await reader.cancel().catch(() => undefined);
  }
}

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation, without ids and retries. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  let name = "message";
  let data: string[] = [];
  for await (const line of readLines(body)) {
    if (line === "") {
      if (data.length > 0) yield { name, data: data.join("\n") };
      name = "message";
      data = [];
      continue;
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === "event") name = value;
    else if (field === "data") data.push(value);
  }
}
