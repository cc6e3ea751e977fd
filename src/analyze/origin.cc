#include "analyze/origin.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "analyze/carriers.h"
#include "analyze/estimate.h"
#include "analyze/tool_results.h"
#include "context/echo.h"

namespace strobe::analyze {

namespace {

// A fork knows what the lane it came from answered, and the one that came from; attackers make longer chains.
constexpr int k_forks_followed_max = 8;

// What the calls of each lane answered, in the words that an echo of it has too.
class Answers {
 public:
  Answers(const SessionView& session, const std::vector<FirstCarrier>& first) : session_(session) {
    for (const Lane& lane : session.lanes) {
      for (const LaneCall& call : lane.calls) {
        // What came back as it was needs no echo.
        for (const int32_t message : session.contexts.outputs[call.span]) {
          if (first[message].span <= call.span) add(lane.number, call.span, session.contexts.messages[message]);
        }
      }
    }
  }
  // The last call of the lane that answered so, and was over when `carrier` began; -1: none.
  int32_t find(const ContextMessage& message, int32_t carrier) const {
    if (by_echo_.empty()) return -1;
    const int32_t by_echo = find(context::echo_id(message.message, message.id), carrier);
    if (by_echo >= 0) return by_echo;
    const auto first_call = context::first_call_id(message.message);
    return first_call ? find(*first_call, carrier) : -1;
  }

 private:
  struct Key {
    int32_t lane = 0;
    MessageId echo;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const {
      return std::hash<MessageId>()(key.echo) ^ static_cast<size_t>(key.lane) * 0x9E3779B97F4A7C15;
    }
  };
  void add(int32_t lane, int32_t span, const ContextMessage& answer) {
    by_echo_[{lane, context::echo_id(answer.message, answer.id)}].push_back(span);
    if (std::ranges::any_of(answer.message.parts, context::names_call)) return;
    const auto first_call = context::first_call_id(answer.message);
    if (first_call) by_echo_[{lane, *first_call}].push_back(span);
  }
  int32_t find(const MessageId& echo, int32_t carrier) const {
    int32_t lane = session_.spans[carrier].lane;
    for (int forks = 0; lane != 0 && forks <= k_forks_followed_max; ++forks) {
      const auto found = by_echo_.find({lane, echo});
      if (found != by_echo_.end()) {
        const auto after = std::ranges::lower_bound(found->second, carrier);
        if (after != found->second.begin()) {
          const int32_t span = *(after - 1);
          if (end_of(session_.spans[span]) <= session_.spans[carrier].span.facts.start) return span;
        }
      }
      lane = session_.lanes[lane - 1].forked_from;
    }
    return -1;
  }

  const SessionView& session_;
  std::unordered_map<Key, std::vector<int32_t>, KeyHash> by_echo_;
};

// For each message the first call that answered it, -1: none.
std::vector<int32_t> first_answers(const SessionView& session) {
  std::vector<int32_t> first(session.contexts.messages.size(), -1);
  for (size_t i = 0; i < session.contexts.outputs.size(); ++i) {
    for (const int32_t message : session.contexts.outputs[i]) {
      if (first[message] < 0) first[message] = static_cast<int32_t>(i);
    }
  }
  return first;
}

// Of results of several tools whose is the longest.
int32_t tool_of(const ToolResults& tools, const Message& message, int32_t carrier) {
  int32_t longest = -1;
  size_t bytes = 0;
  for (const Part& part : message.parts) {
    if (part.type != PartType::tool_result || (longest >= 0 && text_bytes(part) <= bytes)) continue;
    const int32_t span = tools.span_of(part.id, carrier);
    if (span < 0) continue;
    longest = span;
    bytes = text_bytes(part);
  }
  return longest;
}

}  // namespace

std::string_view name_of(OriginHow how) {
  switch (how) {
    case OriginHow::none: break;
    case OriginHow::exact: return "exact";
    case OriginHow::tool_call_id: return "tool_call_id";
    case OriginHow::echo: return "echo";
    case OriginHow::first_seen: return "first_seen";
  }
  return "none";
}

std::vector<Origin> origins_of(const SessionView& session, const Shape& shape) {
  const SessionContexts& contexts = session.contexts;
  const std::vector<FirstCarrier> first = first_carriers_of(session);
  const std::vector<int32_t> answered = first_answers(session);
  const ToolResults tools(session, shape);
  std::optional<Answers> answers;  // hashing them all is worth it only if there is something to find
  std::vector<Origin> origins(contexts.messages.size());
  for (size_t i = 0; i < contexts.messages.size(); ++i) {
    const ContextMessage& message = contexts.messages[i];
    const int32_t carrier = first[i].span;
    const int32_t answer = answered[i];
    if (carrier < 0) {
      if (answer >= 0) origins[i] = {.span = answer, .how = OriginHow::exact};
      continue;
    }
    // Who had not finished when it was sent already did not bring it.
    const bool is_answer =
        answer >= 0 && answer < carrier && end_of(session.spans[answer]) <= session.spans[carrier].span.facts.start;
    const int32_t tool = is_answer ? -1 : tool_of(tools, message.message, carrier);
    const bool may_echo = !is_answer && tool < 0 && message.message.role == "assistant";
    if (may_echo && !answers) answers.emplace(session, first);
    const int32_t echoed = may_echo ? answers->find(message, carrier) : -1;
    if (is_answer) {
      origins[i] = {.span = answer, .how = OriginHow::exact};
    } else if (tool >= 0) {
      origins[i] = {.span = tool, .how = OriginHow::tool_call_id};
    } else if (echoed >= 0) {
      origins[i] = {.span = echoed, .how = OriginHow::echo};
    } else {
      origins[i] = {.span = carrier, .how = OriginHow::first_seen};
    }
  }
  return origins;
}

}  // namespace strobe::analyze
