#include "analyze/heads.h"

#include <algorithm>

#include "base/arena.h"
#include "codec/sha256.h"
#include "json/parse.h"

namespace strobe::analyze {

namespace {

// {"name"}, {"function":{"name"}}, {"toolSpec":{"name"}}: how providers say it.
std::string name_in(std::string_view definition) {
  Arena arena;
  const auto parsed = json::parse(definition, arena);
  if (!parsed) return {};
  const json::Node* node = &*parsed;
  for (const std::string_view wrapper : {"function", "toolSpec"}) {
    const json::Node* inner = node->is_object() ? node->find(wrapper) : nullptr;
    if (inner != nullptr && inner->is_object()) node = inner;
  }
  return node->is_object() ? std::string(node->string_at("name")) : std::string();
}

// Tools of a head as (name, message), sorted.
using Named = std::vector<std::pair<std::string, int32_t>>;

Named names_of(Heads& heads, const std::vector<int32_t>& tools) {
  Named named;
  named.reserve(tools.size());
  for (const int32_t tool : tools) named.emplace_back(heads.tool_name(tool), tool);
  std::ranges::sort(named);
  return named;
}

ToolChanges compare(const Named& before, const Named& after) {
  ToolChanges changes;
  const auto end_of = [](const Named& named, size_t at) {
    size_t end = at;
    while (end < named.size() && named[end].first == named[at].first) ++end;
    return end;
  };
  size_t a = 0, b = 0;
  while (a < before.size() || b < after.size()) {
    const bool is_new = a == before.size() || (b < after.size() && after[b].first < before[a].first);
    const bool is_gone = !is_new && (b == after.size() || before[a].first < after[b].first);
    const size_t a_end = is_new ? a : end_of(before, a);
    const size_t b_end = is_gone ? b : end_of(after, b);
    if (is_new) {
      changes.added.push_back(after[b].first);
    } else if (is_gone) {
      changes.removed.push_back(before[a].first);
    } else if (!std::equal(before.begin() + static_cast<ptrdiff_t>(a), before.begin() + static_cast<ptrdiff_t>(a_end),
                           after.begin() + static_cast<ptrdiff_t>(b), after.begin() + static_cast<ptrdiff_t>(b_end))) {
      changes.modified.push_back(before[a].first);
    }
    a = a_end;
    b = b_end;
  }
  return changes;
}

}  // namespace

const std::string& Heads::tool_name(int32_t message) {
  const auto [entry, is_new] = names_.try_emplace(message);
  if (!is_new) return entry->second;
  const Message& definition = contexts_.messages[message].message;
  entry->second = definition.name;
  for (const Part& part : definition.parts) {
    if (!entry->second.empty()) break;
    entry->second = name_in(part.payload.text);
  }
  if (entry->second.empty()) entry->second = "?";
  return entry->second;
}

const ToolChanges& Heads::tool_changes(int32_t before, int32_t after) {
  constexpr size_t k_remembered_max = 1000;  // where every call has tools of its own, nothing comes twice
  if (changes_.size() > k_remembered_max) changes_.clear();
  const auto [entry, is_new] = changes_.try_emplace({before, after});
  if (!is_new) return entry->second;
  const std::vector<int32_t>& from = contexts_.heads[before].tools;
  const std::vector<int32_t>& to = contexts_.heads[after].tools;
  ToolChanges& changes = entry->second;
  if (from == to) return changes;
  changes = compare(names_of(*this, from), names_of(*this, to));
  changes.is_reordered = !changes.any();
  return changes;
}

std::string Heads::system_text(int32_t head) const {
  std::string text;
  for (const int32_t message : contexts_.heads[head].system) {
    if (!text.empty()) text += '\n';
    for (const Part& part : contexts_.messages[message].message.parts) text += part.text;
  }
  return text;
}

std::string prompt_hash(std::string_view text) { return codec::sha256(text).hex().substr(0, 16); }

}  // namespace strobe::analyze
