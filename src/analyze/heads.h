#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/session.h"

namespace strobe::analyze {

// How the tools of one head differ from those of another; names, sorted. A definition that is told twice is one.
struct ToolChanges {
  std::vector<std::string> added, removed;
  std::vector<std::string> modified;  // the definition changed, or one of several of the name came or went
  bool is_reordered = false;          // the same definitions in another order
  bool any() const { return is_reordered || !added.empty() || !removed.empty() || !modified.empty(); }
};

// Answers about the heads of a session's contexts: what stands before the conversation. Remembers what it has read, so
// that many comparisons cost what is distinct. Belongs to one thread; `contexts` must outlive it.
class Heads {
 public:
  explicit Heads(const SessionContexts& contexts) : contexts_(contexts) {}

  // The name that a tool definition gives its tool, as far as providers' forms are known; "?" where it gives none.
  const std::string& tool_name(int32_t message);
  // Numbers of heads. Lives until the next question.
  const ToolChanges& tool_changes(int32_t before, int32_t after);
  // The texts of the system prompt, a newline between messages.
  std::string system_text(int32_t head) const;

 private:
  const SessionContexts& contexts_;
  std::unordered_map<int32_t, std::string> names_;  // by message
  std::map<std::pair<int32_t, int32_t>, ToolChanges> changes_;
};

// Of a system prompt: the first 8 bytes of its SHA-256 as 16 hexadecimal digits, as the rnix debugger prints them.
std::string prompt_hash(std::string_view text);

}  // namespace strobe::analyze
