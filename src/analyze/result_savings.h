#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analyze/context_growth.h"
#include "analyze/tool_names.h"
#include "model/session.h"

namespace strobe::analyze {

// The messages that a call saw, and how many of its tokens an estimated one stands for.
struct ScaledBody {
  ContextTree::Node body = ContextTree::k_empty;
  double scale = 1;
};

struct ResultSaving {
  double tokens = 0;    // of the call; never more than what the messages with tool results have of it
  int64_t results = 0;  // that would be shorter
};

// How much shorter contexts would be, were tool results cut or not kept. `session` and `what_if` must outlive it.
class ResultSavings {
 public:
  // Linear in the session's contexts.
  ResultSavings(const SessionView& session, const GrowthWhatIf& what_if);

  // For each of them. One walk through the session's contexts: O(n log n) in their messages and the bodies asked about.
  std::vector<ResultSaving> of(std::span<const ScaledBody> bodies) const;
  // The tool that is to be dropped has results somewhere.
  bool has_tool() const { return has_tool_; }

 private:
  // All of one list of messages, in estimated tokens.
  struct Sums {
    int64_t dropped_tokens = 0, dropped_results = 0;
    int64_t share = 0;  // of the messages with tool results
  };
  void count(ContextTree::Node node);
  std::span<const int64_t> kept(ContextTree::Node node) const;

  const SessionView& session_;
  const GrowthWhatIf& what_if_;
  ToolNames names_;
  bool has_tool_ = false;
  std::vector<Sums> sums_;
  std::vector<int64_t> kept_;       // estimated tokens of the results that are not dropped, by node
  std::vector<size_t> kept_until_;  // for each node where its part of `kept_` ends
};

}  // namespace strobe::analyze
