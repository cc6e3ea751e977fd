#include <array>

#include "dialect/otel_genai.h"

// Semantic Kernel. Python tells messages as log records whose body is a JSON text, .NET as span events whose JSON is
// the tag gen_ai.event.content; both as content events in their first releases. dialects.md 5.10.
namespace strobe::dialect {

namespace {

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  return scope != nullptr &&
         (scope->name.starts_with("semantic_kernel") || scope->name.starts_with("Microsoft.SemanticKernel"));
}

// Python writes the name of its enumerator: FinishReason.TOOL_CALLS.
void fold_finish_reasons(NormalSpan& span) {
  for (std::string& reason : span.finish_reasons) {
    const auto bare = behind(reason, "FinishReason.");
    if (bare.empty()) continue;
    std::string folded(bare);
    for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    reason = folded;
  }
}

void read_usage(const Fields& fields, NormalSpan& span) {
  const UsageAlgebra algebra = otel_algebra(fields, span.facts);
  read_otel_usage(fields, algebra, span);
  if (span.facts.has_usage) return;
  // What the first releases called them.
  ReportedUsage source;
  source.input = fields.first_int64({Key::sk_prompt_tokens});
  source.output = fields.first_int64({Key::sk_completion_tokens});
  set_usage(span, source, algebra);
  span.facts.is_rollup = span.facts.has_usage && !is_leaf(span.facts.kind);
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  span.facts.kind = otel_kind(fields);
  read_otel_call(fields, span);
  fold_finish_reasons(span);
  read_usage(fields, span);
  if (span.facts.kind == Kind::tool) read_otel_tool(fields, span, arena);
  read_otel_content(fields, ElementFormat::otel_event, span, arena);
  if (span.facts.kind != Kind::agent) return;
  if (span.content.empty()) {
    add_content(fields, span, ContentRole::input, ElementFormat::otel_message, Key::sk_agent_input);
  }
  if (span.output.empty()) {
    read_output_list(fields.value(Key::sk_agent_output), ElementFormat::otel_message, span, arena);
  }
}

}  // namespace

const Dialect k_semantic_kernel{"semantic_kernel", recognises, read};

}  // namespace strobe::dialect
