#include "export/otlp.h"

#include "otlp/otlp.h"

namespace strobe::exporter {

namespace {

std::vector<RawSpan> raw_spans(const SessionView& view) {
  std::vector<RawSpan> spans;
  spans.reserve(view.spans.size());
  for (const SpanView& span : view.spans) spans.push_back(*span.raw);
  return spans;
}

}  // namespace

std::string to_otlp_json(const SessionView& view) { return otlp::encode_json(raw_spans(view)) + "\n"; }

std::string to_otlp_protobuf(const SessionView& view) { return otlp::encode_protobuf(raw_spans(view)); }

}  // namespace strobe::exporter
