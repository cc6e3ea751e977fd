#include "server/metrics.h"

#include <algorithm>

#include "server/memory_plan.h"
#include "server/prometheus.h"

namespace strobe::server {

namespace {

double seconds_of(uint64_t ns) { return static_cast<double>(ns) / 1e9; }

void write_process(PrometheusWriter& out, const Figures& figures) {
  out.gauge("strobe_build_info", "Always 1; the version is a label.").sample(1, {{"version", figures.version}});
  out.gauge("strobe_process_start_time_seconds", "When the server started, in seconds since 1970-01-01 UTC.")
      .sample_seconds(static_cast<double>(figures.started.ns) / 1e9);
  out.gauge("strobe_process_resident_memory_bytes", "Memory the process really holds.").sample(resident_bytes());
  out.gauge("strobe_memory_limit_bytes", "Memory the process may hold: --memory-mib.")
      .sample(figures.memory_limit_bytes);
}

void write_requests(PrometheusWriter& out, const Figures& figures) {
  out.counter("strobe_http_requests_total", "Answered requests by route and class of status.");
  for (const auto& row : figures.requests) out.sample(row.requests, {{"route", row.route}, {"code", row.code}});
  out.counter("strobe_grpc_calls_total", "Answered gRPC calls by method and status.");
  for (const auto& row : figures.grpc_calls) out.sample(row.requests, {{"method", row.route}, {"status", row.code}});
  out.counter("strobe_received_bytes_total", "Bytes of telemetry received, after decompression, by transport.")
      .sample(figures.received_bytes, {{"transport", "http"}})
      .sample(figures.grpc_received_bytes, {{"transport", "grpc"}});
  const net::HttpServerStats& http = figures.http;
  out.counter("strobe_http_connections_total", "Connections accepted.").sample(http.connections);
  out.counter("strobe_http_connections_refused_total", "Connections refused because there were too many.")
      .sample(http.connections_refused);
  out.gauge("strobe_http_connections", "Connections that are open now.").sample(http.connections_open);
  out.counter("strobe_http_idle_closed_total", "Connections closed because they said nothing for too long.")
      .sample(http.idle_closed);
  out.gauge("strobe_http_arriving_bytes", "Memory of bodies that are on their way in.").sample(http.receiving_bytes);
  out.gauge("strobe_http_answer_bytes", "Memory of answers that clients have not taken yet.")
      .sample(http.sending_bytes);
  out.counter("strobe_http_refused_requests_total", "Requests that reached no route, by reason.")
      .sample(http.bad_requests, {{"reason", "malformed"}})
      .sample(http.too_large, {{"reason", "too_large"}})
      .sample(http.forbidden_host, {{"reason", "forbidden_host"}})
      .sample(http.timeouts, {{"reason", "timeout"}})
      .sample(http.overloads, {{"reason", "overload"}})
      .sample(http.cut_off, {{"reason", "cut_off"}});
  out.counter("strobe_grpc_connections_total", "Connections that spoke gRPC; they are among those of HTTP.")
      .sample(http.grpc_connections);
  out.gauge("strobe_grpc_calls", "gRPC calls that are open now.").sample(http.grpc_calls_open);
  out.counter("strobe_grpc_refused_calls_total", "gRPC calls that reached no method, by reason.")
      .sample(http.grpc_bad_calls, {{"reason", "malformed"}})
      .sample(http.grpc_too_large, {{"reason", "too_large"}})
      .sample(http.grpc_forbidden_host, {{"reason", "forbidden_host"}})
      .sample(http.grpc_timeouts, {{"reason", "timeout"}})
      .sample(http.grpc_overloads, {{"reason", "overload"}})
      .sample(http.grpc_cut_off, {{"reason", "cut_off"}});
}

void write_ingest(PrometheusWriter& out, const ingest::PipelineStats& pipeline) {
  out.counter("strobe_ingest_accepted_total", "Committed telemetry by signal; what was sent twice is in it twice.")
      .sample(pipeline.spans, {{"signal", "spans"}})
      .sample(pipeline.logs, {{"signal", "logs"}})
      .sample(pipeline.points, {{"signal", "points"}});
  out.counter("strobe_ingest_rejected_total", "Spans, log records and points refused for what they are.")
      .sample(pipeline.rejected);
  out.counter("strobe_ingest_submissions_total", "Requests taken into the queue.").sample(pipeline.submissions);
  out.counter("strobe_ingest_refused_total", "Requests refused because the queue was full.").sample(pipeline.refused);
  out.gauge("strobe_ingest_queue_bytes", "Memory of requests that wait or are being written.")
      .sample(pipeline.queue_bytes);
  out.gauge("strobe_ingest_queue_limit_bytes", "Beyond this the queue refuses.").sample(pipeline.queue_bytes_max);
  out.counter("strobe_commits_total", "Transactions written.").sample(pipeline.commits);
  out.counter("strobe_commit_failures_total", "Transactions that failed; nothing of them was acknowledged.")
      .sample(pipeline.failed_commits);
  out.gauge("strobe_store_writable", "1; 0 after a transaction failed, until one is written again.")
      .sample(pipeline.is_in_trouble ? 0 : 1);
}

void write_split(PrometheusWriter& out, const context::SplitStats& split) {
  out.counter("strobe_split_values_total", "Big values by what became of them.")
      .sample(split.values_split, {{"outcome", "split"}})
      .sample(split.values_raw, {{"outcome", "kept_whole"}});
  out.counter("strobe_dedup_hits_total", "Times a value began with what had been seen before.").sample(split.memo_hits);
  out.counter("strobe_dedup_skipped_bytes_total", "Bytes that were therefore neither hashed nor stored again.")
      .sample(split.memo_bytes_skipped);
  out.counter("strobe_hashed_bytes_total", "Bytes that were hashed.").sample(split.bytes_hashed);
}

void write_api(PrometheusWriter& out, const ReadersStats& readers) {
  out.counter("strobe_api_answers_total", "Questions that a reader thread answered.").sample(readers.answered);
  out.counter("strobe_api_refused_total", "Questions refused because too many waited.").sample(readers.refused);
  out.counter("strobe_api_timeouts_total", "Questions given up because they took too long.").sample(readers.timeouts);
  out.counter("strobe_api_memory_refusals_total", "Questions given up because the server was short of memory.")
      .sample(readers.short_of_memory);
  out.counter("strobe_api_work_seconds_total", "Time the readers worked.").sample_seconds(seconds_of(readers.work_ns));
  out.gauge("strobe_api_waiting", "Questions that wait for a reader.").sample(readers.waiting);
  out.gauge("strobe_api_running", "Questions that are being answered.").sample(readers.running);
}

void write_store(PrometheusWriter& out, const Figures& figures, store::Store& store) {
  if (!figures.store_path.empty()) {
    out.gauge("strobe_store_file_bytes", "Bytes on disk: the file, and the write-ahead log beside it.")
        .sample(file_bytes(figures.store_path), {{"file", "main"}})
        .sample(file_bytes(figures.store_path + "-wal"), {{"file", "wal"}});
  }
  if (const auto dirty = store.dirty_traces(k_traces_waiting_max)) {
    out.gauge("strobe_derive_waiting_traces", "Traces whose sessions are not up to date, counted up to 1000.")
        .sample(dirty->size());
  }
  if (const auto index = store.index_state()) {
    out.gauge("strobe_index_waiting_spans", "Spans that full text search does not find yet.")
        .sample(index->spans_waiting);
    out.gauge("strobe_index_spans", "Spans that full text search knows.").sample(index->spans_indexed);
  }
  if (const auto counts = store.counts()) {
    // Not a counter to Prometheus: prune may take from it.
    out.gauge("strobe_store_count",
              "What the store counts: everything dropped, truncated, suspect, refused, repeated.");
    for (const store::Count& count : *counts) {
      out.sample(static_cast<uint64_t>(std::max<int64_t>(0, count.by)), {{"name", count.name}});
    }
  }
}

}  // namespace

net::Response metrics_answer(const Figures& figures, store::Store* store) {
  PrometheusWriter out;
  write_process(out, figures);
  write_requests(out, figures);
  write_ingest(out, figures.pipeline);
  write_split(out, figures.pipeline.split);
  write_api(out, figures.readers);
  if (store != nullptr) write_store(out, figures, *store);
  net::Response response;
  response.content_type = k_prometheus_type;
  response.headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  response.body = out.take();
  return response;
}

}  // namespace strobe::server
