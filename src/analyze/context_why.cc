#include "analyze/context_why.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "analyze/carriers.h"
#include "analyze/estimate.h"

namespace strobe::analyze {

namespace {

constexpr size_t k_prefix_digits_min = 8;

// In lower case, as ids are printed.
bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// The only one whose id begins so. `id_of(i)` for i below `count`; `thing`: "message".
template <typename IdOf>
Result<int32_t> find_by_prefix(size_t count, IdOf id_of, std::string_view prefix, const std::string& thing) {
  const std::string shown(prefix);
  if (prefix.size() < k_prefix_digits_min || !is_hex(prefix)) {
    return fail(ErrorCode::invalid, "'" + shown + "' is no id of a " + thing,
                "an id is hexadecimal; its first 8 digits or more are enough");
  }
  int32_t found = -1;
  for (size_t i = 0; i < count; ++i) {
    if (!id_of(i).hex().starts_with(prefix)) continue;
    if (found >= 0)
      return fail(ErrorCode::invalid, "several " + thing + "s begin with '" + shown + "'", "give more digits");
    found = static_cast<int32_t>(i);
  }
  if (found >= 0) return found;
  return fail(ErrorCode::not_found, "no " + thing + " of this session begins with '" + shown + "'");
}

std::vector<CarriedBy> ranges_of(const SessionView& session, const std::vector<int32_t>& calls) {
  std::vector<CarriedBy> ranges;
  if (session.lanes.empty()) {
    if (!calls.empty()) ranges.push_back({.last = static_cast<int32_t>(calls.size()) - 1});
    return ranges;
  }
  const std::unordered_set<int32_t> carriers(calls.begin(), calls.end());
  for (const Lane& lane : session.lanes) {
    bool is_in_range = false;
    for (size_t i = 0; i < lane.calls.size(); ++i) {
      const bool carries = carriers.contains(lane.calls[i].span);
      const auto at = static_cast<int32_t>(i);
      if (carries && is_in_range) ranges.back().last = at;
      if (carries && !is_in_range) ranges.push_back({.lane = lane.number, .first = at, .last = at});
      is_in_range = carries;
    }
  }
  return ranges;
}

bool is_judged(const SessionView& session, int32_t call) {
  const SpanFacts& facts = session.spans[call].span.facts;
  return is_whole(facts.basis) && reported_input(facts).has_value();
}

}  // namespace

Result<int32_t> find_message(const SessionView& session, std::string_view prefix) {
  const std::vector<ContextMessage>& messages = session.contexts.messages;
  auto found = find_by_prefix(messages.size(), [&](size_t i) { return messages[i].id; }, prefix, "message");
  if (!found && found.error().code == ErrorCode::not_found) {
    found.error().hint = "strobe show ID --view transcript -v prints the ids of its messages";
  }
  return found;
}

Result<int32_t> find_message(const SessionView& session, const MessageId& id) {
  return find_message(session, id.hex());
}

ContextWhy context_why_of(const SessionView& session, int32_t message, Money& money) {
  ContextWhy why{.message = message, .calls = carriers_of(session, message)};
  why.estimated_tokens = estimated_tokens(text_bytes(session.contexts.messages[message].message));
  why.ranges = ranges_of(session, why.calls);
  why.calls_not_judged = std::ranges::count_if(why.calls, [&](int32_t call) { return !is_judged(session, call); });
  why.carried = carried_cost_of(session, money).messages[message];
  return why;
}

Result<int32_t> find_context(const SessionView& session, std::string_view prefix) {
  const auto& contexts = session.contexts.contexts;
  auto found = find_by_prefix(contexts.size(), [&](size_t i) { return contexts[i].id; }, prefix, "context");
  if (!found && found.error().code == ErrorCode::not_found) {
    found.error().hint = "strobe show ID --json has them as input_context; a step's number names its context too";
  }
  return found;
}

ContextContents context_contents_of(const SessionView& session, int32_t context) {
  const SessionContexts& contexts = session.contexts;
  const SessionContexts::Context& seen = contexts.contexts[context];
  ContextContents contents{.context = context,
                           .tools = contexts.heads[seen.head].tools,
                           .system = contexts.heads[seen.head].system,
                           .messages = contexts.bodies.messages(seen.body),
                           .estimates = estimated_tokens(contexts),
                           .origins = origins_of(session, shape_of(session))};
  for (size_t i = 0; i < contexts.of_span.size(); ++i) {
    if (contexts.of_span[i] == context) contents.calls.push_back(static_cast<int32_t>(i));
  }
  return contents;
}

int64_t ContextContents::tokens() const {
  int64_t sum = 0;
  for (const auto* list : {&tools, &system, &messages}) {
    for (const int32_t message : *list) sum += estimates[message];
  }
  return sum;
}

}  // namespace strobe::analyze
