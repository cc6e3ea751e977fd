#include "analyze/context_profile.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "analyze/estimate.h"
#include "analyze/find_call.h"
#include "analyze/tool_names.h"

namespace strobe::analyze {

namespace {

using Node = ContextTree::Node;

// What one message gives to one consumer.
struct Piece {
  std::string kind;
  Temperature temperature = Temperature::active;
  size_t bytes = 0;
  int64_t tokens = 0;
};

// The pieces of a context, in its order, and how many messages they are.
struct Pieces {
  std::vector<Piece> list;
  std::array<int64_t, 4> messages{};
  std::map<std::string, int64_t> messages_of_kind;
  int64_t estimated_tokens = 0;
  int64_t media_parts = 0;
};

bool is_result(const Part& part) { return part.type == PartType::tool_result; }

Temperature window_of(int64_t position, int64_t messages) {
  const int64_t active = std::max<int64_t>(4, messages / 5);
  const int64_t warm = std::max<int64_t>(6, messages * 3 / 10);
  const int64_t from_end = messages - position;  // 1: the last one
  if (from_end <= active) return Temperature::active;
  return from_end <= active + warm ? Temperature::warm : Temperature::cold;
}

bool has_leaked(const Message& message) {
  size_t bytes = 0;
  for (const Part& part : message.parts)
    if (is_result(part) || message.role == "tool") bytes += text_bytes(part);
  return bytes > static_cast<size_t>(k_leaked_bytes_above);
}

std::string kind_of(const Message& message, const Part& part, Node node, const ToolNames& names) {
  if (is_result(part)) return "tool:" + std::string(names.name_of(part, node));
  if (message.role == "tool") return "tool:" + std::string(message.name.empty() ? "unknown" : message.name);
  if (message.role == "developer") return "system";
  return std::string(message.role);
}

class Collector {
 public:
  Collector(const SessionView& session, const SessionContexts::Context& context)
      : contexts_(session.contexts), context_(context), names_(session, context.body) {}

  Pieces collect(ProfileMeasure measure) {
    const SessionContexts::Head& head = contexts_.heads[context_.head];
    if (measure == ProfileMeasure::scaled) add_head("tool_definitions", head.tools);
    add_head("system_prompt", head.system);
    // The tool definitions do not count as messages, the system prompt is one however many it was sent in.
    const bool has_prompt =
        std::ranges::any_of(pieces_.list, [](const Piece& piece) { return piece.bytes > 0; }) && !head.system.empty();
    pieces_.messages[0] = has_prompt ? 1 : 0;
    std::vector<Node> path;
    for (Node node = context_.body; node != ContextTree::k_empty; node = contexts_.bodies.parent(node))
      path.push_back(node);
    std::ranges::reverse(path);
    for (size_t i = 0; i < path.size(); ++i) {
      const Message& message = contexts_.messages[contexts_.bodies.message(path[i])].message;
      Temperature temperature = window_of(static_cast<int64_t>(i), static_cast<int64_t>(path.size()));
      if (temperature == Temperature::cold && has_leaked(message)) temperature = Temperature::leaked;
      add_message(message, path[i], temperature);
    }
    return std::move(pieces_);
  }

 private:
  void add_head(const std::string& kind, const std::vector<int32_t>& messages) {
    for (const int32_t number : messages) {
      const Message& message = contexts_.messages[number].message;
      pieces_.list.push_back({.kind = kind, .bytes = text_bytes(message)});
      pieces_.estimated_tokens += estimated_tokens(text_bytes(message));
    }
    if (!messages.empty()) pieces_.messages_of_kind[kind] = static_cast<int64_t>(messages.size());
  }

  void add_message(const Message& message, Node node, Temperature temperature) {
    ++pieces_.messages[static_cast<size_t>(temperature)];
    pieces_.estimated_tokens += estimated_tokens(text_bytes(message));
    std::map<std::string, size_t> place_of;  // by kind
    for (const Part& part : message.parts) {
      pieces_.media_parts += part.type == PartType::media ? 1 : 0;
      const std::string kind = kind_of(message, part, node, names_);
      const auto [place, is_new] = place_of.try_emplace(kind, pieces_.list.size());
      if (is_new) {
        pieces_.list.push_back({.kind = kind, .temperature = temperature});
        ++pieces_.messages_of_kind[kind];
      }
      pieces_.list[place->second].bytes += text_bytes(part);
    }
  }

