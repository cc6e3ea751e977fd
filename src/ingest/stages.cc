#include "ingest/stages.h"

#include <map>

#include "context/pack.h"
#include "context/record_hash.h"
#include "dialect/dialect.h"
#include "otlp/otlp.h"
#include "redact/redact.h"

namespace strobe::ingest {

namespace {

// Resources and scopes are shared by many records of a batch: packed once each.
class PackedOrigins {
 public:
  const std::string& resource(const RawResource* resource) {
    const auto [at, is_new] = resources_.try_emplace(resource);
    if (is_new) at->second = context::pack_resource(resource != nullptr ? *resource : RawResource());
    return at->second;
  }
  const std::string& scope(const RawScope* scope) {
    const auto [at, is_new] = scopes_.try_emplace(scope);
    if (is_new) at->second = context::pack_scope(scope != nullptr ? *scope : RawScope());
    return at->second;
  }

 private:
  std::map<const RawResource*, std::string> resources_;
  std::map<const RawScope*, std::string> scopes_;
};

std::string_view service_of(const RawResource* resource) {
  const Value* name = resource != nullptr ? find_attribute(resource->attributes, "service.name") : nullptr;
  return name != nullptr ? name->as_text() : std::string_view();
}

bool has_usable_ids(const RawSpan& raw) {
  const auto trace_id = TraceId::from_bytes(raw.trace_id);
  const auto span_id = SpanId::from_bytes(raw.span_id);
  const bool parent_fits = raw.parent_span_id.empty() || raw.parent_span_id.size() == SpanId::k_size;
  return trace_id && span_id && !trace_id->is_zero() && !span_id->is_zero() && parent_fits;
}

store::SpanRecord prepare_span(const RawSpan& raw, std::span<const RawLog> logs, Arena& arena,
                               context::Splitter& splitter, PackedOrigins& origins) {
  NormalSpan normal = dialect::normalise(raw, logs, arena);
  context::SplitRecord split = splitter.split(raw, normal);
  store::SpanRecord record;
  record.facts = std::move(normal.facts);
  if (split.truncated_content) record.facts.basis = ContextBasis::truncated;
  record.packed = std::move(split.packed);
  record.resource = origins.resource(raw.resource);
  record.scope = origins.scope(raw.scope);
  record.hash = context::record_hash(record.packed, record.resource, record.scope);
  record.context = std::move(split.context);
  if (record.context) record.facts.input_context = record.context->id;
  return record;
}

store::LogRecord prepare_log(const RawLog& raw, context::Splitter& splitter, PackedOrigins& origins) {
  store::LogRecord record;
  record.trace_id = TraceId::from_bytes(raw.trace_id);
  record.span_id = SpanId::from_bytes(raw.span_id);
  record.time = TimeNs::from_unsigned(raw.time_unix_nano != 0 ? raw.time_unix_nano : raw.observed_time_unix_nano);
  record.event_name = dialect::event_name_of(raw);
  record.tells = dialect::tells_of_span(raw);
  record.service = service_of(raw.resource);
  record.packed = splitter.split(raw, dialect::content_of(raw)).packed;
  record.resource = origins.resource(raw.resource);
  record.scope = origins.scope(raw.scope);
  record.hash = context::record_hash(record.packed, record.resource, record.scope);
  return record;
}

store::MetricPointRecord prepare_point(const RawMetric& metric, const RawMetricPoint& point, PackedOrigins& origins) {
  store::MetricPointRecord record;
  record.name = metric.name;
  record.service = service_of(metric.resource);
  record.time = TimeNs::from_unsigned(point.time_unix_nano);
  record.metric = otlp::encode_metric_point(metric, point);
  record.resource = origins.resource(metric.resource);
  record.scope = origins.scope(metric.scope);
  RawMetric key_metric;
  key_metric.name = metric.name;
  key_metric.type = metric.type;
  RawMetricPoint key_point;
  key_point.attributes = point.attributes;
  key_point.start_time_unix_nano = point.start_time_unix_nano;
  key_point.time_unix_nano = point.time_unix_nano;
  context::Packed key;
  key.bytes = otlp::encode_metric_point(key_metric, key_point);
  record.key = context::record_hash(key, record.resource, record.scope);
  return record;
}

}  // namespace

Acknowledgement prepare(RawBatch& batch, context::Splitter& splitter, store::Batch& out) {
  const redact::Redactor redactor;
  redactor.apply(batch);
  Acknowledgement acknowledgement;
  PackedOrigins origins;
  const uint64_t kept_raw_before = splitter.stats().values_raw;
  for (const RawSpan& raw : batch.spans) {
    if (has_usable_ids(raw)) {
      out.spans.push_back(prepare_span(raw, {}, *batch.arena, splitter, origins));
    } else {
      ++acknowledgement.rejected;
    }
  }
  if (acknowledgement.rejected > 0) {
    acknowledgement.message =
        "spans without a valid trace id (16 bytes, not zero) or span id (8 bytes, not zero) were refused";
    out.counts.push_back({"spans.refused_bad_id", acknowledgement.rejected});
  }
  for (const RawLog& raw : batch.logs) out.logs.push_back(prepare_log(raw, splitter, origins));
  for (const RawMetric& metric : batch.metrics) {
    for (const RawMetricPoint& point : metric.points) out.points.push_back(prepare_point(metric, point, origins));
  }
  const uint64_t kept_raw = splitter.stats().values_raw - kept_raw_before;
  if (kept_raw > 0) out.counts.push_back({"values.kept_raw", static_cast<int64_t>(kept_raw)});
  return acknowledgement;
}

store::SpanRecord prepare_again(RawBatch& batch, const RawSpan& span, std::span<const RawLog> logs,
                                context::Splitter& splitter) {
  batch.spans.assign(1, span);
  batch.logs.assign(logs.begin(), logs.end());
  const redact::Redactor redactor;
  redactor.apply(batch);
  PackedOrigins origins;
  return prepare_span(batch.spans.front(), batch.logs, *batch.arena, splitter, origins);
}

}  // namespace strobe::ingest
