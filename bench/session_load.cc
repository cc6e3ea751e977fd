#include "bench/session_load.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "bench/corpus.h"
#include "bench/odd_shapes.h"

namespace strobe::bench {

namespace {

constexpr int64_t k_epoch_ns = 1'767'225'600'000'000'000;  // 2026-01-01
constexpr int64_t k_ms = 1'000'000;
constexpr int k_chain_levels = 10'000;
constexpr int k_compacted_turns = 200;
constexpr int k_sub_agent_turns = 20;
constexpr int k_sub_agents_at_once = 16;
constexpr size_t k_text_bytes = size_t{4} << 20;

// Where the texts of a session live.
struct Texts {
  std::string noise;
  std::deque<std::string> kept;
};

// What one agent has done so far.
struct Talk {
  int32_t head = 0;
  ContextTree::Node body = ContextTree::k_empty;
  int turns = 0;
};

class Maker {
 public:
  Maker(SessionShape shape, size_t spans) : shape_(shape), count_(spans), random_(static_cast<uint64_t>(shape) + 1) {
    view_.spans.reserve(spans);
    texts_->noise.reserve(k_text_bytes);
    while (texts_->noise.size() < k_text_bytes) texts_->noise += random_.letters(11) + " ";
    view_.contexts.is_loaded = true;
    for (int agent = 0; agent < 2; ++agent) add_head(agent);
  }

  SessionView make() {
    switch (shape_) {
      case SessionShape::agent:
      case SessionShape::compacted: make_agent(); break;
      case SessionShape::sub_agents: make_sub_agents(); break;
      case SessionShape::flat: make_flat(); break;
      case SessionShape::chain: make_chain(); break;
      default: break;  // made of the others
    }
    finish();
    return std::move(view_);
  }

 private:
  bool is_full() const { return view_.spans.size() >= count_; }

  std::string_view noise(size_t bytes) {
    return std::string_view(texts_->noise).substr(random_.below(k_text_bytes - bytes), bytes);
  }
  std::string_view keep(std::string text) { return texts_->kept.emplace_back(std::move(text)); }

  void add_head(int agent) {
    SessionContexts::Head head;
    for (int i = 0; i < 20; ++i) {
      Part part;
      part.type = PartType::other;
      part.name = "function";
      part.payload = {
          keep(R"({"name":"tool_)" + std::to_string(i) + R"(","description":")" + std::string(noise(800)) + "\"}"),
          true};
      head.tools.push_back(message(k_role_tool_definition, part));
    }
    Part part;
    part.text = noise(8'000);
    head.system.push_back(message("system", part));
    view_.contexts.heads.push_back(head);
    talks_.push_back({.head = agent});
  }

  int32_t message(std::string_view role, const Part& part) {
    SessionContexts& contexts = view_.contexts;
    const auto number = static_cast<int32_t>(contexts.messages.size());
    ContextMessage& added = contexts.messages.emplace_back();
    added.message.role = role;
    added.message.parts = {part};
    added.id.bytes[0] = 1;
    for (int i = 0; i < 4; ++i) added.id.bytes[1 + i] = static_cast<uint8_t>(number >> (8 * i));
    return number;
  }

  int32_t span(Kind kind, int32_t parent, int64_t start_ms, int64_t length_ms) {
    const auto index = static_cast<int32_t>(view_.spans.size());
    SpanView& added = view_.spans.emplace_back();
    SpanFacts& facts = added.span.facts;
    facts.trace_id.bytes[0] = 1;
    for (int i = 0; i < 4; ++i) facts.span_id.bytes[7 - i] = static_cast<uint8_t>((index + 1) >> (8 * i));
    facts.kind = kind;
    facts.start = {k_epoch_ns + start_ms * k_ms};
    facts.end = {facts.start.ns + length_ms * k_ms};
    facts.name = name_of(kind);
    facts.status = SpanStatus::ok;
    added.parent = parent;
    if (parent >= 0) {
      facts.parent_span_id = view_.spans[parent].span.facts.span_id;
      view_.spans[parent].children.push_back(index);
    }
    view_.contexts.of_span.push_back(-1);
    view_.contexts.outputs.emplace_back();
    return index;
  }

  int32_t agent(int32_t parent, int64_t start_ms, int64_t length_ms, std::string name) {
    const int32_t index = span(Kind::agent, parent, start_ms, length_ms);
    view_.spans[index].span.facts.agent = std::move(name);
    return index;
  }

