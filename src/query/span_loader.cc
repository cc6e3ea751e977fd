#include "query/span_loader.h"

#include <algorithm>
#include <array>

#include "context/canonical.h"
#include "dialect/dialect.h"

namespace strobe::query {

namespace {

context::Fetch fetch_of(Content content, Kind kind) {
  const bool is_whole = content == Content::everything || (content == Content::for_analysis && kind == Kind::tool);
  return is_whole ? context::Fetch::everything : context::Fetch::without_sequences;
}

// Every call repeats its history in such records, each message in one of its own: what a sequence is to a list.
bool tells_input(const store::StoredLog& log) {
  constexpr std::array<std::string_view, 5> k_names = {"gen_ai.system.message", "gen_ai.developer.message",
                                                       "gen_ai.user.message", "gen_ai.assistant.message",
                                                       "gen_ai.tool.message"};
  return std::ranges::find(k_names, log.event_name) != k_names.end();
}

}  // namespace

Result<bool> SpanLoader::is_told(const SpanFacts& facts) {
  const auto [told_of, is_new] = told_of_.try_emplace(facts.trace_id);
  if (is_new) told_of->second = TRY(store_.spans_told_of(facts.trace_id));
  return std::ranges::binary_search(told_of->second, facts.span_id);
}

Result<void> SpanLoader::add_logs(const SpanFacts& facts, Content content, SpanView& view) {
  auto stored = TRY(store_.logs_telling_of(facts.trace_id, facts.span_id));
  view.log_records = stored.size();
  if (content != Content::everything && facts.kind == Kind::llm) std::erase_if(stored, tells_input);
  const std::vector<RawLog> logs = TRY(reader_.logs(stored, fetch_of(content, facts.kind)));
  view.logs = arena_.copy_array(std::span<const RawLog>(logs));
  return {};
}

Result<SpanView> SpanLoader::load(const store::StoredSpan& stored, Content content, Logs logs) {
  SpanView view;
  view.raw = TRY(reader_.span(stored, fetch_of(content, stored.facts.kind)));
  if (logs == Logs::by_span || TRY(is_told(stored.facts))) TRY_VOID(add_logs(stored.facts, content, view));
  view.span = dialect::normalise(*view.raw, view.logs, arena_);
  // The facts were settled when the span came in, with its whole content at hand.
  view.span.facts = stored.facts;
  for (const Message& message : view.span.output) view.output_messages.push_back(context::message_id(message));
  return view;
}

}  // namespace strobe::query
