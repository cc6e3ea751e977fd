#include <algorithm>
#include <vector>

#include "view/session_text.h"

namespace strobe::view {

namespace {

// Deeper spans are drawn at this depth: the indentation would leave no room for the line itself.
constexpr int k_drawn_depth_max = 40;
constexpr int k_indent_width = 4;
constexpr int k_line_width_min = 20;
constexpr int k_head_width_min = 10;

int drawn_depth_max(const TextStyle& style) {
  if (style.width <= 0) return k_drawn_depth_max;
  return std::clamp((style.width - k_line_width_min) / k_indent_width - 1, 0, k_drawn_depth_max);
}

Color color_of(const SpanFacts& facts) {
  if (facts.status == SpanStatus::error) return Color::red;
  switch (facts.kind) {
    case Kind::llm:
    case Kind::embedding: return Color::cyan;
    case Kind::tool: return Color::yellow;
    case Kind::agent:
    case Kind::workflow:
    case Kind::run: return Color::bold;
    default: return Color::plain;
  }
}

std::string usage_text(const SpanView& span) {
  if (!span.span.facts.has_usage) return {};
  const Usage& usage = span.span.facts.usage;
  std::string text = count(usage.total_input()) + " in";
  if (usage.cache_read > 0) text += " (" + count(usage.cache_read) + " cached)";
  text += ", " + count(usage.output + usage.reasoning) + " out";
  if (!span.counted) text = "sum " + text;
  return text;
}

std::string label_of(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  std::string label(name_of(facts.kind));
  if (facts.kind == Kind::tool && !facts.tool_name.empty()) return label + " " + facts.tool_name;
  if (span.is_llm_call && !facts.model.empty()) return label + " " + facts.model;
  if (facts.kind == Kind::agent && !facts.agent.empty() && facts.agent != facts.name) {
    return label + " " + facts.agent + " (" + facts.name + ")";
  }
  return label + " " + facts.name;
}

std::string line_of(const SpanView& span, const std::string& indent, const TextStyle& style) {
  const SpanFacts& facts = span.span.facts;
  std::string tail = "  " + duration(facts.duration());
  const std::string usage = usage_text(span);
  if (!usage.empty()) tail += "  " + usage;
  if (facts.status == SpanStatus::error) {
    tail += "  ERROR";
    if (!facts.error_type.empty()) tail += " " + safe(facts.error_type);
    if (!span.raw->status_message.empty()) tail += ": " + safe(span.raw->status_message);
  }
  std::string head = safe(label_of(span));
  if (span.is_llm_call && span.step > 0) head = "step " + std::to_string(span.step) + "  " + head;
  const int room = style.width > 0 ? style.width - display_width(indent) : 0;
  if (room > 0) {
    head = fit(head, std::max(k_head_width_min, room - display_width(tail)));
    tail = fit(tail, std::max(1, room - display_width(head)));
  }
  const std::string line = colored(style, color_of(facts), head) + tail;
  return indent + line + "\n";
}

struct Visit {
  int32_t span;
  int depth;
  bool is_last;
  std::string indent;  // of the parent's children
};

void draw(const SessionView& view, const std::vector<int32_t>& roots, const std::string& indent, const TextStyle& style,
          std::string& out) {
  const int depth_max = drawn_depth_max(style);
  std::vector<Visit> stack;
  for (size_t i = roots.size(); i > 0; --i) stack.push_back({roots[i - 1], 0, i == roots.size(), indent});
  while (!stack.empty()) {
    const Visit visit = std::move(stack.back());
    stack.pop_back();
    const SpanView& span = view.spans[visit.span];
    out += line_of(span, visit.indent + (visit.is_last ? "└── " : "├── "), style);
    const bool deeper = visit.depth < depth_max;
    const std::string below = deeper ? visit.indent + (visit.is_last ? "    " : "│   ") : visit.indent;
    for (size_t c = span.children.size(); c > 0; --c) {
      stack.push_back({span.children[c - 1], visit.depth + 1, c == span.children.size(), below});
    }
  }
}

}  // namespace

std::string session_tree_text(const SessionView& view, const TextStyle& style) {
  std::vector<int32_t> roots;
  std::vector<int32_t> orphans;
  for (size_t i = 0; i < view.spans.size(); ++i) {
    if (view.spans[i].parent >= 0) continue;
    (view.spans[i].parent_missing ? orphans : roots).push_back(static_cast<int32_t>(i));
  }
  std::string out = colored(style, Color::bold, "Session " + view.summary.id.hex().substr(0, 12)) + "  " +
                    std::string(name_of(view.summary.status)) + "  " +
                    duration(view.summary.end - view.summary.start) + "\n";
  draw(view, roots, "", style, out);
  if (!orphans.empty()) {
    const std::string line = "missing parent (" + count(static_cast<int64_t>(orphans.size())) + " spans name a parent that has not arrived)";
    out += fit(line, style.width) + "\n";
    draw(view, orphans, "", style, out);
  }
  return out;
}

}  // namespace strobe::view
