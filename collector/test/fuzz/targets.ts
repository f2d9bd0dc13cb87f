/** The one list of all fuzz targets. */
import { configTexts } from "./config-texts.ts";
import { decompression } from "./decompression.ts";
import { exceptionRecords, exceptionTexts, linePatterns } from "./exceptions.ts";
import { grpcFrames } from "./grpc-frames.ts";
import { journalRecords } from "./journal-records.ts";
import { elasticsearchBulk, lokiPush, syslogStreams } from "./log-intake.ts";
import { metricChunks, metricRequests, seriesPages } from "./metrics.ts";
import { otlpJson } from "./otlp-json.ts";
import { logsProtobuf, metricsProtobuf, tracesProtobuf } from "./otlp-protobuf.ts";
import { attributeValues } from "./otlp-values.ts";
import { expositions, remoteWrite, snappyBlocks } from "./prometheus.ts";
import { conditions, traceQueries } from "./queries.ts";
import { forgedBlocks, storedBlocks, tracePages } from "./stored-blocks.ts";
import type { FuzzTarget } from "./target.ts";

export const TARGETS: readonly FuzzTarget[] = [
  tracesProtobuf,
  logsProtobuf,
  metricsProtobuf,
  attributeValues,
  otlpJson,
  decompression,
  storedBlocks,
  forgedBlocks,
  tracePages,
  journalRecords,
  grpcFrames,
  expositions,
  snappyBlocks,
  remoteWrite,
  lokiPush,
  elasticsearchBulk,
  syslogStreams,
  metricRequests,
  metricChunks,
  seriesPages,
  configTexts,
  conditions,
  traceQueries,
  exceptionRecords,
  exceptionTexts,
  linePatterns,
];
