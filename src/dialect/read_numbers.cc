#include <cmath>

#include "base/human_time.h"
#include "dialect/read.h"

// Tokens, cost and time to first token under every spelling: dialects.md 0.2 and 0.8. The order of a list is its
// precedence; aliases on one span are one value.
namespace strobe::dialect {

namespace {

constexpr double k_ns_per_second = 1e9;
constexpr double k_ns_per_millisecond = 1e6;
constexpr double k_ttft_ns_max = 9e18;
constexpr double k_pico_per_usd = 1e12;
constexpr double k_micros_per_usd = 1e6;
constexpr double k_cost_usd_max = 9e6;  // more would not fit into int64 pico-USD

struct TtftKey {
  Key key;
  double ns_per_unit;
};

constexpr TtftKey k_ttft_keys[] = {
    {Key::gen_ai_response_time_to_first_chunk, k_ns_per_second},
    {Key::gen_ai_client_time_to_first_chunk, k_ns_per_second},
    {Key::ai_response_ms_to_first_chunk, k_ns_per_millisecond},
    {Key::ai_stream_ms_to_first_chunk, k_ns_per_millisecond},
    {Key::ttft_ms, k_ns_per_millisecond},
    // The metric of this name counts seconds, the span attribute milliseconds.
    {Key::copilot_chat_time_to_first_token, k_ns_per_millisecond},
    {Key::github_copilot_time_to_first_chunk, k_ns_per_second},
    {Key::lk_response_ttft, k_ns_per_second},
    // Strands; the metric of this name counts seconds.
    {Key::gen_ai_server_time_to_first_token, k_ns_per_millisecond},
};

std::optional<DurationNs> duration_of(std::optional<double> number, double ns_per_unit) {
  if (!number) return std::nullopt;
  const double ns = *number * ns_per_unit;
  if (!(ns >= 0 && ns <= k_ttft_ns_max)) return std::nullopt;
  return DurationNs{std::llround(ns)};
}

std::optional<DurationNs> since_start(const RawSpan& raw, TimeNs moment) {
  const TimeNs start = TimeNs::from_unsigned(raw.start_time_unix_nano);
  if (start == TimeNs{} || moment < start) return std::nullopt;
  return moment - start;
}

// Langfuse writes the moment itself, ISO 8601, in one or two pairs of quotes.
std::optional<DurationNs> ttft_of_moment(const Fields& fields) {
  auto text = fields.text(Key::langfuse_completion_start_time);
  while (!text.empty() && (text.front() == '"' || text.front() == '\\')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '"' || text.back() == '\\')) text.remove_suffix(1);
  constexpr size_t k_shortest = sizeof("2026-01-30T12:00") - 1;
  if (text.size() < k_shortest || text[0] < '0' || text[0] > '9') return std::nullopt;
  const auto moment = parse_time(text, TimeNs{});
  return moment ? since_start(fields.raw(), *moment) : std::nullopt;
}

// Where no attribute tells it, an event marks the first token.
std::optional<DurationNs> ttft_of_events(const RawSpan& raw) {
  for (const RawEvent& event : raw.events) {
    if (event.name != "ai.stream.firstChunk" && event.name != "First Token Stream Event") continue;
    return since_start(raw, TimeNs::from_unsigned(event.time_unix_nano));
  }
  return std::nullopt;
}

std::optional<DurationNs> ttft_of(const Fields& fields) {
  for (const TtftKey& ttft : k_ttft_keys) {
    const auto found = duration_of(fields.first_double({ttft.key}), ttft.ns_per_unit);
    if (found) return found;
  }
  const auto moment = ttft_of_moment(fields);
  return moment ? moment : ttft_of_events(fields.raw());
}

std::optional<double> cost_of(const Fields& fields) {
  const auto usd = fields.first_double({Key::cost_usd});
  if (usd) return usd;
  const auto micros = fields.first_double({Key::cost_usd_micros});
  if (micros) return *micros / k_micros_per_usd;
  const auto total =
      fields.first_double({Key::llm_cost_total, Key::operation_cost, Key::gen_ai_usage_cost, Key::gen_ai_cost_total});
  if (total) return total;
  // OpenInference has the parts without the sum now and then.
  const auto prompt = fields.first_double({Key::llm_cost_prompt});
  const auto completion = fields.first_double({Key::llm_cost_completion});
  if (!prompt || !completion) return std::nullopt;
  return *prompt + *completion;
}

}  // namespace

void set_reported_cost(SpanFacts& facts, double usd) {
  if (!(usd >= 0 && usd <= k_cost_usd_max)) return;
  facts.cost_kind = CostKind::reported;
  facts.cost_pico_usd = std::llround(usd * k_pico_per_usd);
}

void read_numbers(const Fields& fields, SpanFacts& facts) {
  facts.ttft = ttft_of(fields);
  const auto usd = cost_of(fields);
  if (usd) set_reported_cost(facts, *usd);
}

ReportedUsage usage_source(const Fields& fields) {
  ReportedUsage source;
  source.input = fields.first_int64({Key::gen_ai_usage_input, Key::gen_ai_usage_prompt, Key::llm_token_prompt,
                                     Key::ai_usage_input, Key::ai_usage_prompt, Key::ai_usage_tokens});
  source.output = fields.first_int64({Key::gen_ai_usage_output, Key::gen_ai_usage_completion, Key::llm_token_completion,
                                      Key::ai_usage_output, Key::ai_usage_completion});
  source.total =
      fields.first_int64({Key::gen_ai_usage_total, Key::llm_usage_total, Key::llm_token_total, Key::ai_usage_total});
  source.cache_read = fields.first_int64({Key::gen_ai_usage_cache_read, Key::gen_ai_usage_cache_read_flat,
                                          Key::gen_ai_usage_cache_read_livekit, Key::gen_ai_usage_cache_read_details,
                                          Key::gen_ai_usage_details_cached, Key::gen_ai_usage_details_cache_read_input,
                                          Key::llm_token_cache_read, Key::llm_token_cache_input,
                                          Key::ai_usage_details_cache_read, Key::ai_usage_cached_input});
  source.cache_write = fields.first_int64(
      {Key::gen_ai_usage_cache_write, Key::gen_ai_usage_cache_creation, Key::gen_ai_usage_cache_creation_flat,
       Key::gen_ai_usage_cache_write_flat, Key::gen_ai_usage_cache_write_details,
       Key::gen_ai_usage_details_cache_creation_input, Key::llm_token_cache_write, Key::ai_usage_details_cache_write});
  source.reasoning = fields.first_int64(
      {Key::gen_ai_usage_reasoning, Key::gen_ai_usage_reasoning_flat, Key::gen_ai_usage_reasoning_short,
       Key::gen_ai_usage_reasoning_details, Key::gen_ai_usage_details_thoughts, Key::llm_usage_reasoning,
       Key::llm_token_reasoning, Key::ai_usage_details_reasoning, Key::ai_usage_reasoning});
  return source;
}

}  // namespace strobe::dialect
