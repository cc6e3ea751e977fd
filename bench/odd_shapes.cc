#include "bench/odd_shapes.h"

#include <deque>
#include <memory>
#include <string>

namespace strobe::bench {

namespace {

// What the session is changed to say, and lives as long as it does.
struct Added {
  std::deque<std::string> texts;
  std::deque<RawSpan> raw;
  std::vector<RawLink> links;

  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
  RawSpan& raw_of(SpanView& span) {
    RawSpan& one = raw.emplace_back();
    span.raw = &one;
    return one;
  }
};

void for_each_tool(SessionView& session, const auto& change) {
  for (size_t i = 0; i < session.spans.size(); ++i) {
    if (session.spans[i].span.facts.kind == Kind::tool) change(session.spans[i], std::to_string(i));
  }
}

void make_tools(SessionView& session, Added& added) {
  for_each_tool(session, [&](SpanView& tool, const std::string& number) {
    tool.span.facts.tool_name = "tool_" + number;
    tool.span.tool->name = added.keep("tool_" + number);
    tool.span.tool->arguments->text =
        added.keep(R"({"path": "src/room_)" + number + R"(/file.cc", "from": )" + number + R"(, "whole": false})");
  });
}

void make_repeats(SessionView& session) {
  for_each_tool(session, [](SpanView& tool, const std::string&) {
    tool.span.facts.tool_name = tool.span.tool->name = "search";
    tool.span.tool->arguments->text = R"({"text": "again"})";
    tool.span.tool->result->text = "nothing found";
  });
}

void make_errors(SessionView& session, Added& added) {
  constexpr size_t k_message_bytes = 300;
  const std::string_view message = added.keep(std::string(k_message_bytes, 't'));
  for (SpanView& span : session.spans) {
    span.span.facts.status = SpanStatus::error;
    span.span.facts.error_type = "NotFound";
    added.raw_of(span).status_message = message;
  }
}

// What was a tool becomes an agent, and takes in a call.
void make_agents(SessionView& session) {
  std::vector<SpanView>& spans = session.spans;
  spans.front().children.clear();
  size_t call = 0;
  for (size_t i = 1; i < spans.size(); ++i) {
    SpanView& agent = spans[i];
    if (agent.span.facts.kind != Kind::tool) continue;
    do ++call;
    while (!spans[call].is_llm_call);
    agent.span.tool.reset();
    agent.span.facts.kind = Kind::agent;
    agent.span.facts.agent = "agent_" + std::to_string(i);
    agent.span.facts.status = SpanStatus::error;
    agent.step = 0;
    spans.front().children.push_back(static_cast<int32_t>(i));
    agent.children = {static_cast<int32_t>(call)};
    spans[call].parent = static_cast<int32_t>(i);
    spans[call].span.facts.parent_span_id = agent.span.facts.span_id;
  }
}

// The first call asked for all tools; the others are none.
void make_wide(SessionView& session) {
  SpanFacts& asker = session.spans[1].span.facts;
  for (size_t i = 2; i < session.spans.size(); ++i) {
    SpanView& span = session.spans[i];
    if (span.is_llm_call) {
      span.is_llm_call = span.counted = false;
      span.span.facts.kind = Kind::tool;
      span.span.facts.tool_name = "other_tool";
      span.span.facts.tool_call_id = "other_" + std::to_string(i);
      session.contexts.of_span[i] = -1;
      session.contexts.outputs[i].clear();
    }
    span.step = 1;
    asker.requested_tool_call_ids.push_back(span.span.facts.tool_call_id);
  }
}

// One span names all, all name one.
void make_links(SessionView& session, Added& added) {
  const auto link_to = [&](const SpanView& span) {
    return RawLink{.trace_id = span.span.facts.trace_id.view(), .span_id = span.span.facts.span_id.view()};
  };
  for (const SpanView& span : session.spans) added.links.push_back(link_to(span));
  for (SpanView& span : session.spans) added.raw_of(span).links = std::span(added.links).first(1);
  added.raw.front().links = added.links;
}

// Each call has a clock in its system prompt, and each second one another counter in the definition of a tool.
void make_prompts(SessionView& session, Added& added) {
  SessionContexts& contexts = session.contexts;
  const auto changed = [&](int32_t message, const std::string& text) {
    const auto number = static_cast<int32_t>(contexts.messages.size());
    ContextMessage copy = contexts.messages[message];
    (copy.message.parts[0].text.empty() ? copy.message.parts[0].payload.text : copy.message.parts[0].text) =
        added.keep(text);
    for (int i = 0; i < 4; ++i) copy.id.bytes[1 + i] = static_cast<uint8_t>(number >> (8 * i));
    contexts.messages.push_back(std::move(copy));
    return number;
  };
  const std::string prompt(1'000, 'p');
  int32_t tool = contexts.heads[0].tools[0];
  for (size_t i = 0; i < contexts.contexts.size(); ++i) {
    SessionContexts::Head head = contexts.heads[contexts.contexts[i].head];
    const std::string clock = "2026-11-21 " + std::to_string(10'000'000 + i);
    if (i % 2 == 1) tool = changed(tool, R"({"name":"tool_0","description":")" + clock + "\"}");
    head.tools[0] = tool;
    head.system[0] = changed(head.system[0], prompt + clock);
    contexts.contexts[i].head = static_cast<int32_t>(contexts.heads.size());
    contexts.heads.push_back(std::move(head));
  }
}

}  // namespace

SessionShape base_of(SessionShape shape) {
  switch (shape) {
    case SessionShape::tools:
    case SessionShape::repeats:
    case SessionShape::errors:
    case SessionShape::links:
    case SessionShape::prompts: return SessionShape::agent;
    case SessionShape::agents:
    case SessionShape::wide: return SessionShape::flat;
    default: return shape;
  }
}

void make_odd(SessionView& session, SessionShape shape) {
  const auto added = std::make_shared<Added>();
  switch (shape) {
    case SessionShape::tools: make_tools(session, *added); break;
    case SessionShape::repeats: make_repeats(session); break;
    case SessionShape::errors: make_errors(session, *added); break;
    case SessionShape::links: make_links(session, *added); break;
    case SessionShape::prompts: make_prompts(session, *added); break;
    case SessionShape::agents: make_agents(session); break;
    case SessionShape::wide: make_wide(session); break;
    default: return;
  }
  session.memory.push_back(added);
}

}  // namespace strobe::bench
