#include "view/answers/cache_phrases.h"

#include <array>

#include "view/phrases.h"
#include "view/text.h"

namespace strobe::view {

namespace {

using analyze::CacheCause;
using analyze::CachePair;
using analyze::TextChange;
using analyze::Volatile;

std::string_view change_phrase(TextChange change) {
  static constexpr std::array<std::string_view, 6> k_phrases = {"",
                                                                ": text was appended",
                                                                ": its end was cut off",
                                                                ": text was put before it",
                                                                ": its beginning was cut off",
                                                                ": it was edited within"};
  return k_phrases[static_cast<size_t>(change)];
}

std::string_view volatile_phrase(Volatile value) {
  static constexpr std::array<std::string_view, 4> k_phrases = {"", " (a UUID)", " (a date or time)", " (a counter)"};
  return k_phrases[static_cast<size_t>(value)];
}

std::string minutes(DurationNs gap) { return duration({gap.ns < 0 ? 0 : gap.ns}); }

std::string up_to_limit(int64_t number) {
  return std::to_string(number) + (number >= analyze::k_later_changes_max ? " or more" : "");
}

std::string history_phrase(const CachePair& pair) {
  const std::string place = "messages[" + std::to_string(pair.message) + "]";
  if (pair.cause == CacheCause::history_truncated) return "history cut off at " + place;
  std::string text = "history rewritten at " + place;
  if (pair.later_changes > 0) text += ", " + up_to_limit(pair.later_changes) + " later ones differ too";
  return text;
}

}  // namespace

std::string_view cause_title(CacheCause cause) {
  static constexpr std::array<std::string_view, analyze::k_cache_causes> k_titles = {"not known",
                                                                                     "same request again",
                                                                                     "history grew",
                                                                                     "history grew by many blocks",
                                                                                     "another model",
                                                                                     "tools in another order",
                                                                                     "tools added or removed",
                                                                                     "tool definitions changed",
                                                                                     "system prompt changed",
                                                                                     "options changed",
                                                                                     "history cut off",
                                                                                     "history rewritten",
                                                                                     "too short to be cached",
                                                                                     "cache expired",
                                                                                     "missed, for no visible reason",
                                                                                     "no cache figures"};
  return k_titles[static_cast<size_t>(cause)];
}

std::string what_happened(const CachePair& pair) {
  const std::string title(cause_title(pair.cause));
  switch (pair.cause) {
    case CacheCause::unknown: return title + ": " + safe(pair.why_unknown);
    case CacheCause::append_lookback:
      return "history grew by " + up_to_limit(pair.appended_blocks) + " blocks; caches look back " +
             std::to_string(analyze::k_lookback_blocks);
    case CacheCause::model:
    case CacheCause::tools_changed:
    case CacheCause::tools_modified:
    case CacheCause::options: return title + ": " + safe(pair.detail);
    case CacheCause::system:
      return title + std::string(change_phrase(pair.system_change)) + std::string(volatile_phrase(pair.volatile_value));
    case CacheCause::history_truncated:
    case CacheCause::history_rewritten: return history_phrase(pair);
    case CacheCause::below_minimum: return title + ": fewer than " + count(analyze::k_cacheable_tokens_min) + " tokens";
    case CacheCause::expired: return "cache expired, likely: " + minutes(pair.gap) + " since the call before";
    case CacheCause::unexplained: return title + ", " + minutes(pair.gap) + " after the call before";
    default: return title;
  }
}

std::string_view cache_advice(CacheCause cause) {
  switch (cause) {
    case CacheCause::append_lookback: return "set a cache mark at least every 20 blocks";
    case CacheCause::model: return "stay with one model in a conversation: each has a cache of its own";
    case CacheCause::tools_reordered: return "send the tools in a fixed order";
    case CacheCause::tools_changed: return "send all tools with every call, and say in a message which may be used";
    case CacheCause::tools_modified: return "keep what changes out of tool definitions";
    case CacheCause::system:
      return "keep what changes (dates, ids, state) out of the system prompt; put it in the last message";
    case CacheCause::options: return "keep request parameters the same within a conversation";
    case CacheCause::history_truncated:
    case CacheCause::history_rewritten: return "only add messages; compact seldom and much at once";
    case CacheCause::expired: return "ask for a longer cache lifetime where calls wait for people or slow tools";
    case CacheCause::unexplained:
      return "check that the cache is on, that cache marks are set on each call, and that requests reach the same "
             "provider and region";
    case CacheCause::unused: return "turn the provider's prompt cache on, or its token details in the SDK";
    default: return "";
  }
}

}  // namespace strobe::view
