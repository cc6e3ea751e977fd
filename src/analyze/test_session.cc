#include "analyze/test_session.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "context/canonical.h"
#include "derive/lanes.h"

namespace strobe::analyze {

namespace {

constexpr int64_t k_epoch_ns = 1'767'225'600'000'000'000;  // 2026-01-01

TimeNs time_of(int64_t ms) { return {k_epoch_ns + ms * 1'000'000}; }

SpanId id_of(int span) {
  SpanId id;
  for (int i = 0; i < 4; ++i) id.bytes[7 - i] = static_cast<uint8_t>(static_cast<uint32_t>(span) >> (8 * i));
  return id;
}

std::string_view next_word(std::string_view& text) {
  const size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

Message message_of(std::string_view text) {
  Message message;
  const size_t colon = text.find(": ");
  message.role = text.substr(0, colon);
  std::string_view rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 2);
  Part part;
  if (rest.starts_with('@')) {
    part.id = next_word(rest).substr(1);
    const bool is_call = message.role == "assistant";
    part.type = is_call ? PartType::tool_call : PartType::tool_result;
    if (is_call) part.name = next_word(rest);
    part.payload = {rest, is_call};
  } else if (message.role == k_role_tool_definition) {
    part.type = PartType::other;
    part.name = "function";
    part.payload = {rest, true};
  } else {
    part.text = rest;
  }
  message.parts = {part};
  return message;
}

}  // namespace

std::string_view TestSession::keep(std::string_view text) { return texts_->emplace_back(text); }

int TestSession::add(Kind kind, int parent, int64_t start_ms, int64_t end_ms, std::string_view name) {
  const int number = static_cast<int>(spans_.size()) + 1;
  SpanView& view = spans_.emplace_back();
  seen_.emplace_back();
  SpanFacts& facts = view.span.facts;
  facts.trace_id.bytes[0] = 1;
  facts.span_id = id_of(number);
  facts.parent_span_id = id_of(parent);
  facts.kind = kind;
  facts.start = time_of(start_ms);
  facts.end = time_of(end_ms);
  facts.name = name;
  return number;
}

int TestSession::agent(int parent, int64_t start_ms, int64_t end_ms, std::string_view name) {
  const int span = add(Kind::agent, parent, start_ms, end_ms, name);
  at(span).span.facts.agent = name;
  return span;
}

int TestSession::call(int parent, int64_t start_ms, int64_t end_ms, std::string_view model) {
  const int span = add(Kind::llm, parent, start_ms, end_ms, "chat");
  SpanView& view = at(span);
  view.span.facts.model = model;
  view.span.facts.provider = "anthropic";
  view.span.facts.basis = ContextBasis::absent;
  view.is_llm_call = true;
  view.step = ++steps_;
  usage(span, {.input = 100, .output = 10});
  return span;
}

int TestSession::tool(int parent, int64_t start_ms, int64_t end_ms, std::string_view name, std::string_view arguments,
                      std::string_view result) {
  const int span = add(Kind::tool, parent, start_ms, end_ms, name);
  SpanView& view = at(span);
  view.span.facts.tool_name = name;
  view.step = steps_;
  view.span.tool = ToolCall{.name = keep(name)};
  if (!arguments.empty()) view.span.tool->arguments = Payload{keep(arguments), true};
  if (!result.empty()) view.span.tool->result = Payload{keep(result), false};
  return span;
}

void TestSession::fail(int span, std::string_view error_type) {
  at(span).span.facts.status = SpanStatus::error;
  at(span).span.facts.error_type = error_type;
}

void TestSession::usage(int span, Usage usage) {
  SpanView& view = at(span);
  view.span.facts.has_usage = true;
  view.span.facts.usage = usage;
  view.counted = true;
}

void TestSession::sees(int call, std::vector<std::string> messages, std::vector<std::string> system,
                       std::vector<std::string> tools) {
  Seen& seen = seen_[call - 1];
  seen.body = std::move(messages);
  seen.system = std::move(system);
  seen.tools = std::move(tools);
  seen.is_known = true;
  at(call).span.facts.basis = ContextBasis::complete;
}

void TestSession::answers(int call, std::vector<std::string> messages) {
  seen_[call - 1].answers = std::move(messages);
}

int32_t TestSession::message(SessionView& view, const std::string& text) {
  const auto known = std::ranges::find(message_texts_, text);
  if (known != message_texts_.end()) return static_cast<int32_t>(known - message_texts_.begin());
  message_texts_.push_back(text);
  const Message message = message_of(keep(text));
  view.contexts.messages.push_back({context::message_id(message), message});
  return static_cast<int32_t>(message_texts_.size()) - 1;
}

std::vector<int32_t> TestSession::messages(SessionView& view, const std::vector<std::string>& texts) {
  std::vector<int32_t> numbers;
  for (const std::string& text : texts) numbers.push_back(message(view, text));
  return numbers;
}

void TestSession::link(SessionView& view) const {
  std::map<SpanId, int32_t> index;
  for (size_t i = 0; i < view.spans.size(); ++i) index.emplace(view.spans[i].span.facts.span_id, i);
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanId parent = view.spans[i].span.facts.parent_span_id;
    if (parent.is_zero()) continue;
    const auto found = index.find(parent);
    view.spans[i].parent_missing = found == index.end();
    if (found == index.end()) continue;
    view.spans[i].parent = found->second;
    view.spans[found->second].children.push_back(static_cast<int32_t>(i));
  }
}

