#include <algorithm>
#include <array>

#include "dialect/otel_genai.h"

// Microsoft Agent Framework, Python and .NET: the conventions of 1.37, with one log record per message besides, and
// spans of its workflows. dialects.md 5.11.
namespace strobe::dialect {

namespace {

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  return scope != nullptr &&
         (scope->name == "agent_framework" || scope->name.starts_with("agent_framework.") ||
          scope->name.starts_with("Experimental.Microsoft.Agents") || scope->name.starts_with("Microsoft.Agents.AI"));
}

Kind kind_of(const Fields& fields) {
  const auto name = fields.raw().name;
  constexpr std::array<std::string_view, 4> k_workflows = {"workflow.run", "workflow_invoke", "workflow.session",
                                                           "executor.process"};
  const bool is_workflow = std::ranges::any_of(k_workflows, [&](std::string_view workflow) {
    return name == workflow || (name.starts_with(workflow) && name[workflow.size()] == ' ');
  });
  return is_workflow && !fields.has(Key::gen_ai_operation_name) ? Kind::workflow : otel_kind(fields);
}

// .NET's spans are named `invoke_agent Name(Id)`.
void drop_agent_id(const Fields& fields, SpanFacts& facts) {
  if (fields.has(Key::gen_ai_agent_name) || !facts.agent.ends_with(')')) return;
  const size_t opening = facts.agent.rfind('(');
  if (opening != std::string::npos && opening > 0) facts.agent.resize(opening);
}

// Python writes the system prompt twice, as instructions and as the first of the messages. The messages hold it where
// it stood; the other would make it two.
void drop_repeated_instructions(NormalSpan& span) {
  const auto input = std::ranges::find(span.content, ContentRole::input, &ContentSource::role);
  if (input == span.content.end() || input->value == nullptr || !input->value->is_string()) return;
  constexpr size_t k_first_member_bytes = 64;
  const auto beginning = input->value->as_text().substr(0, k_first_member_bytes);
  if (!beginning.starts_with(R"([{"role": "system",)") && !beginning.starts_with(R"([{"role":"system",)")) return;
  std::erase_if(span.content, [](const ContentSource& source) { return source.role == ContentRole::system; });
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  span.facts.kind = kind_of(fields);
  read_otel_call(fields, span);
  drop_agent_id(fields, span.facts);
  read_otel_usage(fields, {.name = "agent_framework"}, span);
  if (span.facts.kind == Kind::tool) read_otel_tool(fields, span, arena);
  read_otel_content(fields, ElementFormat::otel_event, span, arena);
  drop_repeated_instructions(span);
}

}  // namespace

const Dialect k_agent_framework{"agent_framework", recognises, read};

}  // namespace strobe::dialect
