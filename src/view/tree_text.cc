#include <algorithm>
#include <vector>

#include "view/excerpt.h"
#include "view/link_note.h"
#include "view/phrases.h"
#include "view/process_facts.h"
#include "view/session_text.h"
#include "view/step_tree.h"

namespace strobe::view {

namespace {

using Type = TreeNode::Type;

constexpr int k_indent_width = 4;
constexpr int k_line_width_min = 32;
constexpr int k_head_width_min = 10;

// The deepest level that is indented: beyond it the indentation would leave no room for the line itself.
int drawn_levels_max(const TextStyle& style) {
  if (style.width <= 0) return k_tree_levels_max;
  return std::clamp((style.width - k_line_width_min) / k_indent_width - 1, 0, k_tree_levels_max);
}

// The two halves of a line: the head gives way last.
struct Line {
  std::string head;
  std::string tail;
  Color color = Color::plain;
};

std::string failure_text(const SpanView& span) {
  if (span.span.facts.status != SpanStatus::error) return {};
  const std::string error = error_text(span);
  return error.empty() ? "  ERROR" : "  ERROR " + error;
}

std::string length_text(const SpanFacts& facts) {
  return has_ended(facts) ? duration(facts.duration()) : "no end arrived";
}

Line request_line(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  std::string tokens;
  if (facts.has_usage) {
    tokens = " (" + count(facts.usage.total_input()) + " tokens in";
    if (facts.usage.cache_read > 0) tokens += ", " + count(facts.usage.cache_read) + " cached";
    tokens += ")";
  }
  return {"LLM request" + tokens, "  " + subject_of(span), Color::cyan};
}

Line response_line(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  if (facts.status == SpanStatus::error)
    return {"LLM response:" + failure_text(span).substr(1), "  " + length_text(facts), Color::red};
  const std::string tokens = facts.has_usage ? " (" + count(total_output(facts.usage)) + " tokens out)" : "";
  return {"LLM response" + tokens, "  " + length_text(facts), Color::cyan};
}

Line tool_line(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  if (span.duplicate_how != SameCall::no) return {subject_of(span), "  (" + recording_text(span) + ")", Color::dim};
  if (facts.status == SpanStatus::error)
    return {subject_of(span) + ":" + failure_text(span).substr(1), " (" + length_text(facts) + ")", Color::red};
  const std::string outcome = has_ended(facts) ? "success (" + length_text(facts) + ")" : length_text(facts);
  return {subject_of(span) + ": " + outcome, "", Color::yellow};
}

Line span_line(const SpanView& span, bool is_cut_cycle) {
  const SpanFacts& facts = span.span.facts;
  if (is_mark(span)) return {mark_text(span), "", color_of(facts)};
  Line line{label_of(span), "  " + length_text(facts), color_of(facts)};
  if (facts.kind == Kind::tool && span.step > 0) line.head += "  (step " + std::to_string(span.step) + ")";
  const std::string usage = usage_text(span);
  if (!usage.empty()) line.tail += "  " + usage;
  line.tail += failure_text(span);
  if (span.duplicate_how != SameCall::no) line.tail += "  (" + recording_text(span) + ")";
  if (is_cut_cycle) line.tail += "  (" + cut_cycle_text(span) + ")";
  return line;
}

// What -v adds below a span.
std::string details_of(const SpanView& span, const SessionSummary& summary) {
  const SpanFacts& facts = span.span.facts;
  std::string text = "span " + facts.span_id.hex();
  if (!facts.parent_span_id.is_zero()) text += ", parent " + facts.parent_span_id.hex();
  text += ", " + std::string(name_of(facts.kind)) + ", +" + duration(facts.start - summary.start);
  text += ", " + safe(facts.usage_rule.empty() ? facts.dialect : facts.usage_rule);
  if (span.duplicate_how == SameCall::no) return text;
  return text + ", " + recording_text(span) + " (" + std::string(name_of(span.duplicate_how)) + ")";
}

std::string beginning_of(const SpanView& span) {
  const auto syscalls = syscall_count(span);
  return "starts " + timestamp(span.span.facts.start) + (syscalls ? ", " + amount(*syscalls, "syscall") : "");
}

// Draws depth first with a stack of its own: a trace may be as deep as it is long.
class TreeText {
 public:
  TreeText(const SessionView& view, const Excerpt& excerpt, const TextStyle& style)
      : view_(view),
        style_(style),
        tree_(view, spans_in(view, excerpt)),
        span_links_(analyze::span_links_of(view)),
        lines_(excerpt.lines_max),
        levels_max_(drawn_levels_max(style)) {
    const std::string note = excerpt_note(view, excerpt);
    if (!note.empty()) lines_.add(note);
  }