  const SessionContexts& contexts_;
  const SessionContexts::Context& context_;
  ToolNames names_;
  Pieces pieces_;
};

// Shares `total` out by bytes; the rounding goes along, so that it adds up.
void share_out(std::vector<Piece>& pieces, int64_t total) {
  __extension__ using Wide = __int128;
  Wide bytes = 0;
  for (const Piece& piece : pieces) bytes += static_cast<Wide>(piece.bytes);
  if (bytes == 0) return;
  Wide so_far = 0;
  int64_t given = 0;
  for (Piece& piece : pieces) {
    so_far += static_cast<Wide>(piece.bytes);
    const auto upto = static_cast<int64_t>((so_far * total * 2 + bytes) / (bytes * 2));
    piece.tokens = upto - given;
    given = upto;
  }
}

double percent_of(int64_t part, int64_t whole) {
  return whole > 0 ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : 0;
}

// part / whole > percent / 100, exactly.
bool is_above(int64_t part, int64_t whole, int64_t percent) {
  __extension__ using Wide = __int128;
  return whole > 0 && static_cast<Wide>(part) * 100 > static_cast<Wide>(whole) * percent;
}

bool is_known_to_rnix(const std::string& kind) {
  return kind == "system_prompt" || kind == "user" || kind == "assistant" || kind.starts_with("tool:");
}

// Of what a setting or a prompt can change; how long users and models talk is none of that.
std::string_view suggestion_for(std::string_view kind) {
  if (kind == "system_prompt") return "move what only some tasks need out of the system prompt";
  if (kind == "tool_definitions") return "offer only the tools that the task needs, and describe them shortly";
  if (kind.starts_with("tool:")) return "let the tool return less, or keep less of it in later calls";
  return {};
}

std::vector<ContextConsumer> consumers_of(const Pieces& pieces, int64_t total, ProfileMeasure measure) {
  std::map<std::string, int64_t> tokens;
  for (const Piece& piece : pieces.list) tokens[piece.kind] += piece.tokens;
  std::vector<ContextConsumer> consumers;
  for (const auto& [kind, sum] : tokens) {
    if (measure == ProfileMeasure::rnix && !is_known_to_rnix(kind)) continue;
    const auto messages = pieces.messages_of_kind.find(kind);
    if (sum <= 0) continue;
    consumers.push_back({.kind = kind, .share = {sum, messages->second, percent_of(sum, total)}});
    if (is_above(sum, total, k_consumer_percent_above)) consumers.back().suggestion = suggestion_for(kind);
  }
  std::ranges::stable_sort(consumers, std::ranges::greater(),
                           [](const ContextConsumer& consumer) { return consumer.share.tokens; });
  return consumers;
}

std::vector<std::string> suggestions_of(const ContextProfile& profile, int64_t prompt_tokens, int64_t tool_tokens) {
  std::vector<std::string> suggestions;
  const int64_t total = profile.total_tokens;
  if (total == 0) return suggestions;
  const ContextShare& cold = profile.by_temperature[static_cast<size_t>(Temperature::cold)];
  const ContextShare& leaked = profile.by_temperature[static_cast<size_t>(Temperature::leaked)];
  if (is_above(prompt_tokens, total, 25))
    suggestions.emplace_back("System prompt uses >25% of context; consider trimming");
  if (is_above(tool_tokens, total, 50))
    suggestions.emplace_back("Tool results dominate context; consider more concise tool outputs");
  if (leaked.messages > 0)
    suggestions.push_back("Found " + std::to_string(leaked.messages) + " leaked tool result(s) using ~" +
                          std::to_string(leaked.tokens) + " tokens; consider pruning unused tool outputs");
  if (is_above(cold.tokens, total, 40))
    suggestions.push_back(std::to_string(std::llround(cold.percent)) +
                          "% of context is cold; consider context compaction");
  if (profile.budget.tokens > 0 && is_above(total, profile.budget.tokens, 80))
    suggestions.emplace_back("Context is near budget limit; optimization recommended");
  return suggestions;
}

// Which tokens the pieces have, and their sum.
int64_t count_tokens(Pieces& pieces, const ContextProfile& profile, ProfileMeasure measure) {
  if (measure == ProfileMeasure::scaled) {
    const int64_t total = profile.is_scaled ? *profile.reported_tokens : pieces.estimated_tokens;
    share_out(pieces.list, total);
    return std::ranges::any_of(pieces.list, [](const Piece& piece) { return piece.bytes > 0; }) ? total : 0;
  }
  int64_t total = 0;
  for (Piece& piece : pieces.list) {
    piece.tokens = static_cast<int64_t>(piece.bytes / 4);
    total += piece.tokens;
  }
  return total;
}

}  // namespace

std::string_view name_of(Temperature temperature) {
  static constexpr std::array<std::string_view, 4> k_names = {"active", "warm", "cold", "leaked"};
  return k_names[static_cast<size_t>(temperature)];
}

ContextProfile profile_of(const SessionView& session, int32_t call, const ContextBudget& budget,
                          ProfileMeasure measure) {
  ContextProfile profile{.span = call, .budget = budget};
  profile.reported_tokens = reported_input(session.spans[call].span.facts);
  profile.why_unknown = why_unknown(session, call);
  profile.is_known = has_context(session, call);
  if (!profile.is_known) return profile;
  const SessionContexts::Context& context = session.contexts.contexts[session.contexts.of_span[call]];
  Pieces pieces = Collector(session, context).collect(measure);
  // What is only a part of what the call saw must not be blown up to the whole.
  profile.is_scaled = measure == ProfileMeasure::scaled && profile.reported_tokens && profile.why_unknown.empty();
  profile.total_tokens = count_tokens(pieces, profile, measure);
  profile.messages = session.contexts.bodies.depth(context.body);
  profile.media_parts = pieces.media_parts;
  for (const Piece& piece : pieces.list)
    profile.by_temperature[static_cast<size_t>(piece.temperature)].tokens += piece.tokens;
  for (size_t i = 0; i < profile.by_temperature.size(); ++i) {
    profile.by_temperature[i].messages = pieces.messages[i];
    profile.by_temperature[i].percent = percent_of(profile.by_temperature[i].tokens, profile.total_tokens);
  }
  std::vector<ContextConsumer> consumers = consumers_of(pieces, profile.total_tokens, measure);
  if (measure == ProfileMeasure::rnix && consumers.size() > k_consumers_max) consumers.resize(k_consumers_max);
  int64_t prompt_tokens = 0, tool_tokens = 0;
  for (const ContextConsumer& consumer : consumers) {
    if (consumer.kind == "system_prompt") prompt_tokens = consumer.share.tokens;
    if (consumer.kind.starts_with("tool:")) tool_tokens += consumer.share.tokens;
  }
  profile.suggestions = suggestions_of(profile, prompt_tokens, tool_tokens);
  if (consumers.size() > k_consumers_max) consumers.resize(k_consumers_max);
  profile.consumers = std::move(consumers);
  return profile;
}

}  // namespace strobe::analyze
