#include "export/copilot_users.h"

#include <algorithm>

#include "export/log_text.h"

namespace strobe::exporter {

namespace {

// Enough to tell messages of one session apart.
constexpr size_t k_id_digits = 16;

bool is_of_a_user(const Message& message) {
  if (message.role != "user") return false;
  const auto has = [&](PartType type) {
    return std::ranges::any_of(message.parts, [&](const Part& part) { return part.type == type; });
  };
  return has(PartType::text) && !has(PartType::tool_result);
}

}  // namespace

CopilotUsers::CopilotUsers(const SessionView& session) : session_(session), contexts_(session.contexts) {
  const ContextTree& bodies = contexts_.bodies;
  newest_user_.assign(bodies.size(), ContextTree::k_empty);
  users_.assign(bodies.size(), 0);
  for (size_t i = 1; i < bodies.size(); ++i) {
    const auto node = static_cast<ContextTree::Node>(i);
    const ContextTree::Node before = bodies.parent(node);
    const bool is_user = is_of_a_user(contexts_.messages[bodies.message(node)].message);
    newest_user_[i] = is_user ? node : newest_user_[before];
    users_[i] = users_[before] + (is_user ? 1 : 0);
  }
}

ContextTree::Node CopilotUsers::newest_node(int32_t call) const {
  if (!contexts_.is_loaded || contexts_.of_span[call] < 0) return ContextTree::k_empty;
  return newest_user_[contexts_.contexts[contexts_.of_span[call]].body];
}

std::string CopilotUsers::text_at(ContextTree::Node node) const {
  return text_of(contexts_.messages[contexts_.bodies.message(node)].message, PartType::text, "\n");
}

std::string CopilotUsers::id_at(ContextTree::Node node) const {
  const ContextMessage& message = contexts_.messages[contexts_.bodies.message(node)];
  return message.id.hex().substr(0, k_id_digits) + "-" + std::to_string(users_[node]);
}

std::string CopilotUsers::newest(int32_t call) const {
  const ContextTree::Node node = newest_node(call);
  return node == ContextTree::k_empty ? std::string() : text_at(node);
}

std::vector<CopilotUsers::Said> CopilotUsers::take_new(int32_t call, const std::string& agent) {
  std::vector<Said> said;
  ContextTree::Node node = newest_node(call);
  if (node == ContextTree::k_empty) return said;
  // Else an agent is at work on it, and what its next calls see again says nothing new.
  const bool is_said_now = node == contexts_.contexts[contexts_.of_span[call]].body;
  const TraceId& trace = session_.spans[call].span.facts.trace_id;
  for (size_t i = 0; i < k_copilot_users_max && node != ContextTree::k_empty && newest_user_[node] == node; ++i) {
    std::string id = id_at(node);
    const auto [known, is_new] = told_.try_emplace(agent + " " + id);
    const bool is_new_in_trace = known->second.insert(trace).second;
    if (is_new || (is_said_now && is_new_in_trace)) said.push_back({.id = std::move(id), .text = text_at(node)});
    node = contexts_.bodies.parent(node);
  }
  std::ranges::reverse(said);
  return said;
}

}  // namespace strobe::exporter
