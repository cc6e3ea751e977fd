#include "analyze/context_diff.h"

#include <array>
#include <span>

#include "analyze/alignment.h"
#include "analyze/estimate.h"
#include "analyze/find_call.h"

namespace strobe::analyze {

namespace {

using Node = ContextTree::Node;
using Context = SessionContexts::Context;

std::string call_name(const SpanView& call) {
  return call.step > 0 ? "the call of step " + std::to_string(call.step)
                       : "the call of span " + call.span.facts.span_id.hex();
}

class MessageDiff {
 public:
  MessageDiff(const SessionContexts& contexts, Node from, Node to, ContextDiff& diff)
      : contexts_(contexts), diff_(diff) {
    const ContextTree& bodies = contexts.bodies;
    const Node common = bodies.common(from, to);
    offset_ = bodies.depth(common);
    from_ = bodies.messages_behind(common, from);
    to_ = bodies.messages_behind(common, to);
  }

  void run() {
    const Alignment alignment = align(from_, to_);
    diff_.is_exact = alignment.is_exact;
    diff_.unchanged = offset_ + static_cast<int64_t>(alignment.matches.size());
    int32_t a = 0, b = 0;
    for (const auto& [in_from, in_to] : alignment.matches) {
      add_gap(a, in_from, b, in_to);
      a = in_from + 1;
      b = in_to + 1;
    }
    add_gap(a, static_cast<int32_t>(from_.size()), b, static_cast<int32_t>(to_.size()));
  }

 private:
  std::string_view role(int32_t message) const { return contexts_.messages[message].message.role; }

  // Between two messages that stayed: what has the same role in the same order is taken for an edit.
  void add_gap(int32_t a, int32_t a_end, int32_t b, int32_t b_end) {
    while (a < a_end || b < b_end) {
      if (a < a_end && b < b_end && role(from_[a]) == role(to_[b])) {
        add(MessageChangeType::edited, a++, b++);
      } else if (a_end - a >= b_end - b) {
        add(MessageChangeType::removed, a++, -1);
      } else {
        add(MessageChangeType::added, -1, b++);
      }
    }
  }

  void add(MessageChangeType type, int32_t a, int32_t b) {
    diff_.messages.push_back({.type = type,
                              .from_position = a < 0 ? -1 : offset_ + a,
                              .to_position = b < 0 ? -1 : offset_ + b,
                              .from_message = a < 0 ? -1 : from_[a],
                              .to_message = b < 0 ? -1 : to_[b]});
  }

  const SessionContexts& contexts_;
  ContextDiff& diff_;
  int32_t offset_ = 0;
  std::vector<int32_t> from_, to_;
};

void compare_heads(const SessionView& session, const Context& from, const Context& to, ContextDiff& diff) {
  Heads heads(session.contexts);
  diff.tools = heads.tool_changes(from.head, to.head);
  const std::string before = heads.system_text(from.head), after = heads.system_text(to.head);
  const auto has_prompt = [&](const Context& context) { return !session.contexts.heads[context.head].system.empty(); };
  if (has_prompt(from)) diff.from_hash = prompt_hash(before);
  if (has_prompt(to)) diff.to_hash = prompt_hash(after);
  diff.is_system_changed = session.contexts.heads[from.head].system != session.contexts.heads[to.head].system;
  diff.system_change = change_of(before, after);
  diff.volatile_value = volatile_value_in(before, after);
}

int64_t estimate_of(const SessionContexts& contexts, const Context& context) {
  int64_t tokens = 0;
  const auto add = [&](int32_t message) { tokens += estimated_tokens(text_bytes(contexts.messages[message].message)); };
  for (const int32_t message : contexts.heads[context.head].tools) add(message);
  for (const int32_t message : contexts.heads[context.head].system) add(message);
  for (Node node = context.body; node != ContextTree::k_empty; node = contexts.bodies.parent(node))
    add(contexts.bodies.message(node));
  return tokens;
}

void count_tokens(const SessionView& session, const Context& from, const Context& to, ContextDiff& diff) {
  const auto before = reported_input(session.spans[diff.from].span.facts);
  const auto after = reported_input(session.spans[diff.to].span.facts);
  diff.are_tokens_reported = before && after;
  diff.from_tokens = diff.are_tokens_reported ? *before : estimate_of(session.contexts, from);
  diff.to_tokens = diff.are_tokens_reported ? *after : estimate_of(session.contexts, to);
}

}  // namespace

std::string_view name_of(MessageChangeType type) {
  static constexpr std::array<std::string_view, 3> k_names = {"added", "removed", "edited"};
  return k_names[static_cast<size_t>(type)];
}

Result<ContextDiff> diff_of(const SessionView& session, int32_t from, int32_t to) {
  for (const int32_t call : {from, to}) {
    if (has_context(session, call)) continue;
    return fail(
        ErrorCode::not_found,
        call_name(session.spans[call]) + " has no context to compare: " + std::string(why_unknown(session, call)),
        "strobe show ID --view summary says what turns content on");
  }
  ContextDiff diff{.from = from, .to = to};
  diff.from_unknown = why_unknown(session, from);
  diff.to_unknown = why_unknown(session, to);
  const SessionContexts& contexts = session.contexts;
  const Context& before = contexts.contexts[contexts.of_span[from]];
  const Context& after = contexts.contexts[contexts.of_span[to]];
  compare_heads(session, before, after, diff);
  diff.from_count = contexts.bodies.depth(before.body);
  diff.to_count = contexts.bodies.depth(after.body);
  MessageDiff(contexts, before.body, after.body, diff).run();
  count_tokens(session, before, after, diff);
  return diff;
}

}  // namespace strobe::analyze
