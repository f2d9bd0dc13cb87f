/** A store whose reads all have a signal, so that none of them can be forgotten: what it carries of limits holds for them together. */
import type { MetricReader, StoreReader } from "../../store/store.ts";

/** Reads that name a signal of their own keep it. Closing it is left to whoever opened the reader. */
export function readerWithin(reader: StoreReader, signal: AbortSignal): StoreReader {
  const { documents, pins } = reader;
  return {
    documents,
    pins,
    metrics: metricsWithin(reader.metrics, signal),
    readTrace: (traceId, own = signal) => reader.readTrace(traceId, own),
    readTraceLogs: (traceId, own = signal) => reader.readTraceLogs(traceId, own),
    readTraces: (traceIds, detail, own = signal) => reader.readTraces(traceIds, detail, own),
    findTraces: (filter, limit, own = signal, onProgress) => reader.findTraces(filter, limit, own, onProgress),
    scanLogs: (scan, visit, own = signal) => reader.scanLogs(scan, visit, own),
    findLogs: (search, own = signal, onProgress) => reader.findLogs(search, own, onProgress),
    tailLogs: (condition, visit, own) => reader.tailLogs(condition, visit, own),
    summarizeOperations: (range, options, own = signal) => reader.summarizeOperations(range, options, own),
    suggestAttributes: (request, own = signal) => reader.suggestAttributes(request, own),
    summarizeDependencies: (range, own = signal) => reader.summarizeDependencies(range, own),
    listServices: (range, own = signal) => reader.listServices(range, own),
    dataRange: (of) => reader.dataRange(of),
    reportStorage: (request, own = signal) => reader.reportStorage(request, own),
    close: async () => undefined,
  };
}

function metricsWithin(metrics: MetricReader, signal: AbortSignal): MetricReader {
  return {
    selectSeries: (matchers, range, own = signal) => metrics.selectSeries(matchers, range, own),
    findSeries: (request, own = signal) => metrics.findSeries(request, own),
    labelNames: (request, own = signal) => metrics.labelNames(request, own),
    labelValues: (name, request, own = signal) => metrics.labelValues(name, request, own),
    metricMetadata: (request) => metrics.metricMetadata(request),
    selectExemplars: (request, own = signal) => metrics.selectExemplars(request, own),
    reportCardinality: (limit, own = signal) => metrics.reportCardinality(limit, own),
  };
}
