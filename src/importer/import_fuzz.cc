#include <memory>
#include <string>

#include "base/assert.h"
#include "importer/importer.h"
#include "importer/lines.h"

// Any bytes as a file to import: whatever it is taken for, what the report counts is what the sink was given.

namespace strobe::importer {
namespace {

void check(const uint8_t* data, size_t size) {
  const auto content = std::make_shared<const std::string>(reinterpret_cast<const char*>(data), size);
  size_t batches = 0, spans = 0;
  const auto report = import_bytes(reading(content), [&](const RawBatch& batch) -> Result<void> {
    ++batches;
    for (const RawSpan& span : batch.spans) STROBE_ASSERT(span.resource != nullptr && span.scope != nullptr);
    spans += batch.spans.size();
    return {};
  });
  if (report) {
    // OTLP hands out each document by itself; what is made of lines comes in bigger batches.
    const bool is_made = report->format.starts_with("attocode");
    STROBE_ASSERT(is_made ? report->documents > 0 && spans > 0 : report->documents == batches);
    STROBE_ASSERT(report->problems.size() <= k_problems_max);
  } else {
    STROBE_ASSERT(batches == 0 && report.error().code == ErrorCode::invalid);
  }
}

}  // namespace
}  // namespace strobe::importer

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::importer::check(data, size);
  return 0;
}
