/**
 * What saturation is computed from: a table, one row a source. A source gives 0 (idle) to 1 (full) for each instance of a service, from
 * metrics as they are called after translation to Prometheus' names. Those of users stand in the store, with the same members.
 *
 * In queries `$service` stands for the matchers that choose a service (nothing, when all are asked for) and `$window` for the time to
 * look back over. A row is only evaluated when its `metric` has series.
 */

export interface SaturationSource {
  readonly id: string;
  /** What people call it: "cpu", "event loop", "connection pool". */
  readonly resource: string;
  /** The metric that is named as the reason. */
  readonly metric: string;
  readonly query: string;
  readonly description: string;
  /** From here on it is tight, and next to full. */
  readonly warnAt: number;
  readonly badAt: number;
  /** False: it is shown, but not part of the gauge, because it is nearly full in good health, too. */
  readonly counts: boolean;
}

export const DEFAULT_WARN_AT = 0.75;
export const DEFAULT_BAD_AT = 0.9;

type Row = Pick<SaturationSource, "id" | "resource" | "metric" | "query" | "description"> &
  Partial<Pick<SaturationSource, "warnAt" | "badAt" | "counts">>;

const ROWS: readonly Row[] = [
  // The event loop of Node.
  {
    id: "nodejs.eventloop.utilization",
    resource: "event loop",
    metric: "nodejs_eventloop_utilization_ratio",
    query: "avg_over_time(nodejs_eventloop_utilization_ratio{$service}[$window])",
    description: "Share of time that the event loop was busy (OpenTelemetry).",
  },
  {
    id: "prom-client.eventloop.utilization",
    resource: "event loop",
    metric: "nodejs_eventloop_utilization",
    query: "avg_over_time(nodejs_eventloop_utilization{$service}[$window])",
    description: "Share of time that the event loop was busy.",
  },
  {
    id: "nodejs.eventloop.delay",
    resource: "event loop",
    metric: "nodejs_eventloop_delay_p99_seconds",
    query: delayOf("nodejs_eventloop_delay_p99_seconds", "nodejs_eventloop_delay_min_seconds"),
    description:
      "Delay of the event loop (p99) beyond what its clock adds: 100 ms are 50 %, 300 ms 75 %, 1 s 91 % (OpenTelemetry).",
  },
  {
    id: "prom-client.eventloop.lag",
    resource: "event loop",
    metric: "nodejs_eventloop_lag_p99_seconds",
    query: delayOf("nodejs_eventloop_lag_p99_seconds", "nodejs_eventloop_lag_min_seconds"),
    description:
      "Lag of the event loop (p99) beyond what its clock adds: 100 ms are 50 %, 300 ms 75 %, 1 s 91 % (prom-client).",
  },
  // CPU, of what the process may have.
  {
    id: "process.cpu.utilization",
    resource: "cpu",
    metric: "process_cpu_utilization_ratio",
    query: "sum by (job, instance) (avg_over_time(process_cpu_utilization_ratio{$service}[$window]))",
    description: "CPU time of the process, of all CPUs it may use (OpenTelemetry).",
  },
  {
    id: "jvm.cpu.recent_utilization",
    resource: "cpu",
    metric: "jvm_cpu_recent_utilization_ratio",
    query: "avg_over_time(jvm_cpu_recent_utilization_ratio{$service}[$window])",
    description: "Recent CPU use of the process, as the JVM tells it (OpenTelemetry).",
  },
  {
    id: "nodejs.process.cpu",
    resource: "cpu",
    metric: "process_cpu_seconds_total",
    query: "rate(process_cpu_seconds_total{$service}[$window]) and on (job, instance) nodejs_version_info{$service}",
    description: "CPU time of a Node process, of one CPU: its JavaScript cannot use more (prom-client).",
  },
  {
    id: "python.process.cpu",
    resource: "cpu",
    metric: "process_cpu_seconds_total",
    query: "rate(process_cpu_seconds_total{$service}[$window]) and on (job, instance) python_info{$service}",
    description: "CPU time of a Python process, of one CPU (prometheus_client).",
  },
  {
    id: "go.process.cpu",
    resource: "cpu",
    metric: "process_cpu_seconds_total",
    query:
      "rate(process_cpu_seconds_total{$service}[$window]) / on (job, instance) go_sched_gomaxprocs_threads{$service}",
    description: "CPU time of a Go process, of GOMAXPROCS (client_golang).",
  },
  {
    id: "k8s.container.cpu.limit_utilization",
    resource: "cpu",
    metric: "k8s_container_cpu_limit_utilization_ratio",
    query: "k8s_container_cpu_limit_utilization_ratio{$service}",
    description: "CPU of the container, of its limit (kubelet receiver).",
  },
  {
    id: "cadvisor.cpu",
    resource: "cpu",
    metric: "container_spec_cpu_quota",
    query: ofPods(
      'rate(container_cpu_usage_seconds_total{container!=""}[$window]) / on (namespace, pod, container) ' +
        "(container_spec_cpu_quota / container_spec_cpu_period)",
    ),
    description: "CPU of the container, of its quota (cAdvisor; found by the pod's name in target_info).",
  },
  // Memory, against a limit.
  {
    id: "k8s.container.memory.limit_utilization",
    resource: "memory",
    metric: "k8s_container_memory_limit_utilization_ratio",
    query: "k8s_container_memory_limit_utilization_ratio{$service}",
    description: "Memory of the container, of its limit (kubelet receiver).",
  },
  {
    id: "container.memory.usage",
    resource: "memory",
    metric: "container_memory_usage_limit_bytes",
    query:
      "sum by (job, instance) (container_memory_usage_total_bytes{$service}) / " +
      "sum by (job, instance) (container_memory_usage_limit_bytes{$service} > 0)",
    description: "Memory of the container, of its limit (Docker stats receiver).",
  },
  {
    id: "cadvisor.memory",
    resource: "memory",
    metric: "container_spec_memory_limit_bytes",
    query: ofPods(
      'container_memory_working_set_bytes{container!=""} / on (namespace, pod, container) (container_spec_memory_limit_bytes > 0)',
    ),
    description: "Memory of the container, of its limit (cAdvisor; found by the pod's name in target_info).",
  },
  {
    id: "jvm.memory",
    resource: "memory",
    metric: "jvm_memory_used_after_last_gc_bytes",
    query:
      'sum by (job, instance) (jvm_memory_used_after_last_gc_bytes{jvm_memory_type="heap",$service}) / ' +
      'sum by (job, instance) (jvm_memory_limit_bytes{jvm_memory_type="heap",$service} > 0)',
    description: "Heap of the JVM that was in use after its last collection, of the limit (OpenTelemetry).",
  },
  {
    id: "micrometer.jvm.memory",
    resource: "memory",
    metric: "jvm_memory_max_bytes",
    query:
      'sum by (job, instance) (jvm_memory_used_bytes{area="heap",$service}) / ' +
      'sum by (job, instance) (jvm_memory_max_bytes{area="heap",$service} > 0)',
    description: "Heap of the JVM in use, of the limit; full before each collection (Micrometer).",
    counts: false,
  },
  {
    id: "v8js.memory.heap",
    resource: "heap",
    metric: "v8js_memory_heap_limit_bytes",
    query:
      "sum by (job, instance) (v8js_memory_heap_used_bytes{$service}) / " +
      "sum by (job, instance) (v8js_memory_heap_limit_bytes{$service})",
    description: "V8's heap in use, of what V8 has taken so far: it takes more when it needs it (OpenTelemetry).",
    counts: false,
  },
  {
    id: "prom-client.heap",
    resource: "heap",
    metric: "nodejs_heap_size_total_bytes",
    query: "nodejs_heap_size_used_bytes{$service} / nodejs_heap_size_total_bytes{$service}",
    description: "V8's heap in use, of what V8 has taken so far: it takes more when it needs it (prom-client).",
    counts: false,
  },
  // Garbage collection: a tenth of the time hurts, a third is the end.
  gc("v8js.gc", "v8js_gc_duration_seconds_sum", "OpenTelemetry"),
  gc("prom-client.gc", "nodejs_gc_duration_seconds_sum", "prom-client"),
  gc("jvm.gc", "jvm_gc_duration_seconds_sum", "OpenTelemetry"),
  gc("micrometer.gc", "jvm_gc_pause_seconds_sum", "Micrometer"),
  // Pools.
  {
    id: "db.client.connection",
    resource: "connection pool",
    metric: "db_client_connection_max",
    query:
      'sum by (job, instance, db_client_connection_pool_name) (db_client_connection_count{db_client_connection_state="used",$service}) / ' +
      "sum by (job, instance, db_client_connection_pool_name) (db_client_connection_max{$service} > 0)",
    description: "Database connections in use, of the pool's most (OpenTelemetry).",
  },
  {
    id: "db.client.connections",
    resource: "connection pool",
    metric: "db_client_connections_max",
    query:
      'sum by (job, instance, pool_name) (db_client_connections_usage{state="used",$service}) / ' +
      "sum by (job, instance, pool_name) (db_client_connections_max{$service} > 0)",
    description: "Database connections in use, of the pool's most (OpenTelemetry, until 1.25).",
  },
  pool("hikaricp", "connection pool", "hikaricp_connections_active", "hikaricp_connections_max", "HikariCP"),
  pool("go.sql", "connection pool", "go_sql_in_use_connections", "go_sql_max_open_connections", "Go database/sql"),
  pool("executor", "thread pool", "executor_active_threads", "executor_pool_max_threads", "Micrometer"),
  pool("tomcat", "thread pool", "tomcat_threads_busy_threads", "tomcat_threads_config_max_threads", "Micrometer"),
  pool("jetty", "thread pool", "jetty_threads_busy", "jetty_threads_config_max", "Micrometer"),
  // Queues.
  {
    id: "executor.queue",
    resource: "queue",
    metric: "executor_queue_remaining_tasks",
    query:
      "executor_queued_tasks{$service} / (executor_queued_tasks{$service} + executor_queue_remaining_tasks{$service})",
    description: "Tasks that wait for a thread, of the queue's length (Micrometer).",
  },
  pool(
    "otelcol.queue",
    "queue",
    "otelcol_exporter_queue_size",
    "otelcol_exporter_queue_capacity",
    "OpenTelemetry Collector",
  ),
  // What the system lends.
  {
    id: "process.fds",
    resource: "file descriptors",
    metric: "process_max_fds",
    query: "process_open_fds{$service} / process_max_fds{$service}",
    description: "Open files and sockets, of the process' limit (Prometheus' client libraries).",
  },
];

