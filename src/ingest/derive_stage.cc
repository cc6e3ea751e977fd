#include <algorithm>

#include "context/element.h"
#include "derive/derive.h"
#include "dialect/dialect.h"
#include "ingest/amend.h"
#include "ingest/pipeline.h"
#include "ingest/reread.h"
#include "store/read_record.h"

namespace strobe::ingest {

namespace {

// Spans read again with the logs that tell of them, before the traces that are dirty.
constexpr size_t k_amend_spans_at_once = 256;
// An agent's input that is longer is a history, which its calls tell.
constexpr size_t k_agent_input_bytes_max = size_t{1} << 20;

// At a character's boundary: what follows the cut may not be the rest of a UTF-8 sequence.
std::string cut_to_bytes(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  size_t end = bytes_max;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

// What a message of the user's asks. Empty: nothing.
std::string question_of(const Message& message) {
  if (message.role != "user") return {};
  for (const Part& part : message.parts) {
    if (part.type == PartType::text && !part.text.empty()) return cut_to_bytes(part.text, k_task_bytes_max);
  }
  return {};
}

// What the user first asked, in the context of a session's earliest call. Empty: nothing.
Result<std::string> question_in_context(store::Store& store, const ContextId& context_id) {
  const auto stored = TRY(store.context(context_id));
  if (!stored || stored->input == 0) return std::string();
  const auto items = TRY(store.fetch_sequence(stored->input));
  for (size_t i = stored->leading; i < items.size(); ++i) {
    const std::string blob = TRY(store.fetch_blob(items[i]));
    Arena arena;
    const Message message = context::element_message(dialect::parse_element, stored->input_format, blob, arena).message;
    if (std::string question = question_of(message); !question.empty()) return question;
  }
  return std::string();
}

// What the user first asked an agent, as its own span has it: where no call tells its context. Empty: nothing.
Result<std::string> question_to_agent(store::Store& store, const SpanFacts& agent) {
  const auto stored = TRY(store.span(agent.trace_id, agent.span_id));
  if (!stored) return std::string();
  Arena arena;
  store::RecordReader reader(store, arena);
  const RawSpan* raw = TRY(reader.span(*stored, context::Fetch::everything));
  const NormalSpan normal = dialect::normalise(*raw, {}, arena);
  const auto input = std::ranges::find(normal.content, ContentRole::input, &ContentSource::role);
  if (input == normal.content.end() || input->shape != ContentShape::json_list) return std::string();
  const Value* value = input->value != nullptr ? input->value : find_attribute(raw->attributes, input->key);
  if (value == nullptr || value->as_text().size() > k_agent_input_bytes_max) return std::string();
  const context::ElementNode list = context::element_node(value->as_text(), arena);
  for (const json::Node& item : list.node.items) {
    std::string question = question_of(dialect::parse_element(input->format, item, arena));
    if (!question.empty()) return question;
  }
  return std::string();
}

// The task of a session. One that is damaged is empty, for a task is a label and not worth failing for; one that cannot
// be read just now is an Error, for nobody would look for it again.
Result<std::string> task_of(store::Store& store, const SpanFacts& teller) {
  auto task =
      teller.input_context ? question_in_context(store, *teller.input_context) : question_to_agent(store, teller);
  if (!task && !is_of_the_store(task.error())) return std::string();
  return task;
}

Result<store::Store::DerivedTrace> derive_one(store::Store& store, const TraceId& trace_id) {
  const std::vector<SpanFacts> facts = TRY(store.facts_of_trace(trace_id));
  derive::TraceDerivation derivation = derive::derive_trace(facts);
  store::Store::DerivedTrace derived{.trace_id = trace_id, .span_count = facts.size()};
  for (size_t i = 0; i < derivation.parts.size(); ++i) {
    const int32_t task_span = derivation.task_spans[i];
    if (task_span >= 0) derivation.parts[i].task = TRY(task_of(store, facts[task_span]));
  }
  derived.parts = std::move(derivation.parts);
  derived.spans.reserve(facts.size());
  for (size_t i = 0; i < facts.size(); ++i) {
    const derive::Place& place = derivation.places[i];
    auto& span = derived.spans.emplace_back(facts[i].span_id, place.session, place.step, place.counted);
    span.is_call = place.is_call;
    span.is_duplicate = place.duplicate_how != SameCall::no;
    if (place.cost_kind == facts[i].cost_kind && place.cost_pico_usd == facts[i].cost_pico_usd) continue;
    span.cost_kind = place.cost_kind;
    span.cost_pico_usd = place.cost_pico_usd;
  }
  return derived;
}

Result<size_t> derive_some(store::Store& store, size_t traces_max, std::vector<SessionId>* sessions) {
  TRY_VOID(store.use_prices_of(derive::prices_day()));
  const std::vector<TraceId> dirty = TRY(store.dirty_traces(traces_max));
  if (dirty.empty()) return size_t{0};
  std::vector<store::Store::DerivedTrace> derived;
  derived.reserve(dirty.size());
  std::optional<Error> failed;
  for (const TraceId& trace_id : dirty) {
    // One trace that cannot be read must not keep the others from being shown.
    auto one = derive_one(store, trace_id);
    if (one) {
      derived.push_back(*std::move(one));
    } else {
      failed = one.error();
      derived.push_back({.trace_id = trace_id, .is_unreadable = true});
    }
  }
  const size_t saved = TRY(store.save_derived(derived));
  if (saved == 0 && failed) return std::unexpected(*failed);
  if (sessions == nullptr) return saved;
  for (const auto& trace : derived) {
    for (const SessionPart& part : trace.parts) sessions->push_back(part.session);
  }
  return saved;
}

}  // namespace

Result<size_t> derive_dirty_traces(store::Store& store, size_t traces_max) {
  context::Splitter splitter({.parser = dialect::parse_element});
  return derive_dirty_traces(store, traces_max, splitter);
}

Result<size_t> derive_dirty_traces(store::Store& store, size_t traces_max, context::Splitter& splitter,
                                   std::vector<SessionId>* sessions) {
  // First, for it changes what is derived.
  const size_t amended = TRY(amend_some(store, splitter, k_amend_spans_at_once));
  const size_t derived = TRY(derive_some(store, traces_max, sessions));
  return amended + derived;
}

}  // namespace strobe::ingest
