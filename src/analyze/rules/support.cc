#include "analyze/rules/support.h"

#include <cstdio>
#include <limits>

namespace strobe::analyze {

namespace {

constexpr size_t k_name_bytes_max = 60;

// Bytes of a UTF-8 text up to `limit`, never half a character.
std::string_view beginning_of(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

}  // namespace

std::string who(const RuleInput& input, const AgentLoop& loop, size_t loops) {
  if (loops <= 1) return "Session";
  if (loop.agent >= 0) {
    const SpanFacts& facts = input.session.spans[loop.agent].span.facts;
    return "Agent " + quoted(facts.agent.empty() ? facts.name : facts.agent);
  }
  return loop.lane > 0 ? "Conversation " + std::to_string(loop.lane) : "Session outside of agents";
}

std::string_view tool_name_of(const SpanView& span) { return tool_name_of(span.span.facts); }

std::string quoted(std::string_view name) {
  const std::string_view shown = beginning_of(name, k_name_bytes_max);
  return "\"" + std::string(shown) + (shown.size() < name.size() ? "…\"" : "\"");
}

std::string amount_of(int64_t number, std::string_view thing) {
  return std::to_string(number) + " " + std::string(thing) + (number == 1 ? "" : "s");
}

std::string seconds_of(DurationNs duration) {
  char text[48];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(duration.ns) / 1e9);
  return text;
}

static int64_t share_of(int64_t part, int64_t whole, int64_t all, long double rounding) {
  const long double share = static_cast<long double>(part) * all / static_cast<long double>(whole) + rounding;
  // Hostile numbers: a part may be much more than its whole.
  return share < 9e18L ? static_cast<int64_t>(share) : std::numeric_limits<int64_t>::max();
}

int64_t percent_of(int64_t part, int64_t whole) {
  return whole <= 0 || part <= 0 ? 0 : share_of(part, whole, 100, 0.5L);
}

std::string percent_below(int64_t part, int64_t whole, int64_t limit) {
  const int64_t rounded = percent_of(part, whole);
  if (rounded < limit || part <= 0 || whole <= 0) return std::to_string(rounded) + "%";
  const int64_t tenths = share_of(part, whole, 1000, 0);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
}

bool is_below_percent(int64_t part, int64_t whole, int64_t percent) {
  return whole > 0 &&
         static_cast<long double>(part) * 100 < static_cast<long double>(percent) * static_cast<long double>(whole);
}

bool is_above_percent(int64_t part, int64_t whole, int64_t percent) {
  return whole > 0 &&
         static_cast<long double>(part) * 100 > static_cast<long double>(percent) * static_cast<long double>(whole);
}

}  // namespace strobe::analyze
