#include "analyze/rules/repetition.h"

#include <algorithm>
#include <unordered_map>

namespace strobe::analyze {

std::vector<int32_t> waits_before(const std::vector<ToolDeed>& deeds, DurationNs wait) {
  std::vector<int32_t> waits;
  waits.reserve(deeds.size());
  int32_t count = 0;
  for (const ToolDeed& deed : deeds) {
    if (deed.waited(wait)) ++count;
    waits.push_back(count);
  }
  return waits;
}

std::vector<PingPong> ping_pongs_of(const std::vector<ToolDeed>& deeds, const std::vector<int32_t>& waits,
                                    size_t turns_min) {
  std::vector<PingPong> found;
  for (size_t first = 0; first + 1 < deeds.size();) {
    const ToolDeed& a = deeds[first];
    const ToolDeed& b = deeds[first + 1];
    size_t end = first + 1;
    const bool is_known = a.answered >= 0 && b.answered >= 0 && !a.is_presumed && !b.is_presumed;
    if (is_known && a.asked != b.asked) {
      while (end < deeds.size() && waits[end] == waits[first] &&
             deeds[end].answered == (end % 2 == first % 2 ? a : b).answered) {
        ++end;
      }
    }
    const size_t count = (end - first) / 2 * 2;
    if (count / 2 >= turns_min) found.push_back({first, end - first});
    // The last of a stretch may be the first of the next one.
    first = std::max(first + 1, end - 1);
  }
  if (found.empty()) return found;
  std::unordered_map<int32_t, int32_t> last_answer;  // by what was asked
  for (const ToolDeed& deed : deeds) last_answer[deed.asked] = deed.answered;
  const auto stays = [&](const ToolDeed& deed) { return last_answer[deed.asked] == deed.answered; };
  std::erase_if(
      found, [&](const PingPong& stretch) { return !stays(deeds[stretch.first]) || !stays(deeds[stretch.first + 1]); });
  return found;
}

std::vector<bool> in_ping_pong(const std::vector<ToolDeed>& deeds, const std::vector<int32_t>& waits,
                               size_t turns_min) {
  std::vector<bool> in(deeds.size());
  for (const PingPong& stretch : ping_pongs_of(deeds, waits, turns_min)) {
    std::fill_n(in.begin() + static_cast<ptrdiff_t>(stretch.first), stretch.count, true);
  }
  return in;
}

Repetition repetition_of(const RuleInput& input, const std::vector<ToolDeed>& deeds, std::span<const size_t> repeated) {
  std::vector<size_t> in_order(repeated.begin(), repeated.end());
  std::ranges::sort(in_order);
  Repetition out;
  std::unordered_map<int32_t, int64_t> times;    // by what was answered
  std::unordered_map<int32_t, size_t> of_steps;  // deeds that repeat, by their step
  for (const size_t deed : in_order) {
    const SpanView& span = input.session.spans[deeds[deed].span];
    out.spans.push_back(deeds[deed].span);
    const int64_t count = ++times[deeds[deed].answered];
    out.times = std::max(out.times, count);
    if (count == 1) continue;
    out.spent.add(span);
    // The call that asked for it was for nothing when nothing else came of it.
    if (span.step <= 0 || static_cast<size_t>(span.step) > input.shape.steps.size()) continue;
    const Step& step = input.shape.steps[span.step - 1];
    if (++of_steps[span.step] == step.tools.size() && step.call >= 0) out.spent.add(input.session.spans[step.call]);
  }
  out.kinds = static_cast<int64_t>(times.size());
  return out;
}

void Repetition::tell(Finding& finding, const SessionView& session) const {
  spent.put_into(finding);
  set_evidence(finding, spans, session);
}

}  // namespace strobe::analyze
