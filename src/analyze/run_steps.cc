#include "analyze/run_steps.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "analyze/masked_text.h"
#include "analyze/shape.h"
#include "json/escape.h"
#include "json/number.h"
#include "json/parse.h"

namespace strobe::analyze {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  json::append_escaped(out, text, json::Escaping::minimal);
  return out += '"';
}

// Writes the traits of one step after another, in one place, so that what is kept of each is no longer than it need be.
class StepWriter {
 public:
  explicit StepWriter(const PathList& ignored) : ignored_(ignored) {}

  // Of the step with this position.
  void begin(size_t position) {
    traits_.cut(0);
    if (!ignored_.empty()) prefix_ = "/steps/" + std::to_string(position);
  }
  const Traits& traits() const { return traits_; }

  void add(Aspect aspect, std::string_view path, std::string_view value) {
    if (!ignored_.empty() && ignored_.has(prefix_ + std::string(path))) return;
    traits_.add({aspect, path, value});
  }

  void add_payload(std::string path, const Payload& payload) {
    Arena arena;
    const auto node = payload.is_json ? json::parse(payload.text, arena) : fail(ErrorCode::invalid, "");
    if (!node) return add(Aspect::argument, path, quoted(masked_text(payload.text)));
    path_ = std::move(path);
    left_ = k_payload_traits_max;
    const size_t path_bytes = path_.size();
    const size_t bytes = traits_.text().size();
    bytes_max_ = bytes + k_trait_bytes_per_byte_max * payload.text.size();
    if (add_node(*node)) return;
    traits_.cut(bytes);
    path_.resize(path_bytes);
    add(Aspect::argument, path_, masked_text(payload.text));
  }

 private:
  // What stands at path_. Recursion is bounded by json::k_depth_max. False: too much.
  bool add_node(const json::Node& node) {
    if (left_ == 0 || traits_.text().size() > bytes_max_) return false;
    if (node.is_object() && !node.members.empty()) {
      std::map<std::string_view, const json::Node*> members;  // of a key given twice the last counts
      for (const json::Member& member : node.members) members[member.key] = &member.value;
      return std::ranges::all_of(
          members, [&](const auto& member) { return add_below(escaped_element(member.first), *member.second); });
    }
    if (node.is_array() && !node.items.empty()) {
      for (size_t i = 0; i < node.items.size(); ++i) {
        if (!add_below(std::to_string(i), node.items[i])) return false;
      }
      return true;
    }
    --left_;
    add(Aspect::argument, path_, value_of(node));
    return true;
  }
  bool add_below(std::string_view element, const json::Node& node) {
    const size_t bytes = path_.size();
    path_.append("/").append(element);
    const bool has_fitted = add_node(node);
    path_.resize(bytes);
    return has_fitted;
  }

  static std::string value_of(const json::Node& node) {
    switch (node.type) {
      case json::Type::null: return "null";
      case json::Type::boolean: return node.boolean ? "true" : "false";
      case json::Type::number: return masked_number(node.text);
      case json::Type::string: return quoted(masked_text(node.text));
      case json::Type::array: return "[]";
      case json::Type::object: return "{}";
    }
    return {};
  }

  // 1 and 1.0 are one number, here as in a context.
  static std::string masked_number(std::string_view text) {
    if (masked_text(text.substr(0, text.find('.'))) == "<time>") return "<time>";
    if (const auto whole = json::to_int64(text)) return std::to_string(*whole);
    const auto number = json::to_double(text);
    return number ? json::from_double(*number) : std::string(text);
  }

  const PathList& ignored_;
  Traits traits_;
  std::string prefix_;
  std::string path_;
  size_t left_ = 0;       // values
  size_t bytes_max_ = 0;  // of all traits
};

struct Call {
  std::string_view name;
  const Payload* arguments = nullptr;
};

// In the order in which the model asked for them where that is told: calls that run at once start in any order.
std::vector<Call> calls_of(const SessionView& session, const Step& step) {
  const SpanFacts& call = session.spans[step.call].span.facts;
  std::vector<std::pair<size_t, int32_t>> tools;  // the place in that order first
  std::unordered_map<std::string_view, size_t> asked;
  if (step.tools.size() > 1) {
    for (const std::string& id : call.requested_tool_call_ids) asked.emplace(id, asked.size());
  }
  for (const int32_t tool : step.tools) {
    const auto found = asked.find(session.spans[tool].span.facts.tool_call_id);
    tools.emplace_back(found == asked.end() ? asked.size() : found->second, tool);
  }
  std::ranges::sort(tools);
  std::vector<Call> calls;
  for (const auto& [place, tool] : tools) {
    const NormalSpan& span = session.spans[tool].span;
    Call& one = calls.emplace_back(Call{.name = tool_name_of(span.facts)});
    if (span.tool && span.tool->arguments) one.arguments = &*span.tool->arguments;
  }
  if (!calls.empty() || !session.contexts.is_loaded) return calls;
  // Tools that have no spans of their own: what the model asked for.
  for (const int32_t output : session.contexts.outputs[step.call]) {
    for (const Part& part : session.contexts.messages[output].message.parts) {
      if (part.type == PartType::tool_call) calls.push_back({part.name, &part.payload});
    }
  }
  return calls;
}