void TestSession::add_contexts(SessionView& view) {
  SessionContexts& contexts = view.contexts;
  contexts.is_loaded = true;
  contexts.of_span.assign(view.spans.size(), -1);
  contexts.outputs.resize(view.spans.size());
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const auto number = std::ranges::find_if(
        spans_, [&](const SpanView& span) { return span.span.facts.span_id == view.spans[i].span.facts.span_id; });
    const Seen& seen = seen_[number - spans_.begin()];
    contexts.outputs[i] = messages(view, seen.answers);
    for (const int32_t output : contexts.outputs[i]) {
      view.spans[i].span.output.push_back(contexts.messages[output].message);
      view.spans[i].output_messages.push_back(contexts.messages[output].id);
    }
    if (!seen.is_known) continue;
    const SessionContexts::Head head{messages(view, seen.tools), messages(view, seen.system)};
    auto same = std::ranges::find(contexts.heads, head);
    if (same == contexts.heads.end()) same = contexts.heads.insert(same, head);
    SessionContexts::Context context{.head = static_cast<int32_t>(same - contexts.heads.begin())};
    context.body = contexts.bodies.insert(messages(view, seen.body));
    std::vector<MessageId> tools, system;
    for (const int32_t tool : head.tools) tools.push_back(contexts.messages[tool].id);
    for (const int32_t text : head.system) system.push_back(contexts.messages[text].id);
    context.id = context::head_id(tools, system);
    for (const int32_t seen_message : contexts.bodies.messages(context.body)) {
      context.id = context::context_id(context.id, contexts.messages[seen_message].id);
    }
    auto known = std::ranges::find(contexts.contexts, context.id, &SessionContexts::Context::id);
    if (known == contexts.contexts.end()) known = contexts.contexts.insert(known, context);
    contexts.of_span[i] = static_cast<int32_t>(known - contexts.contexts.begin());
    view.spans[i].span.facts.input_context = context.id;
  }
}

void TestSession::sum(SessionView& view) const {
  SessionSummary& summary = view.summary;
  summary.key = "test";
  summary.status = SessionStatus::ok;
  summary.steps = steps_;
  summary.spans = static_cast<int64_t>(view.spans.size());
  CostSum cost;
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanView& span = view.spans[i];
    const SpanFacts& facts = span.span.facts;
    if (i == 0) summary.start = facts.start;
    summary.end = std::max({summary.end, facts.start, facts.end});
    summary.llm_calls += span.is_llm_call ? 1 : 0;
    summary.tool_calls += facts.kind == Kind::tool ? 1 : 0;
    const bool is_deepest = std::ranges::none_of(
        span.children, [&](int32_t child) { return view.spans[child].span.facts.status == SpanStatus::error; });
    summary.errors += facts.status == SpanStatus::error && is_deepest ? 1 : 0;
    if (!span.counted) continue;
    summary.usage += facts.usage;
    cost.add(facts.cost_kind, facts.cost_pico_usd);
  }
  summary.cost_kind = cost.kind();
  summary.cost_pico_usd = cost.pico_usd;
}

SessionView TestSession::build() {
  SessionView view;
  view.spans = spans_;
  std::ranges::stable_sort(view.spans, [](const SpanView& a, const SpanView& b) {
    return std::tie(a.span.facts.start, a.span.facts.span_id) < std::tie(b.span.facts.start, b.span.facts.span_id);
  });
  link(view);
  add_contexts(view);
  sum(view);
  view.memory.push_back(texts_);
  derive::assign_lanes(view);
  return view;
}

int32_t TestSession::index_of(const SessionView& session, int span) {
  for (size_t i = 0; i < session.spans.size(); ++i) {
    if (session.spans[i].span.facts.span_id == id_of(span)) return static_cast<int32_t>(i);
  }
  return -1;
}

}  // namespace strobe::analyze
