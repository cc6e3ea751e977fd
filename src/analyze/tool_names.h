#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/session.h"

namespace strobe::analyze {

// Whose result a tool result is: the name in the call that asked for it. Never guessed from what the result says. The
// session must outlive it.
class ToolNames {
 public:
  // Knows the calls in all contexts, or in that one context alone.
  explicit ToolNames(const SessionView& session);
  ToolNames(const SessionView& session, ContextTree::Node body);

  // Of a result in the message at `node`: by the nearest call before it with its id, else as the result itself has it,
  // else by the span with its id; "unknown". O(log n), but for ids that many calls share.
  std::string_view name_of(const Part& result, ContextTree::Node node) const;

 private:
  struct Call {
    ContextTree::Node node = 0;
    std::string_view name;
  };
  struct Calls {
    std::vector<Call> calls;  // by node: ancestors first
    bool is_one_name = true;
  };
  void add(ContextTree::Node node);
  void add_spans();
  std::string_view name_before(const Calls& calls, ContextTree::Node node) const;

  const SessionView& session_;
  std::unordered_map<std::string_view, Calls> by_id_;
  std::unordered_map<std::string_view, std::string_view> of_span_;
};

}  // namespace strobe::analyze
