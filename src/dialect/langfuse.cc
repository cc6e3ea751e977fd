#include <algorithm>
#include <array>
#include <span>

#include "dialect/otel_genai.h"
#include "dialect/whole_json.h"

// Langfuse's SDKs. dialects.md 5.1.
namespace strobe::dialect {

namespace {

constexpr KindName k_types[] = {
    {"generation", Kind::llm},
    {"embedding", Kind::embedding},
    {"agent", Kind::agent},
    {"tool", Kind::tool},
    {"chain", Kind::workflow},
    {"retriever", Kind::retrieval},
    {"evaluator", Kind::evaluation},
    {"guardrail", Kind::guardrail},
    {"span", Kind::span},
    {"event", Kind::span},
};

bool recognises(const Fields& fields) {
  const RawScope* scope = fields.raw().scope;
  return (scope != nullptr && scope->name == "langfuse-sdk") || fields.has(Key::langfuse_type);
}

Kind kind_of(const Fields& fields) {
  if (const auto kind = kind_named(k_types, fields.text(Key::langfuse_type))) return *kind;
  // The first SDKs on OpenTelemetry wrote no type for what was no generation.
  const bool is_generation = fields.has(Key::langfuse_model) && fields.has(Key::langfuse_usage);
  return is_generation ? Kind::llm : otel_kind(fields);
}

bool contains(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

bool begins_with_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.starts_with(word); });
}

bool is_any(std::string_view text, std::span<const std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

int64_t clamped(int64_t number) { return std::clamp<int64_t>(number, 0, k_tokens_max); }

void add(std::optional<int64_t>& sum, int64_t number) { sum = clamped(clamped(sum.value_or(0)) + clamped(number)); }

// Adds one of the free keys to the number that it is part of.
void note_count(ReportedUsage& usage, std::string_view key, int64_t count) {
  if (key == "total" || key == "total_tokens" || key == "totalTokens") {
    usage.total = count;
  } else if (contains(key, "cache")) {
    const bool is_write = contains(key, "creation") || contains(key, "write");
    add(is_write ? usage.cache_write : usage.cache_read, count);
  } else if (contains(key, "reasoning") || contains(key, "thought") || contains(key, "thinking")) {
    add(usage.reasoning, count);
  } else if (begins_with_any(key, {"input_", "prompt_"})) {
    add(usage.input, count);
  } else if (begins_with_any(key, {"output_", "completion_", "accepted_prediction", "rejected_prediction"})) {
    add(usage.output, count);
  }
}

std::optional<int64_t> first_of(const json::Node& usage, std::span<const std::string_view> keys) {
  for (const auto key : keys) {
    if (const auto found = int64_at(usage, key)) return found;
  }
  return std::nullopt;
}

// Each list's words name the same number: the first that is there counts.
constexpr std::array<std::string_view, 5> k_input_keys = {"input", "input_tokens", "prompt_tokens", "inputTokens",
                                                          "promptTokens"};
constexpr std::array<std::string_view, 5> k_output_keys = {"output", "output_tokens", "completion_tokens",
                                                           "outputTokens", "completionTokens"};

// OpenAI's own usage, {"prompt_tokens","prompt_tokens_details":{"cached_tokens"}}: parts of what stands beside them.
bool note_details(ReportedUsage& usage, const json::Node& details) {
  bool is_any_set = false;
  if (const auto cached = int64_at(details, "cached_tokens")) {
    usage.cache_read = clamped(*cached);
    is_any_set = true;
  }
  if (const auto reasoning = int64_at(details, "reasoning_tokens")) {
    usage.reasoning = clamped(*reasoning);
    is_any_set = true;
  }
  return is_any_set;
}

// The keys are free; the documentation wants disjoint buckets. A total that leaves cache and reasoning out proves that
// input and output include them.
void read_usage(const Fields& fields, NormalSpan& span, Arena& arena) {
  const json::Node node = small_json(fields.value(Key::langfuse_usage), arena);
  ReportedUsage usage;
  usage.input = first_of(node, k_input_keys);
  usage.output = first_of(node, k_output_keys);
  bool has_details = false;
  for (const json::Member& member : node.members) {
    if (member.value.is_object() && contains(member.key, "details")) has_details |= note_details(usage, member.value);
    if (is_any(member.key, k_input_keys) || is_any(member.key, k_output_keys)) continue;
    if (const auto count = int64_at(node, member.key)) note_count(usage, member.key, *count);
  }
  if (!usage.input && !usage.output && !usage.total) {
    read_otel_usage(fields, otel_algebra(fields, span.facts), span);
    return;
  }
  const int64_t parts = usage.cache_read.value_or(0) + usage.cache_write.value_or(0) + usage.reasoning.value_or(0);
  const auto whole = clamped(usage.input.value_or(0)) + clamped(usage.output.value_or(0));
  const bool is_inclusive = has_details || (parts > 0 && usage.total == whole);
  set_usage(span, usage,
            {.name = "langfuse",
             .input_includes_cache = is_inclusive,
             .output_includes_reasoning = is_inclusive,
             .may_deviate = is_inclusive});
}

void read_cost(const Fields& fields, NormalSpan& span, Arena& arena) {
  const json::Node costs = small_json(fields.value(Key::langfuse_cost), arena);
  if (const auto total = double_at(costs, "total")) return set_reported_cost(span.facts, *total);
  double sum = 0;
  bool has_part = false;
  for (const json::Member& member : costs.members) {
    const auto part = double_at(costs, member.key);
    sum += part.value_or(0);
    has_part |= part.has_value();
  }
  if (has_part) set_reported_cost(span.facts, sum);
}

void read_tool(const Fields& fields, NormalSpan& span, Arena& arena) {
  read_otel_tool(fields, span, arena);
  finish_whole_tool(fields, span, Key::langfuse_input, Key::langfuse_output, arena);
}

void read(const Fields& fields, NormalSpan& span, Arena& arena) {
  SpanFacts& facts = span.facts;
  facts.kind = kind_of(fields);
  read_otel_call(fields, span);
  if (facts.kind == Kind::agent && facts.agent.empty()) facts.agent = facts.name;
  add_parameters(span, small_json(fields.value(Key::langfuse_parameters), arena), arena);
  read_usage(fields, span, arena);
  read_cost(fields, span, arena);
  if (facts.status == SpanStatus::unset && unquoted(fields.text(Key::langfuse_level), arena) == "ERROR") {
    facts.status = SpanStatus::error;
  }
  if (facts.kind == Kind::tool) read_tool(fields, span, arena);
  read_otel_content(fields, ElementFormat::otel_event, span, arena);
  add_whole_input(fields, span, Key::langfuse_input, arena);
  read_whole_output(fields, span, Key::langfuse_output, arena);
  settle(fields, span);
}

}  // namespace

const Dialect k_langfuse{"langfuse", recognises, read};

}  // namespace strobe::dialect
