#include <string>
#include <string_view>

#include "base/assert.h"
#include "server/api_arguments.h"

// Any bytes as the path and the query of a request to the API: what gets through the checks is what a handler may
// rely on.

namespace strobe::server {
namespace {

const Parameter k_parameters[] = {
    {.name = "q", .description = {}},
    {.name = "limit", .type = ParameterType::number, .description = {}, .minimum = 1, .maximum = 1000},
    {.name = "since", .type = ParameterType::moment, .description = {}},
    {.name = "before", .type = ParameterType::time_ns, .description = {}},
    {.name = "status", .type = ParameterType::choice, .description = {}, .choices = {"ok", "error"}},
    {.name = "trace", .type = ParameterType::hex, .description = {}, .maximum = 32},
};

void check(std::string_view text) {
  size_t bytes = 0;
  for (const std::string_view segment : path_segments("/" + std::string(text))) bytes += segment.size();
  STROBE_ASSERT(bytes <= text.size() + 1);
  Arguments arguments;
  const auto read = read_query(text, k_parameters, arguments);
  if (!read) {
    STROBE_ASSERT(read.error().code == ErrorCode::invalid);
    return;
  }
  const int64_t limit = arguments.number("limit", 1);
  STROBE_ASSERT(limit >= 1 && limit <= 1000);
  STROBE_ASSERT(arguments.text("q").size() <= k_argument_bytes_max);
  for (const char c : arguments.text("q")) STROBE_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  STROBE_ASSERT(!arguments.has("trace") || arguments.text("trace").size() == 32);
  const std::string_view status = arguments.text("status");
  STROBE_ASSERT(status.empty() || status == "ok" || status == "error");
  (void)arguments.time("before");
}

}  // namespace
}  // namespace strobe::server

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::server::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