// The messages of the call's conversation that the call before it did not see.
std::vector<int32_t> new_messages(const SessionContexts& contexts, int32_t before, int32_t context) {
  const ContextTree& bodies = contexts.bodies;
  const ContextTree::Node node = contexts.contexts[context].body;
  const ContextTree::Node known =
      before < 0 ? ContextTree::k_empty : bodies.common(node, contexts.contexts[before].body);
  return bodies.messages_behind(known, bodies.first(node, bodies.depth(known) + k_step_messages_max));
}

void add_messages(const SessionView& session, std::span<const int32_t> messages, StepWriter& writer) {
  size_t number = 0;
  for (const int32_t index : messages) {
    const Message& message = session.contexts.messages[index].message;
    if (message.role == "assistant" || message.role == "tool") continue;
    std::string text;
    for (const Part& part : message.parts) {
      if (part.type == PartType::text) text += part.text;
    }
    // A result of a tool that its provider wraps into a message of the user.
    const bool is_result =
        std::ranges::any_of(message.parts, [](const Part& part) { return part.type == PartType::tool_result; });
    if (is_result && text.empty()) continue;
    const std::string path = "/messages/" + std::to_string(number++);
    writer.add(Aspect::message, path + "/role", quoted(message.role));
    writer.add(Aspect::message, path + "/text", quoted(masked_text(text)));
  }
}

std::string label_of(const std::vector<Call>& calls) {
  constexpr size_t k_named_max = 3;
  std::string label;
  for (size_t i = 0; i < calls.size() && i < k_named_max; ++i) {
    label += (i == 0 ? "" : ", ") + std::string(calls[i].name);
  }
  if (calls.size() > k_named_max) label += ", " + std::to_string(calls.size() - k_named_max) + " more";
  return label.empty() ? "an answer" : label;
}

std::string name_of_agent(const SpanFacts& agent) {
  return quoted(masked_text(agent.agent.empty() ? agent.name : agent.agent));
}

// Those of one agent behind each other, the agents by their first step.
std::vector<const Step*> ordered(const Shape& shape) {
  std::vector<std::pair<size_t, const Step*>> steps;  // the place of the agent first
  std::unordered_map<int32_t, size_t> agents;
  for (const Step& step : shape.steps) {
    if (step.call >= 0) steps.emplace_back(agents.emplace(step.agent, agents.size()).first->second, &step);
  }
  if (agents.size() > 1) std::ranges::sort(steps);
  std::vector<const Step*> in_order;
  for (const auto& [place, step] : steps) in_order.push_back(step);
  return in_order;
}

}  // namespace

RunSteps steps_of_run(const SessionView& session, const PathList& ignored) {
  RunSteps run;
  const Shape shape = shape_of(session);
  run.steps.reserve(shape.steps.size());
  StepWriter writer(ignored);
  int32_t agent = -1;
  std::string agent_name;
  int32_t last_context = -1;  // of the agent
  for (const Step* step : ordered(shape)) {
    if (run.steps.empty() || step->agent != agent) {
      agent = step->agent;
      agent_name = agent < 0 ? "" : name_of_agent(session.spans[agent].span.facts);
      last_context = -1;
    }
    writer.begin(run.steps.size());
    RunStep& to = run.steps.emplace_back();
    to.number = step->number;
    to.span_id = session.spans[step->call].span.facts.span_id;
    if (agent >= 0) writer.add(Aspect::agent, "/agent", agent_name);
    const int32_t context = session.contexts.is_loaded ? session.contexts.of_span[step->call] : -1;
    if (context >= 0) {
      add_messages(session, new_messages(session.contexts, last_context, context), writer);
      last_context = context;
      run.has_messages = true;
    }
    const std::vector<Call> calls = calls_of(session, *step);
    for (size_t i = 0; i < calls.size(); ++i) {
      const std::string path = "/tools/" + std::to_string(i);
      writer.add(Aspect::tool, path + "/name", quoted(masked_text(calls[i].name)));
      if (calls[i].arguments != nullptr) writer.add_payload(path + "/arguments", *calls[i].arguments);
      run.has_arguments = run.has_arguments || calls[i].arguments != nullptr;
      run.has_tools = true;
    }
    to.label = label_of(calls);
    to.traits = writer.traits();
  }
  return run;
}

}  // namespace strobe::analyze