  // A call that sees all there was, and asks for one tool; then the tool.
  void turn(Talk& talk, int32_t parent, int64_t start_ms, int64_t length_ms) {
    call(talk, parent, start_ms, length_ms * 3 / 4);
    if (!is_full()) tool(talk, parent, start_ms + length_ms * 3 / 4, length_ms / 4);
  }

  void call(Talk& talk, int32_t parent, int64_t start_ms, int64_t length_ms) {
    SessionContexts& contexts = view_.contexts;
    Part text;
    text.text = noise(200);
    if (talk.turns++ == 0) talk.body = contexts.bodies.child(ContextTree::k_empty, message("user", text));
    const int32_t index = span(Kind::llm, parent, start_ms, length_ms);
    SpanView& added = view_.spans[index];
    added.is_llm_call = added.counted = true;
    added.step = ++steps_;
    SpanFacts& facts = added.span.facts;
    facts.model = "claude-sonnet-4";
    facts.provider = "anthropic";
    facts.has_usage = true;
    // A cache that works, but for one call in 50.
    const int64_t seen = 7'000 + int64_t{500} * contexts.bodies.depth(talk.body);
    const int64_t cached = random_.below(50) == 0 ? 0 : seen * 9 / 10;
    facts.usage = {.input = 50, .cache_read = cached, .cache_write = seen - cached, .output = 120};
    facts.cost_kind = CostKind::computed;
    facts.cost_pico_usd = seen * 1'000'000;
    facts.basis = ContextBasis::complete;
    SessionContexts::Context context{.head = talk.head, .body = talk.body};
    for (int i = 0; i < 4; ++i) context.id.bytes[i] = static_cast<uint8_t>(index >> (8 * i));
    contexts.of_span[index] = static_cast<int32_t>(contexts.contexts.size());
    facts.input_context = context.id;
    contexts.contexts.push_back(context);
    added.span.finish_reasons = {"tool_calls"};

    Part asks;
    asks.type = PartType::tool_call;
    asks.id = keep("call_" + std::to_string(index));
    asks.name = keep("tool_" + std::to_string(random_.below(20)));
    asks.payload = {keep(R"({"path": "src/file_)" + std::to_string(random_.below(5'000)) + R"(.cc", "limit": 100})"),
                    true};
    const int32_t answer = message("assistant", asks);
    contexts.outputs[index] = {answer};
    added.span.output = {contexts.messages[answer].message};
    talk.body = contexts.bodies.child(talk.body, answer);
    asked_ = asks;
  }

