#include <algorithm>
#include <array>

#include "dialect/elements.h"
#include "dialect/otel_genai.h"

// LiveKit Agents: a voice agent's session, its turns, and in them the call of the model (llm_request) inside the node
// that asked for it (llm_node). Keys of content got a segment "pii" in 1.7. dialects.md 5.13.
namespace strobe::dialect {

namespace {

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  if (scope != nullptr && scope->name == "livekit-agents") return true;
  return fields
      .first_present({Key::lk_job_id, Key::lk_agent_name, Key::lk_agent_label, Key::lk_speech_id, Key::lk_chat_ctx,
                      Key::lk_chat_ctx_pii, Key::lk_response_text, Key::lk_response_text_pii, Key::lk_tool_name,
                      Key::lk_llm_metrics, Key::lk_retry_count})
      .has_value();
}

// Names first: newer releases give the node, too, the operation of the request in it.
Kind kind_of(const Fields& fields) {
  struct Named {
    std::string_view name;
    Kind kind;
  };
  constexpr std::array<Named, 8> k_names = {{
      {"agent_session", Kind::workflow},
      {"agent_turn", Kind::agent},
      {"assistant_turn", Kind::agent},
      {"realtime_assistant_turn", Kind::agent},
      {"llm_node", Kind::step},
      {"llm_request", Kind::llm},
      {"llm_request_run", Kind::span},  // one attempt of it
      {"function_tool", Kind::tool},
  }};
  const auto* found = std::ranges::find(k_names, fields.raw().name, &Named::name);
  return found != k_names.end() ? found->kind : otel_kind(fields);
}

void read_session(const Fields& fields, SpanFacts& facts) {
  if (!facts.session_key.empty()) return;
  facts.session_key = fields.first_text({Key::lk_job_id, Key::lk_room_name_pii, Key::lk_room_name});
}

void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  read_otel_tool(fields, span, arena);
  ToolCall& tool = *span.tool;
  if (tool.name.empty()) tool.name = fields.text(Key::lk_tool_name);
  if (tool.call_id.empty()) tool.call_id = fields.text(Key::lk_tool_id);
  const Value* arguments = first_value(fields, {Key::lk_tool_arguments_pii, Key::lk_tool_arguments});
  if (!tool.arguments) tool.arguments = payload_of(arguments, TextIs::declared_json, arena);
  const Value* output = first_value(fields, {Key::lk_tool_output_pii, Key::lk_tool_output});
  if (!tool.result) tool.result = payload_of(output, TextIs::plain, arena);
  finish_tool(span);
  SpanFacts& facts = span.facts;
  const Value* is_error = fields.value(Key::lk_tool_is_error);
  if (is_error == nullptr || !as_bool(*is_error).value_or(false)) return;
  facts.status = SpanStatus::error;
  if (facts.error_type.empty()) facts.error_type = "tool_error";
}

// {"items":[...]}: messages, calls and their results side by side.
void add_chat_context(const Fields& fields, NormalSpan& span, Arena& arena) {
  const auto key = fields.first_present({Key::lk_chat_ctx_pii, Key::lk_chat_ctx});
  if (!key) return;
  add_stored_content(fields, span, ContentRole::input, ElementFormat::otel_message, *key);
  const auto items = top_level_member(fields.text(*key), "items");
  if (items.starts_with('[')) {
    add_text_content(span, ContentRole::input, ElementFormat::otel_message, *key, items, arena);
  }
}

// The history has each call as a message of its own; so the answer must have them to be found again in it.
void part_answers(NormalSpan& span) {
  std::vector<Message> parted;
  for (const Message& answer : span.output) {
    Message rest = answer;
    rest.parts.clear();
    for (const Part& part : answer.parts) {
      if (part.type != PartType::tool_call) rest.parts.push_back(part);
    }
    if (!rest.parts.empty()) parted.push_back(std::move(rest));
    for (const Part& part : answer.parts) {
      if (part.type != PartType::tool_call) continue;
      Message call = answer;
      call.parts.assign(1, part);
      parted.push_back(std::move(call));
    }
  }
  span.output = std::move(parted);
}

void read_node_answer(const Fields& fields, NormalSpan& span, Arena& arena) {
  Message answer;
  answer.role = "assistant";
  const Value* text = first_value(fields, {Key::lk_response_text_pii, Key::lk_response_text});
  if (text != nullptr && text->is_string()) append_text(answer, PartType::text, text->as_text());
  const Value* calls = first_value(fields, {Key::lk_response_calls_pii, Key::lk_response_calls});
  if (calls != nullptr) append_tool_calls(answer, node_of(*calls, arena), arena);
  if (!answer.parts.empty()) span.output.push_back(std::move(answer));
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  SpanFacts& facts = span.facts;
  facts.kind = kind_of(fields);
  read_otel_call(fields, span);
  if (facts.agent.empty()) facts.agent = fields.first_text({Key::lk_agent_name, Key::lk_agent_label});
  read_session(fields, facts);
  read_otel_usage(fields, {.name = "livekit"}, span);
  if (facts.kind == Kind::tool) return read_tool(fields, span, arena);
  if (facts.kind == Kind::span) return;
  read_otel_content(fields, ElementFormat::otel_event, span, arena);
  if (std::ranges::find(span.content, ContentRole::input, &ContentSource::role) == span.content.end()) {
    add_chat_context(fields, span, arena);
  }
  if (!fields.has(Key::gen_ai_output_messages)) {
    if (span.output.empty()) read_node_answer(fields, span, arena);
    part_answers(span);
  }
}

}  // namespace

const Dialect k_livekit{"livekit", recognises, read};

}  // namespace strobe::dialect
