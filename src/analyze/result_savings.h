#pragma once

#include <cstdint>
#include <vector>

#include "analyze/context_growth.h"
#include "analyze/tool_names.h"
#include "model/session.h"

namespace strobe::analyze {

// How much shorter contexts would be, were tool results cut or not kept. In estimated tokens. Made once in time linear
// in the session's contexts; `session` and `what_if` must outlive it.
class ResultSavings {
 public:
  // `scale`: tokens that an estimated token stands for, for the cap.
  ResultSavings(const SessionView& session, const GrowthWhatIf& what_if, double scale);

  int64_t saved(ContextTree::Node body) const { return saved_[body]; }
  int64_t results(ContextTree::Node body) const { return results_[body]; }
  // The tool that is to be dropped has results somewhere.
  bool has_tool() const { return has_tool_; }

 private:
  void count(ContextTree::Node node);

  const SessionView& session_;
  const GrowthWhatIf& what_if_;
  ToolNames names_;
  int64_t cap_ = 0;  // in estimated tokens
  bool has_tool_ = false;
  std::vector<int64_t> saved_, results_;  // for each list of messages
};

}  // namespace strobe::analyze