export const SATURATION_SOURCES: readonly SaturationSource[] = ROWS.map((row) => ({
  warnAt: DEFAULT_WARN_AT,
  badAt: DEFAULT_BAD_AT,
  counts: true,
  ...row,
}));

/** The clock that measures delays adds its own resolution, 50 ms at most, which the smallest delay shows. */
function delayOf(p99: string, min: string): string {
  const mean = (metric: string) => `avg_over_time(${metric}{$service}[$window])`;
  const beyond = `clamp_min(${mean(p99)} - clamp_max(${mean(min)}, 0.05), 0)`;
  return `${beyond} / (${beyond} + 0.1)`;
}

/** Series that know only their pod, given the job and instance of the service that runs in it. */
function ofPods(query: string): string {
  const pods =
    'max by (pod, job, instance) (label_replace(target_info{k8s_pod_name!="",$service}, "pod", "$1", "k8s_pod_name", "(.+)"))';
  return `(${query}) * on (pod) group_left (job, instance) ${pods}`;
}

function gc(id: string, metric: string, from: string): Row {
  return {
    id,
    resource: "garbage collection",
    metric,
    query: `clamp_max(2.5 * sum by (job, instance) (rate(${metric}{$service}[$window])), 1)`,
    description: `Time spent in garbage collection: 30 % of it count as 75 %, 40 % as full (${from}).`,
  };
}

/** What is in use of what there is, where there is a limit. */
function pool(id: string, resource: string, used: string, most: string, from: string): Row {
  return {
    id,
    resource,
    metric: used,
    query: `${used}{$service} / (${most}{$service} > 0)`,
    description: `${used} of ${most} (${from}).`,
  };
}
