#pragma once

#include <optional>
#include <vector>

#include "analyze/context_cache.h"
#include "analyze/rules/agent_loop.h"
#include "analyze/rules/mark.h"
#include "analyze/rules/rewrites.h"
#include "analyze/rules/tool_deeds.h"

namespace strobe::analyze {

// What several rules read, worked out when the first one asks. One thread, one session.
class SharedAnswers {
 public:
  SharedAnswers(const SessionView& session, const Shape& shape, Money& money)
      : session_(session), shape_(shape), money_(money) {}

  // What the shape's tools were asked and what they answered, as numbers.
  const ToolColumns& tools() {
    if (!tools_) tools_ = columns_of(session_, shape_);
    return *tools_;
  }
  // The calls of tools of each lane; lane N is [N - 1].
  const std::vector<std::vector<ToolDeed>>& deeds() {
    if (!deeds_) deeds_ = deeds_of(session_, shape_, tools());
    return *deeds_;
  }
  const std::vector<AgentLoop>& loops() {
    if (!loops_) loops_ = agent_loops(session_, shape_);
    return *loops_;
  }
  // Spans that are agents, in order.
  const std::vector<int32_t>& agents() {
    if (!agents_) agents_ = agents_of(session_);
    return *agents_;
  }
  const std::vector<Mark>& marks(MarkKind kind) {
    if (!marks_) marks_ = marks_of(session_);
    return (*marks_)[static_cast<size_t>(kind)];
  }
  const CacheReport& cache() {
    if (!cache_) cache_ = cache_of(session_, money_);
    return *cache_;
  }
  const std::vector<Rewrite>& rewrites() {
    if (!rewrites_) rewrites_ = rewrites_of(session_, cache());
    return *rewrites_;
  }

 private:
  const SessionView& session_;
  const Shape& shape_;
  Money& money_;
  std::optional<ToolColumns> tools_;
  std::optional<std::vector<std::vector<ToolDeed>>> deeds_;
  std::optional<std::vector<AgentLoop>> loops_;
  std::optional<std::vector<int32_t>> agents_;
  std::optional<Marks> marks_;
  std::optional<CacheReport> cache_;
  std::optional<std::vector<Rewrite>> rewrites_;
};

}  // namespace strobe::analyze