  void tool(Talk& talk, int32_t parent, int64_t start_ms, int64_t length_ms) {
    SessionContexts& contexts = view_.contexts;
    const int32_t index = span(Kind::tool, parent, start_ms, length_ms);
    SpanView& added = view_.spans[index];
    added.step = steps_;
    SpanFacts& facts = added.span.facts;
    facts.tool_name = asked_.name;
    facts.tool_call_id = asked_.id;
    if (random_.below(20) == 0) {
      facts.status = SpanStatus::error;
      facts.error_type = "NotFound";
    }
    const bool is_short = random_.below(3) == 0;
    Part result;
    result.type = PartType::tool_result;
    result.id = asked_.id;
    result.payload = {is_short ? "ok" : noise(random_.log_normal(900, 1, 20, 50'000)), false};
    added.span.tool =
        ToolCall{.name = asked_.name, .call_id = asked_.id, .arguments = asked_.payload, .result = result.payload};
    talk.body = contexts.bodies.child(talk.body, message("tool", result));
  }

  void make_agent() {
    const auto length = static_cast<int64_t>(count_) * 500;
    const int32_t root = agent(-1, 0, length, "coder");
    for (int64_t at = 0; !is_full(); at += 1'000) {
      if (shape_ == SessionShape::compacted && talks_[0].turns == k_compacted_turns) talks_[0] = {.head = 0};
      turn(talks_[0], root, at, 1'000);
    }
  }

  void make_sub_agents() {
    const auto length = static_cast<int64_t>(count_) * 50;
    const int32_t root = agent(-1, 0, length, "lead");
    struct Sub {
      int32_t span = 0;
      Talk talk;
    };
    for (int64_t at = 0; !is_full();) {
      turn(talks_[0], root, at, 1'000);
      at += 1'000;
      std::vector<Sub> subs;
      for (int i = 0; i < k_sub_agents_at_once && !is_full(); ++i) {
        const int32_t inner = agent(root, at + i, k_sub_agent_turns * 1'000, "worker");
        subs.push_back({inner, {.head = 1}});
      }
      // Side by side: the spans of all are in the order of their starts.
      for (int turn_number = 0; turn_number < k_sub_agent_turns; ++turn_number, at += 1'000) {
        for (Sub& sub : subs) {
          if (!is_full()) call(sub.talk, sub.span, at, 700);
          if (!is_full()) tool(sub.talk, sub.span, at, 700);
        }
      }
    }
  }

  void make_flat() {
    const int32_t root = agent(-1, 0, 1'000'000'000, "crowd");
    // Talks of one turn each: nobody shares more than the head.
    while (!is_full()) {
      Talk talk{.head = 1};
      turn(talk, root, static_cast<int64_t>(view_.spans.size()), 900'000'000);
    }
  }

  void make_chain() {
    int32_t inner = agent(-1, 0, 1'000'000'000, "level");
    for (int level = 1; level < k_chain_levels && !is_full(); ++level) {
      inner = level % 2 == 0 ? agent(inner, level, 1'000'000'000 - 2 * level, "level")
                             : span(Kind::span, inner, level, 1'000'000'000 - 2 * level);
    }
    for (int64_t at = k_chain_levels; !is_full(); at += 1'000) turn(talks_[0], inner, at, 1'000);
  }

  // Times overlap, so that spans were not made in the order of their starts: put it right, and add up.
  void finish() {
    std::vector<int32_t> order(view_.spans.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int32_t>(i);
    std::ranges::stable_sort(order, {}, [&](int32_t i) { return view_.spans[i].span.facts.start; });
    std::vector<int32_t> place(order.size());
    for (size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<int32_t>(i);
    std::vector<SpanView> spans;
    spans.reserve(order.size());
    SessionContexts& contexts = view_.contexts;
    std::vector<int32_t> of_span;
    std::vector<std::vector<int32_t>> outputs;
    SessionSummary& summary = view_.summary;
    summary.key = "bench";
    summary.status = SessionStatus::ok;
    CostSum cost;
    for (const int32_t old : order) {
      SpanView& one = spans.emplace_back(std::move(view_.spans[old]));
      of_span.push_back(contexts.of_span[old]);
      outputs.push_back(std::move(contexts.outputs[old]));
      if (one.parent >= 0) one.parent = place[one.parent];
      for (int32_t& child : one.children) child = place[child];
      std::ranges::sort(one.children);
      const SpanFacts& facts = one.span.facts;
      summary.end = std::max(summary.end, facts.end);
      summary.llm_calls += one.is_llm_call ? 1 : 0;
      summary.tool_calls += facts.kind == Kind::tool ? 1 : 0;
      summary.errors += facts.status == SpanStatus::error ? 1 : 0;
      if (!one.counted) continue;
      summary.usage += facts.usage;
      cost.add(facts.cost_kind, facts.cost_pico_usd);
    }
    view_.spans = std::move(spans);
    contexts.of_span = std::move(of_span);
    contexts.outputs = std::move(outputs);
    summary.start = view_.spans.front().span.facts.start;
    summary.spans = static_cast<int64_t>(view_.spans.size());
    summary.steps = steps_;
    summary.cost_kind = cost.kind();
    summary.cost_pico_usd = cost.pico_usd;
    view_.memory.push_back(texts_);
  }

  const SessionShape shape_;
  const size_t count_;
  Random random_;
  std::shared_ptr<Texts> texts_ = std::make_shared<Texts>();
  SessionView view_;
  std::vector<Talk> talks_;
  Part asked_;
  int32_t steps_ = 0;
};

}  // namespace

std::string_view name_of(SessionShape shape) {
  switch (shape) {
    case SessionShape::agent: return "agent";
    case SessionShape::compacted: return "compacted";
    case SessionShape::sub_agents: return "sub-agents";
    case SessionShape::flat: return "flat";
    case SessionShape::chain: return "chain";
    case SessionShape::tools: return "tools";
    case SessionShape::agents: return "agents";
    case SessionShape::errors: return "errors";
    case SessionShape::repeats: return "repeats";
    case SessionShape::wide: return "wide";
    case SessionShape::links: return "links";
    case SessionShape::prompts: return "prompts";
  }
  return "";
}

SessionView make_session(SessionShape shape, size_t spans) {
  SessionView session = Maker(base_of(shape), spans).make();
  make_odd(session, shape);
  return session;
}

}  // namespace strobe::bench
