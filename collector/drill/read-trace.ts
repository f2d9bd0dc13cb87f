/** The spans of a trace as the drill looks at them. In: the collector's OTLP JSON. */

export interface SpanSeen {
  readonly service: string;
  readonly name: string;
  readonly isError: boolean;
  readonly durationMillis: number;
}

interface OtlpTraces {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly { key: string; value: { stringValue?: string } }[] };
    readonly scopeSpans?: readonly {
      readonly spans?: readonly {
        name?: string;
        status?: { code?: number | string };
        startTimeUnixNano: string;
        endTimeUnixNano: string;
      }[];
    }[];
  }[];
}

export async function readTrace(web: string, traceId: string): Promise<SpanSeen[]> {
  const response = await fetch(`${web}/api/v1/traces/${traceId}`);
  if (!response.ok) return [];
  const { resourceSpans = [] } = (await response.json()) as OtlpTraces;
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const service = resource?.attributes?.find(({ key }) => key === "service.name")?.value.stringValue ?? "";
    return scopeSpans
      .flatMap(({ spans = [] }) => spans)
      .map(({ name = "", status, startTimeUnixNano, endTimeUnixNano }) => ({
        service,
        name,
        isError: status?.code === 2 || status?.code === "STATUS_CODE_ERROR",
        durationMillis: Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6,
      }));
  });
}
