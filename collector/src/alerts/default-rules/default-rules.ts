/**
 * The rules that hold for every service without any configuration, as a rule file: `goldspan rules default` prints it, the collector
 * evaluates it unless `default_rules: false`. What is normal they learn by themselves.
 */
export const DEFAULT_RULES = `# Goldspan's default rules. They need no configuration: each holds a golden signal of every service against what is normal
# for it at this hour of the week (while there is less history: hour of the day, last hours). To change one, copy it into a
# file of rule_files and switch these off with default_rules: false.
#
# $details.summary is a sentence with the service, the operation and the numbers; collector/docs/rules.md lists the others.
groups:
  - name: goldspan
    rules:
      # Of at least 20 requests (in the last minute, or up to ten) at least 5 points more fail than usual, and twice as many.
      - alert: UnusualErrors
        baseline: { signal: error_ratio, by: [service, operation], min_count: 20, min_change: 5%, without_history: 50% }
        keep_firing_for: 1m
        labels: { severity: critical }
        annotations:
          summary: "{{ $details.summary }}"
          description: Far more requests fail than is normal for this operation.

      # The 95th percentile of at least 20 requests has doubled, by 100 ms or more.
      - alert: UnusualLatency
        baseline: { signal: latency, by: [service, operation], quantile: 95%, min_count: 20, min_change: 100ms }
        keep_firing_for: 1m
        labels: { severity: warning }
        annotations:
          summary: "{{ $details.summary }}"
          description: Requests take far longer than is normal for this operation.

      # Less than half of the requests that are usual at this hour, where at least one every two seconds is usual.
      - alert: TrafficDrop
        baseline: { signal: traffic, by: [service], direction: below, min_rate: 0.5, min_relative_change: 50% }
        labels: { severity: critical }
        annotations:
          summary: "{{ $details.summary }}"
          description: Requests stay away. Look at whoever calls this service, and at what stands before it.

      # Event loop, CPU, memory limit, pools, queues, file descriptors: fuller than the resource's own limit, and than usual.
      - alert: Saturation
        baseline: { signal: saturation, min_change: 10% }
        keep_firing_for: 1m
        labels: { severity: warning }
        annotations:
          summary: "{{ $details.summary }}"
          description: A resource of this service is nearly used up.

      # Half as much memory again as usual, and 64 MiB more.
      - alert: MemoryGrowth
        baseline: { signal: memory, min_change: 64MiB, min_relative_change: 50% }
        keep_firing_for: 1m
        labels: { severity: warning }
        annotations:
          summary: "{{ $details.summary }}"
          description: A process of this service takes far more memory than is normal for it.

      # Of at least 10 calls in a minute 30 points more fail than usual.
      - alert: DeadDependency
        baseline: { signal: dependency_errors, min_count: 10, min_change: 30%, without_history: 60% }
        keep_firing_for: 1m
        labels: { severity: critical }
        annotations:
          summary: "{{ $details.summary }}"
          description: Calls from one service to another fail. What is called may be down, or out of reach.

      # Twice as many calls for each request as usual, and one more.
      - alert: RetryStorm
        baseline: { signal: calls_per_request, min_count: 30, min_change: 1, min_relative_change: 100% }
        keep_firing_for: 1m
        labels: { severity: warning }
        annotations:
          summary: "{{ $details.summary }}"
          description: A service calls another one far more often for each request than is normal. It may repeat what fails.

      # A service that was there nearly all the time for half an hour or more sends nothing any more. For a day.
      - alert: ServiceAbsent
        absence: { service: .*, after: 5m, within: 1d }
        labels: { severity: critical }
        annotations:
          summary: "{{ $details.summary }}"
          description: Neither requests nor metrics come from this service any more.

      # Exceptions and errors in logs nobody has seen before, or that were gone for a day and are back with a release.
      - alert: NewError
        new_error: { window: 15m, learning: 1h, returned_after: 1d }
        labels: { severity: warning }
        annotations:
          summary: "{{ $details.summary }}"
          description: An error with this fingerprint has not been seen before, or has come back.
`;
