#include "server/api_error.h"
#include "server/api_routes.h"

namespace strobe::server {

namespace {

void write_pipeline(json::Writer& writer, const Figures& figures) {
  const ingest::PipelineStats& pipeline = figures.pipeline;
  writer.key("ingest").begin_object();
  writer.key("spans").uint64(pipeline.spans);
  writer.key("logs").uint64(pipeline.logs);
  writer.key("points").uint64(pipeline.points);
  writer.key("rejected").uint64(pipeline.rejected);
  writer.key("refused_requests").uint64(pipeline.refused);
  writer.key("commits").uint64(pipeline.commits);
  writer.key("failed_commits").uint64(pipeline.failed_commits);
  writer.key("queue_bytes").uint64(pipeline.queue_bytes);
  writer.key("queue_bytes_max").uint64(pipeline.queue_bytes_max);
  writer.end_object();
}

void write_index(json::Writer& writer, const store::IndexState& index) {
  writer.begin_object();
  writer.key("spans_indexed").uint64(index.spans_indexed);
  writer.key("spans_waiting").uint64(index.spans_waiting);
  writer.end_object();
}

}  // namespace

Result<net::Response> health(const ApiCall& call) {
  const Figures& figures = call.figures;
  json::Writer writer;
  writer.begin_object();
  writer.key("version").string(figures.version);
  writer.key("started_unix_ns").string(std::to_string(figures.started.ns));
  writer.key("store").begin_object();
  writer.key("path").string(figures.store_path);
  writer.key("file_bytes").uint64(file_bytes(figures.store_path));
  writer.key("log_bytes").uint64(file_bytes(figures.store_path + "-wal"));
  writer.end_object();
  write_pipeline(writer, figures);
  writer.key("traces_waiting").uint64(TRY(call.store.dirty_traces(k_traces_waiting_max)).size());
  writer.key("index");
  write_index(writer, TRY(call.store.index_state()));
  // Everything dropped, truncated, suspect, refused, repeated.
  writer.key("counts").begin_object();
  for (const store::Count& count : TRY(call.store.counts())) writer.key(count.name).int64(count.by);
  writer.end_object();
  writer.end_object();
  return api_answer(writer.take());
}

}  // namespace strobe::server
