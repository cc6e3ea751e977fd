#pragma once

#include <string_view>
#include <vector>

#include "analyze/id_numbers.h"
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
  // Ids that are given once, or to one name, are what most are: they take no list.
  struct Named {
    std::string_view call;  // as the first call with the id says; empty: none has it
    std::string_view span;  // as the first span with the id says
    int32_t list = -1;      // calls with the id have several names: all are in lists_[list]
  };
  void add(const std::vector<ContextTree::Node>& nodes);
  Named& named(std::string_view id);
  std::string_view name_before(const std::vector<Call>& calls, ContextTree::Node node) const;

  const SessionView& session_;
  IdNumbers ids_;
  std::vector<Named> named_;              // by number of the id
  std::vector<std::vector<Call>> lists_;  // by node: ancestors first
};

}  // namespace strobe::analyze
