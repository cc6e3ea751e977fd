#include "derive/sameness.h"

#include <algorithm>

namespace strobe::derive {

namespace {

constexpr std::string_view k_mcp_call = "tools/call";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "-20250514", "-2024-08-06" or "@20250514" at the end of a model's name.
std::string_view without_day(std::string_view model) {
  size_t end = model.size();
  size_t digits = 0;
  while (end > 0 && (is_digit(model[end - 1]) || (model[end - 1] == '-' && digits > 0))) {
    digits += is_digit(model[end - 1]) ? 1 : 0;
    --end;
    if (digits == 8) break;
  }
  constexpr size_t k_day_digits = 8;
  if (digits != k_day_digits || end == 0 || (model[end - 1] != '-' && model[end - 1] != '@')) return model;
  return model.substr(0, end - 1);
}

}  // namespace

std::string plain_model(std::string_view model) {
  const size_t slash = model.rfind('/');
  if (slash != std::string_view::npos) model.remove_prefix(slash + 1);
  model = without_day(model);
  if (model.ends_with("-latest")) model.remove_suffix(std::string_view("-latest").size());
  std::string plain(model);
  std::transform(plain.begin(), plain.end(), plain.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return plain;
}

bool models_agree(std::string_view a, std::string_view b) {
  return a.empty() || b.empty() || a == b || plain_model(a) == plain_model(b);
}

bool is_equal_usage(const SpanFacts& a, const SpanFacts& b) {
  if (!a.has_usage || !b.has_usage || a.usage.total() == 0) return false;
  return a.usage.total_input() == b.usage.total_input() && a.usage.total() == b.usage.total();
}

bool has_buckets(const SpanFacts& span) {
  return span.usage.cache_read > 0 || span.usage.cache_write > 0 || span.usage.reasoning > 0;
}

bool is_mcp_call(const SpanFacts& span) {
  return span.name == k_mcp_call || (span.name.starts_with(k_mcp_call) && span.name[k_mcp_call.size()] == ' ');
}

bool ids_contradict(std::string_view a, std::string_view b) { return !a.empty() && !b.empty() && a != b; }

}  // namespace strobe::derive
