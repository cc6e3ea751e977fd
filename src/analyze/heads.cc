#include "analyze/heads.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

#include "base/arena.h"
#include "codec/sha256.h"
#include "json/parse.h"

namespace strobe::analyze {

namespace {

constexpr std::string_view k_nameless = "?";

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

using Names = std::vector<std::string>;

// Where a tool is told again it says nothing more.
std::vector<int32_t> each_once(const std::vector<int32_t>& tools) {
  std::unordered_set<int32_t> seen;
  std::vector<int32_t> once;
  std::ranges::copy_if(tools, std::back_inserter(once), [&](int32_t tool) { return seen.insert(tool).second; });
  return once;
}

// Of the tools of one head that another one does not have, sorted, each once. Most definitions stay from call to call,
// and their names are not read.
Names names_beyond(Heads& heads, const std::vector<int32_t>& tools, const std::vector<int32_t>& others) {
  std::vector<int32_t> more;
  std::ranges::set_difference(tools, others, std::back_inserter(more));
  Names names;
  for (const int32_t tool : more) names.push_back(heads.tool_name(tool));
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  names.erase(twice.begin(), twice.end());
  return names;
}

// A name whose other definition stays neither came nor went: it has one more or one less.
void keep_what_stays(Heads& heads, const std::vector<int32_t>& from, const std::vector<int32_t>& to,
                     ToolChanges& changes) {
  if (changes.added.empty() && changes.removed.empty()) return;
  std::vector<int32_t> common;
  std::ranges::set_intersection(from, to, std::back_inserter(common));
  Names staying;
  for (const int32_t tool : common) {
    const std::string& name = heads.tool_name(tool);
    const bool seems_to_move =
        std::ranges::binary_search(changes.added, name) || std::ranges::binary_search(changes.removed, name);
    if (seems_to_move && name != k_nameless) staying.push_back(name);
  }
  std::ranges::sort(staying);
  const auto twice = std::ranges::unique(staying);
  staying.erase(twice.begin(), twice.end());
  const auto stays = [&](const std::string& name) { return std::ranges::binary_search(staying, name); };
  std::erase_if(changes.added, stays);
  std::erase_if(changes.removed, stays);
  std::ranges::copy(staying, std::back_inserter(changes.modified));
  std::ranges::sort(changes.modified);
}

ToolChanges compare(Heads& heads, std::vector<int32_t> from, std::vector<int32_t> to) {
  from = each_once(from);
  to = each_once(to);
  if (from == to) return {};
  std::ranges::sort(from);
  std::ranges::sort(to);
  const Names gone = names_beyond(heads, from, to);
  const Names come = names_beyond(heads, to, from);
  ToolChanges changes;
  std::ranges::set_difference(come, gone, std::back_inserter(changes.added));
  std::ranges::set_difference(gone, come, std::back_inserter(changes.removed));
  std::ranges::set_intersection(gone, come, std::back_inserter(changes.modified));
  changes.is_reordered = !changes.any();
  keep_what_stays(heads, from, to, changes);
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
  if (entry->second.empty()) entry->second = k_nameless;
  return entry->second;
}

const ToolChanges& Heads::tool_changes(int32_t before, int32_t after) {
  constexpr size_t k_remembered_max = 1000;  // where every call has tools of its own, nothing comes twice
  if (changes_.size() > k_remembered_max) changes_.clear();
  const auto [entry, is_new] = changes_.try_emplace({before, after});
  if (!is_new) return entry->second;
  const std::vector<int32_t>& from = contexts_.heads[before].tools;
  const std::vector<int32_t>& to = contexts_.heads[after].tools;
  if (from != to) entry->second = compare(*this, from, to);
  return entry->second;
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
