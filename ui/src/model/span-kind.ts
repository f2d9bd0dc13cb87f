/** OTLP span kinds in words. */
const KIND_NAMES = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;

const KIND_MEANINGS: Record<string, string> = {
  internal: "work inside the service",
  server: "answers a request",
  client: "calls someone and waits",
  producer: "hands a message over",
  consumer: "takes a message",
};

export function spanKindName(kind: number): string {
  return KIND_NAMES[kind] ?? `kind ${kind}`;
}

export function spanKindMeaning(kind: number): string {
  return KIND_MEANINGS[spanKindName(kind)] ?? "";
}
