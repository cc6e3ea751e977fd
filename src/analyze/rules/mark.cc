#include "analyze/rules/mark.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace strobe::analyze {

namespace {

constexpr auto k_names = std::to_array<std::pair<std::string_view, MarkKind>>({
    {"budget_warning", MarkKind::budget_warning},
    {"compaction_complete", MarkKind::compacted},
    {"compaction_end", MarkKind::compacted},
    {"context_compacted", MarkKind::compacted},
    {"context_overflow", MarkKind::context_overflow},
    {"mode_change", MarkKind::mode_change},
    {"subagent_timeout", MarkKind::subagent_timeout},
    {"swarm_conflict", MarkKind::swarm_conflict},
});

bool is_same_name(std::string_view name, std::string_view wanted) {
  return std::ranges::equal(name, wanted, [](char a, char b) { return (a == '.' ? '_' : a) == b; });
}

std::optional<MarkKind> kind_of_mark(std::string_view name) {
  for (const auto& [wanted, kind] : k_names) {
    if (name.size() == wanted.size() && is_same_name(name, wanted)) return kind;
  }
  return std::nullopt;
}

}  // namespace

Marks marks_of(const SessionView& session) {
  Marks marks;
  const auto add = [&](MarkKind kind, const Mark& mark) { marks[static_cast<size_t>(kind)].push_back(mark); };
  for (size_t i = 0; i < session.spans.size(); ++i) {
    const SpanView& span = session.spans[i];
    const auto index = static_cast<int32_t>(i);
    const bool has_raw = span.raw != nullptr;
    if (const auto kind = kind_of_mark(span.span.facts.name)) {
      add(*kind, {span.span.facts.start, index, has_raw ? span.raw->attributes : std::span<const KeyValue>()});
    }
    if (!has_raw) continue;
    for (const RawEvent& event : span.raw->events) {
      const auto kind = kind_of_mark(event.name);
      if (kind) add(*kind, {TimeNs::from_unsigned(event.time_unix_nano), index, event.attributes});
    }
  }
  for (std::vector<Mark>& list : marks) std::ranges::stable_sort(list, {}, &Mark::time);
  return marks;
}

}  // namespace strobe::analyze