  std::string draw() {
    push(tree_.roots(), "");
    while (!open_.empty()) {
      Level& level = open_.back();
      if (level.next == level.nodes.size()) {
        open_.pop_back();
        continue;
      }
      const TreeNode node = level.nodes[level.next++];
      const bool is_last = level.next == level.nodes.size();
      const auto depth = static_cast<int>(open_.size()) - 1;
      const std::string indent = level.indent;
      const bool is_indented = depth < levels_max_;
      is_cut_ = is_cut_ || depth > levels_max_;
      std::string below = is_indented ? indent + (is_last ? "    " : "│   ") : indent;
      std::vector<TreeNode> children = tree_.children_of(node);
      if (lines_.has_room()) {
        lines_.add(drawn(node, indent + (is_last ? "└── " : "├── "), depth) + details(node, below, !children.empty()));
      } else {
        lines_.skip();
      }
      if (!children.empty()) push(std::move(children), std::move(below));
    }
    std::string text = lines_.take("lines");
    if (is_cut_)
      text +=
          fit("levels below " + std::to_string(levels_max_) + " are drawn at that level, with their number in front",
              style_.width) +
          "\n";
    return text;
  }

 private:
  struct Level {
    std::vector<TreeNode> nodes;
    size_t next = 0;
    std::string indent;
  };

  void push(std::vector<TreeNode> nodes, std::string indent) {
    open_.push_back({std::move(nodes), 0, std::move(indent)});
  }

  Line line_of(const TreeNode& node) const {
    const SpanView& span = view_.spans[node.span];
    switch (node.type) {
      case Type::step: return {span.step > 0 ? "Step " + std::to_string(span.step) : "LLM call", "", Color::plain};
      case Type::request: return request_line(span);
      case Type::response: return response_line(span);
      case Type::tools: return {"Tools", "", Color::plain};
      case Type::missing_parent:
        return {missing_parent_text(span), named_by_text(tree_.links(), node.span), Color::yellow};
      case Type::span: break;
    }
    return tree_.is_grouped(node.span) ? tool_line(span) : span_line(span, tree_.links().is_cut_cycle[node.span]);
  }
  std::string drawn(const TreeNode& node, const std::string& indent, int depth) const {
    Line line = line_of(node);
    if (node.type == Type::span || node.type == Type::request) line.tail += link_note(view_, span_links_, node.span);
    if (depth > levels_max_) line.head = "[" + std::to_string(depth) + "] " + line.head;
    const int room = style_.width > 0 ? style_.width - display_width(indent) : 0;
    if (room > 0) {
      line.head = fit(line.head, std::max(k_head_width_min, room - display_width(line.tail)));
      line.tail = line.tail.empty() ? "" : fit(line.tail, std::max(1, room - display_width(line.head)));
    }
    return indent + colored(style_, line.color, line.head) + line.tail + "\n";
  }
  std::string details(const TreeNode& node, const std::string& below, bool has_children) const {
    if (!style_.verbose || (node.type != Type::span && node.type != Type::request)) return {};
    const std::string indent = below + (has_children ? "│   " : "    ");
    const int room = style_.width > 0 ? std::max(k_head_width_min, style_.width - display_width(indent)) : 0;
    const SpanView& span = view_.spans[node.span];
    return indent + colored(style_, Color::dim, fit(details_of(span, view_.summary), room)) + "\n" + indent +
           colored(style_, Color::dim, fit(beginning_of(span), room)) + "\n";
  }

  const SessionView& view_;
  const TextStyle& style_;
  const StepTree tree_;
  const analyze::SpanLinks span_links_;
  Lines lines_;
  const int levels_max_;
  std::vector<Level> open_;
  bool is_cut_ = false;
};

}  // namespace

std::string session_tree_text(const SessionView& view, const Excerpt& excerpt, const TextStyle& style) {
  const SessionSummary& summary = view.summary;
  const std::string head = colored(style, Color::bold, "Session " + short_id(summary)) + "  " +
                           std::string(name_of(summary.status)) + "  " + duration(summary.end - summary.start) + "\n";
  if (view.spans.empty()) return head + content_notes_text(view, style);
  return head + TreeText(view, excerpt, style).draw();
}

}  // namespace strobe::view
