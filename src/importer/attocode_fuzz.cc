#include <algorithm>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "importer/attocode.h"
#include "importer/line_fields.h"

// Any lines as a trace of attocode. The first byte: of which generation (its lowest bit), and in what pieces they are
// read. However they are read, the spans are the same; and a file that goes on keeps the spans of its beginning.

namespace strobe::importer {
namespace {

using SpanIds = std::set<std::string>;

struct Told {
  bool is_understood = false;
  SpanIds ids;
  std::string spans;  // all that was told of them, in order
  size_t documents = 0, problems = 0;

  bool operator==(const Told&) const = default;
};

void note(const RawBatch& batch, Told& told) {
  for (const RawSpan& span : batch.spans) {
    STROBE_ASSERT(span.resource != nullptr && span.scope != nullptr);
    STROBE_ASSERT(span.trace_id.size() == TraceId::k_size && span.span_id.size() == SpanId::k_size);
    STROBE_ASSERT(span.attributes.size() <= 2 * k_attributes_max);
    told.ids.insert(std::string(span.trace_id) + std::string(span.span_id));
    told.spans += std::string(span.trace_id) + std::string(span.span_id) + std::string(span.parent_span_id) +
                  std::string(span.name) + std::to_string(span.start_time_unix_nano) + " " +
                  std::to_string(span.end_time_unix_nano) + " ";
    for (const KeyValue& attribute : span.attributes) told.spans += attribute.key;
  }
}

// `piece_bytes`: at most so many are given at once.
Told read(std::string_view text, bool is_python, size_t piece_bytes) {
  Told told;
  LineReader lines([&, at = size_t{0}](char* to, size_t size) mutable -> Result<size_t> {
    const size_t given = std::min({size, piece_bytes, text.size() - at});
    std::memcpy(to, text.data() + at, given);
    at += given;
    return given;
  });
  const Sink sink = [&](const RawBatch& batch) -> Result<void> {
    note(batch, told);
    return {};
  };
  const auto report = is_python ? import_attocode_python(lines, sink) : import_attocode(lines, sink);
  if (!report) {
    STROBE_ASSERT(report.error().code == ErrorCode::invalid && told.ids.empty());
    return told;
  }
  told.is_understood = true;
  told.documents = report->documents;
  told.problems = report->problems.size() + report->problems_dropped;
  STROBE_ASSERT(told.documents > 0 && !told.ids.empty() && report->problems.size() <= k_problems_max);
  const size_t line_count = static_cast<size_t>(std::ranges::count(text, '\n')) + 1;
  STROBE_ASSERT(told.documents <= line_count && told.problems <= line_count);
  for (const Problem& problem : report->problems) STROBE_ASSERT(problem.line >= 1 && problem.line <= line_count);
  return told;
}

void check(const uint8_t* data, size_t size) {
  if (size == 0) return;
  const bool is_python = (data[0] & 1) != 0;
  const size_t piece_bytes = 1 + data[0] / 2;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Told whole = read(text, is_python, text.size() + 1);
  STROBE_ASSERT(whole == read(text, is_python, piece_bytes));
  // The first half of its lines, as they were when they had just been written.
  const Told beginning = read(text.substr(0, text.find('\n', text.size() / 2)), is_python, text.size() + 1);
  STROBE_ASSERT(std::ranges::includes(whole.ids, beginning.ids));
}

}  // namespace
}  // namespace strobe::importer

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::importer::check(data, size);
  return 0;
}
