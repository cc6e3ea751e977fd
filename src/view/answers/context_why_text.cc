#include "view/answers/context_phrases.h"
#include "view/answers/context_why.h"
#include "view/answers/origin_phrases.h"
#include "view/phrases.h"
#include "view/table.h"

namespace strobe::view {

namespace {

using analyze::CarriedBy;
using analyze::ContextWhy;

constexpr size_t k_excerpt_bytes_max = 4'000;
constexpr size_t k_excerpt_lines_max = 6;
constexpr size_t k_calls_listed_max = 12;
constexpr size_t k_ranges_listed_max = 40;

std::string excerpt_of(const Message& message, const TextStyle& style) {
  constexpr int k_indent = 2;
  const std::string text = safe_lines(message_text(message, k_excerpt_bytes_max));
  const auto lines = wrapped(text, style.width > 0 ? std::max(20, style.width - k_indent) : 0);
  const size_t shown = style.verbose ? lines.size() : std::min(lines.size(), k_excerpt_lines_max);
  std::string out;
  for (size_t i = 0; i < shown; ++i) out += std::string(k_indent, ' ') + lines[i] + "\n";
  if (shown < lines.size()) out += "  … (-v shows more, strobe show --view transcript -v all)\n";
  return out;
}

std::string calls_table(const SessionView& session, const ContextWhy& why, const TextStyle& style) {
  std::vector<std::vector<std::string>> rows;
  for (const int32_t call : why.calls) {
    const SpanView& span = session.spans[call];
    const SpanFacts& facts = span.span.facts;
    rows.push_back({span.step > 0 ? std::to_string(span.step) : "-", span.lane > 0 ? std::to_string(span.lane) : "-",
                    facts.span_id.hex(), facts.model, facts.has_usage ? count(facts.usage.total_input()) : "-",
                    facts.has_usage ? count(facts.usage.cache_read) : "-", std::string(name_of(facts.basis))});
  }
  return render_table({{"  Step", true},
                       {"Lane", true},
                       {"Span"},
                       {"Model", false, true, true},
                       {"In", true},
                       {"Cache", true},
                       {"Basis", false, false, true}},
                      rows, style);
}

// "  lane 1: step 2 to step 41 (40 calls)"
std::string range_text(const SessionView& session, const ContextWhy& why, const CarriedBy& range) {
  const auto call_at = [&](int32_t at) {
    return range.lane > 0 ? session.lanes[range.lane - 1].calls[at].span : why.calls[at];
  };
  const std::string lane = range.lane > 0 ? "lane " + std::to_string(range.lane) + ": " : "";
  const std::string first = call_name(session.spans[call_at(range.first)]);
  if (range.first == range.last) return "  " + lane + first + "\n";
  return "  " + lane + first + " to " + call_name(session.spans[call_at(range.last)]) + " (" +
         amount(range.last - range.first + 1, "call") + ")\n";
}

std::string carried_text(const SessionView& session, const ContextWhy& why, const TextStyle& style) {
  if (why.calls.empty()) return "No call carried it: it was answered, and never sent again.\n";
  const auto calls = static_cast<int64_t>(why.calls.size());
  std::string out = "Carried by " + amount(calls, "call") + ":\n";
  if (why.calls.size() <= k_calls_listed_max || style.verbose) return out + calls_table(session, why, style);
  for (size_t i = 0; i < std::min(why.ranges.size(), k_ranges_listed_max); ++i) {
    out += range_text(session, why, why.ranges[i]);
  }
  if (why.ranges.size() > k_ranges_listed_max) {
    out += "  … and " + count(static_cast<int64_t>(why.ranges.size() - k_ranges_listed_max)) + " more ranges\n";
  }
  return out + "  (-v lists every call)\n";
}

std::string cost_line(const ContextWhy& why, const TextStyle& style) {
  if (why.calls.empty()) return "";
  const auto carried = static_cast<int64_t>(why.calls.size());
  std::string text;
  if (why.carried.times == 0) {
    text = "What that cost nobody can tell: ";
  } else {
    text = "That cost " + cost_text(why.carried.cost_kind, why.carried.cost_pico_usd) + " for " +
           count(why.carried.tokens) + " input tokens";
    text += why.calls_not_judged > 0 ? ", without " : ".";
  }
  if (why.calls_not_judged > 0) {
    const bool is_all = why.calls_not_judged == carried;
    text += (is_all ? amount(carried, "call") : count(why.calls_not_judged) + " of these calls") +
            " of which context or input tokens are not wholly known.";
  }
  std::string out = paragraph(text, style);
  if (why.carried.times == 0) return out;
  return out + paragraph("Basis: about " + count(why.estimated_tokens) +
                             " tokens by its length, scaled to the input that each call reports, at list "
                             "prices: what stands first in a context is what came from the cache.",
                         style);
}

}  // namespace

std::string context_why_text(const SessionView& session, const ContextWhy& why, const TextStyle& style) {
  const ContextMessage& message = session.contexts.messages[why.message];
  const std::string head = "Message " + short_id(message.id) + "  " + safe(message.message.role) + ", ~" +
                           amount(why.estimated_tokens, "token");
  std::string out = colored(style, Color::bold, head) + "\n" + excerpt_of(message.message, style) + "\n";
  const analyze::Origin& origin = why.carried.origin;
  std::string from = "From " + origin_name(session, origin);
  if (origin.span >= 0) {
    const SpanView& span = session.spans[origin.span];
    if (span.lane > 0) from += ", lane " + std::to_string(span.lane);
    from += ", span " + span.span.facts.span_id.hex();
  }
  out += paragraph(from + " (" + std::string(analyze::name_of(origin.how)) + ": " + origin_reason(origin) + ")", style);
  out += "\n" + carried_text(session, why, style);
  const std::string cost = cost_line(why, style);
  return cost.empty() ? out : out + "\n" + cost;
}

}  // namespace strobe::view
