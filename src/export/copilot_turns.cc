#include "export/copilot_turns.h"

#include <algorithm>

#include "view/phrases.h"

namespace strobe::exporter {

std::vector<CopilotTurn> copilot_turns(const SessionView& session, const analyze::Shape& shape,
                                       const SubAgents& agents) {
  std::vector<CopilotTurn> turns(session.spans.size());
  // By sub-agent, the main agent behind them: its latest turn, and how many it has had.
  const size_t main = agents.agents.size();
  std::vector<CopilotTurn*> latest(main + 1, nullptr);
  std::vector<int32_t> had(main + 1, 0);
  for (const analyze::Step& step : shape.steps) {
    if (step.call < 0) continue;
    const int32_t agent = agents.of_span[step.call];
    const size_t place = agent < 0 ? main : static_cast<size_t>(agent);
    if (latest[place] != nullptr) latest[place]->is_over = true;
    CopilotTurn& turn = turns[step.call];
    turn = {.number = had[place]++, .end = analyze::end_of(session.spans[step.call])};
    for (const int32_t tool : step.tools) turn.end = std::max(turn.end, analyze::end_of(session.spans[tool]));
    latest[place] = &turn;
  }
  for (size_t i = 0; i < main; ++i) {
    const int32_t span = agents.agents[i].span;
    if (latest[i] != nullptr && span >= 0 && view::has_ended(session.spans[span].span.facts)) {
      latest[i]->is_over = true;
    }
  }
  if (latest[main] != nullptr && has_ended(session.summary.status)) latest[main]->is_over = true;
  return turns;
}

}  // namespace strobe::exporter
