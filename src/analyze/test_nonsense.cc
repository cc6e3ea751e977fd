#include "analyze/test_nonsense.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "derive/lanes.h"

namespace strobe::analyze {

namespace {

constexpr int64_t k_max = std::numeric_limits<int64_t>::max();
constexpr int64_t k_min = std::numeric_limits<int64_t>::min();

}  // namespace

SessionView Nonsense::session() {
  SessionView view;
  const size_t count = one_of(0, 1, 2, 5, 20, 60);
  for (size_t i = 0; i < count; ++i) view.spans.push_back(span(i));
  std::ranges::stable_sort(view.spans, {}, [](const SpanView& one) { return one.span.facts.start; });
  link(view);
  view.contexts.of_span.assign(count, -1);
  view.contexts.outputs.resize(count);
  view.contexts.is_loaded = chance(4, 5);
  if (view.contexts.is_loaded) add_contexts(view);
  view.summary = summary();
  if (chance(3, 4)) derive::assign_lanes(view);
  return view;
}

SessionSummary Nonsense::summary() {
  SessionSummary sum;
  sum.status = static_cast<SessionStatus>(below(5));
  sum.start = {time()};
  sum.end = {time()};
  sum.spans = amount();
  sum.steps = amount();
  sum.llm_calls = amount();
  sum.tool_calls = amount();
  sum.errors = amount();
  sum.usage = usage();
  sum.cost_pico_usd = amount();
  sum.cost_kind = static_cast<CostKind>(below(4));
  return sum;
}

int64_t Nonsense::time() {
  constexpr int64_t k_now = 1'767'225'600'000'000'000;
  return one_of(0, 1, k_now, k_now + 5, k_now + 1'000'000, k_now - 1, k_max, k_max - 1, k_min, k_min + 1, -1);
}

int64_t Nonsense::amount() { return one_of(0, 1, 2, 100, 5'000, 1'000'000, int64_t{1'000'000'000'000'000'000}, k_max); }

Usage Nonsense::usage() {
  return {
      .input = amount(), .cache_read = amount(), .cache_write = amount(), .output = amount(), .reasoning = amount()};
}

std::string_view Nonsense::text() {
  static constexpr std::array<std::string_view, 12> k_texts = {"",     "a",           "read_file",       "bash",
                                                               "{}",   "{\"a\":1}",   "{\"a\"",          "\xff\xfe",
                                                               "[[[[", "\"\\ud800\"", "claude-sonnet-4", "sleep 5"};
  return k_texts[below(k_texts.size())];
}

Part Nonsense::part() {
  Part one;
  one.type = static_cast<PartType>(1 + below(6));
  one.text = text();
  one.id = text();
  one.name = text();
  one.payload = {text(), chance(1, 2)};
  return one;
}

Message Nonsense::message() {
  static constexpr std::array<std::string_view, 6> k_roles = {"user",   "assistant",       "tool",
                                                              "system", "tool_definition", ""};
  Message one;
  one.role = k_roles[below(k_roles.size())];
  for (size_t parts = below(4); parts > 0; --parts) one.parts.push_back(part());
  one.state = static_cast<ContentState>(below(4));
  one.finish_reason = chance(1, 4) ? "length" : text();
  return one;
}

SpanView Nonsense::span(size_t number) {
  SpanView one;
  SpanFacts& facts = one.span.facts;
  facts.trace_id.bytes[0] = static_cast<uint8_t>(1 + below(2));
  facts.span_id.bytes[7] = static_cast<uint8_t>(number + 1);
  facts.kind = static_cast<Kind>(chance(2, 3) ? 1 + below(3) : below(13));
  facts.status = static_cast<SpanStatus>(below(3));
  facts.start = {time()};
  facts.end = {time()};
  facts.name = text();
  facts.agent = text();
  facts.model = text();
  facts.provider = chance(1, 2) ? "anthropic" : text();
  facts.tool_name = text();
  facts.tool_call_id = text();
  facts.error_type = text();
  facts.has_usage = chance(3, 4);
  if (facts.has_usage) facts.usage = usage();
  facts.cost_kind = static_cast<CostKind>(below(4));
  facts.cost_pico_usd = amount();
  facts.basis = static_cast<ContextBasis>(below(7));
  if (chance(1, 3)) facts.ttft = DurationNs{one_of(0, 5, -5, k_max, k_min)};
  one.is_llm_call = facts.kind == Kind::llm && chance(4, 5);
  one.counted = facts.has_usage && chance(3, 4);
  one.step = static_cast<int32_t>(one_of(0, 0, 1, 2, 3, static_cast<int64_t>(number)));
  one.duplicate_how = chance(1, 10) ? static_cast<SameCall>(1) : SameCall::no;
  if (facts.kind == Kind::tool && chance(3, 4)) {
    one.span.tool = ToolCall{.name = text(), .call_id = text(), .arguments = {}, .result = {}};
    if (chance(1, 2)) one.span.tool->arguments = Payload{text(), chance(1, 2)};
    if (chance(1, 2)) one.span.tool->result = Payload{text(), chance(1, 2)};
  }
  if (chance(1, 2)) one.span.finish_reasons.emplace_back(chance(1, 2) ? "length" : text());
  return one;
}

void Nonsense::link(SessionView& view) {
  std::vector<int32_t> order;
  for (size_t i = 0; i < view.spans.size(); ++i) order.push_back(static_cast<int32_t>(i));
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[below(i)]);
  const bool is_chain = chance(1, 5);
  for (size_t i = 1; i < order.size(); ++i) {
    if (!is_chain && chance(1, 5)) continue;
    const int32_t parent = order[is_chain ? i - 1 : below(i)];
    view.spans[order[i]].parent = parent;
    view.spans[order[i]].span.facts.parent_span_id = view.spans[parent].span.facts.span_id;
  }
  for (size_t i = 0; i < view.spans.size(); ++i) {
    if (view.spans[i].parent >= 0) view.spans[view.spans[i].parent].children.push_back(static_cast<int32_t>(i));
  }
}

std::vector<int32_t> Nonsense::some_of(const SessionContexts& contexts, size_t at_most) {
  std::vector<int32_t> list;
  for (size_t i = below(at_most + 1); i > 0; --i) list.push_back(static_cast<int32_t>(below(contexts.messages.size())));
  return list;
}

void Nonsense::add_contexts(SessionView& view) {
  SessionContexts& contexts = view.contexts;
  const size_t messages = 1 + below(20), heads = 1 + below(4);
  for (size_t i = 0; i < messages; ++i) {
    ContextMessage& added = contexts.messages.emplace_back();
    added.message = message();
    added.id.bytes[0] = static_cast<uint8_t>(i + 1);
  }
  for (size_t i = 0; i < heads; ++i)
    contexts.heads.push_back({.tools = some_of(contexts, 3), .system = some_of(contexts, 2)});
  ContextTree::Node last = ContextTree::k_empty;
  for (size_t i = 0; i < view.spans.size(); ++i) {
    contexts.outputs[i] = some_of(contexts, 2);
    for (const int32_t output : contexts.outputs[i])
      view.spans[i].span.output.push_back(contexts.messages[output].message);
    if (view.spans[i].span.facts.kind != Kind::llm || chance(1, 5)) continue;
    SessionContexts::Context& context = contexts.contexts.emplace_back();
    context.id.bytes[0] = static_cast<uint8_t>(contexts.contexts.size());
    context.head = static_cast<int32_t>(below(contexts.heads.size()));
    context.body = chance(1, 3) ? contexts.bodies.insert(some_of(contexts, 8)) : last;
    for (const int32_t more : some_of(contexts, 3)) context.body = contexts.bodies.child(context.body, more);
    last = context.body;
    contexts.of_span[i] = static_cast<int32_t>(contexts.contexts.size()) - 1;
  }
}

}  // namespace strobe::analyze
