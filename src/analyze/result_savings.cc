#include "analyze/result_savings.h"

#include <algorithm>
#include <cmath>

#include "analyze/estimate.h"

namespace strobe::analyze {

using Node = ContextTree::Node;

ResultSavings::ResultSavings(const SessionView& session, const GrowthWhatIf& what_if, double scale)
    : session_(session), what_if_(what_if), names_(session) {
  const ContextTree& bodies = session.contexts.bodies;
  if (what_if.cap_tokens && scale > 0) {
    const double cap = std::min(static_cast<double>(*what_if.cap_tokens) / scale, 1e15);
    cap_ = static_cast<int64_t>(std::llround(cap));
  }
  saved_.assign(bodies.size(), 0);
  results_.assign(bodies.size(), 0);
  for (size_t node = 1; node < bodies.size(); ++node) count(static_cast<Node>(node));
}

void ResultSavings::count(Node node) {
  const ContextTree& bodies = session_.contexts.bodies;
  saved_[node] = saved_[bodies.parent(node)];
  results_[node] = results_[bodies.parent(node)];
  for (const Part& part : session_.contexts.messages[bodies.message(node)].message.parts) {
    if (part.type != PartType::tool_result) continue;
    const int64_t tokens = estimated_tokens(part.text.size() + part.payload.text.size());
    const bool is_dropped = !what_if_.drop_tool.empty() && names_.name_of(part, node) == what_if_.drop_tool;
    has_tool_ = has_tool_ || is_dropped;
    const int64_t kept = is_dropped ? 0 : what_if_.cap_tokens ? std::min(tokens, cap_) : tokens;
    saved_[node] += tokens - kept;
    results_[node] += tokens > kept ? 1 : 0;
  }
}

}  // namespace strobe::analyze
