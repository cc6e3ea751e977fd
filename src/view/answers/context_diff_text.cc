#include <algorithm>

#include "view/answers/context.h"
#include "view/answers/context_phrases.h"
#include "view/phrases.h"

namespace strobe::view {

namespace {

using analyze::ContextDiff;
using analyze::MessageChange;
using analyze::MessageChangeType;

constexpr size_t k_changes_shown_max = 200;

std::string signed_text(int64_t value) { return (value >= 0 ? "+" : "") + std::to_string(value); }

std::string padded_number(int64_t number) {
  const std::string digits = std::to_string(number);
  return "#" + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

std::string seconds_after(const SessionView& session, int32_t call) {
  const DurationNs offset = session.spans[call].span.facts.start - session.summary.start;
  return "+" + one_decimal(static_cast<double>(offset.ns) / 1e9) + "s";
}

std::string head_of(const SessionView& session, const ContextDiff& diff) {
  std::string rule;
  for (int i = 0; i < 37; ++i) rule += "─";
  return "Context Diff: " + padded_number(call_number(session, diff.from)) + " → " +
         padded_number(call_number(session, diff.to)) + " (" + seconds_after(session, diff.from) + " → " +
         seconds_after(session, diff.to) + ")\n" + rule + "\n";
}

std::string system_text(const ContextDiff& diff) {
  const auto hash = [](const std::string& text) { return text.empty() ? std::string("none") : text; };
  if (!diff.is_system_changed) return "System Prompt: unchanged (hash=" + hash(diff.from_hash) + ")\n";
  std::string text = "System Prompt: changed (" + hash(diff.from_hash) + " → " + hash(diff.to_hash) + ")";
  if (diff.system_change != analyze::TextChange::none) {
    std::string change(name_of(diff.system_change));
    std::ranges::replace(change, '_', ' ');
    text += ", " + change;
  }
  if (diff.volatile_value != analyze::Volatile::none) text += ": a " + std::string(name_of(diff.volatile_value));
  return text + "\n";
}

std::string tools_text(const analyze::ToolChanges& tools, const TextStyle& style) {
  if (!tools.any()) return "";
  std::string text = "Tools:";
  if (tools.is_reordered) text += " the same in another order";
  for (const std::string& name : tools.added) text += " +" + safe(name);
  for (const std::string& name : tools.removed) text += " -" + safe(name);
  for (const std::string& name : tools.modified) text += " ~" + safe(name);
  return paragraph(text, style);
}

// The places where two texts differ, with a little before: what both begin with is no news.
std::string_view from_difference(std::string_view text, size_t common) {
  constexpr size_t k_before = 20;
  return text.substr(common > k_before ? std::min(text.size(), common - k_before) : 0);
}

std::string change_text(const SessionContexts& contexts, const MessageChange& change, const TextStyle& style) {
  const size_t room =
      style.verbose || style.width == 0 ? static_cast<size_t>(-1) : static_cast<size_t>(style.width) * 4;
  const auto text_of = [&](int32_t message, size_t bytes_max) {
    return message_text(contexts.messages[message].message, bytes_max);
  };
  const auto line = [&](std::string_view mark, Color color, std::string_view text) {
    const std::string whole = std::string(mark) + " " + safe(text);
    if (style.verbose) return paragraph(whole, style, {.first = 2, .rest = 4}, color);
    return colored(style, color, fit("  " + whole, style.width)) + "\n";
  };
  if (change.type == MessageChangeType::added) return line("+", Color::green, text_of(change.to_message, room));
  if (change.type == MessageChangeType::removed) return line("-", Color::red, text_of(change.from_message, room));
  const std::string from = text_of(change.from_message, static_cast<size_t>(-1));
  const std::string to = text_of(change.to_message, static_cast<size_t>(-1));
  const auto common = static_cast<size_t>(std::ranges::mismatch(from, to).in1 - from.begin());
  const auto cut = [&](const std::string& text) {
    const size_t role_end = std::min(text.find(']'), text.size() - 1) + 1;
    const std::string_view tail = from_difference(text, common);
    const bool is_cut = tail.size() < text.size();
    return (is_cut ? text.substr(0, role_end) + " …" : std::string()) + std::string(tail.substr(0, room));
  };
  return line("~", Color::yellow, "message " + std::to_string(change.to_position) + " edited") +
         line("  -", Color::red, cut(from)) + line("  +", Color::green, cut(to));
}

std::string tokens_text(const ContextDiff& diff) {
  return "Tokens: " + std::to_string(diff.from_tokens) + " → " + std::to_string(diff.to_tokens) + " (" +
         signed_text(diff.to_tokens - diff.from_tokens) + ")" +
         (diff.are_tokens_reported ? "" : ", estimated: not both calls told theirs") + "\n";
}

}  // namespace

std::string context_diff_text(const SessionView& session, const ContextDiff& diff, const TextStyle& style) {
  std::string out = head_of(session, diff);
  if (!diff.any()) {
    out += "No changes detected.\n";
  } else {
    out += system_text(diff) + tools_text(diff.tools, style);
    out += "Messages: " + std::to_string(diff.from_count) + " → " + std::to_string(diff.to_count) + " (" +
           signed_text(diff.to_count - diff.from_count) + ")\n";
    const size_t shown = style.verbose ? diff.messages.size() : std::min(diff.messages.size(), k_changes_shown_max);
    for (size_t i = 0; i < shown; ++i) out += change_text(session.contexts, diff.messages[i], style);
    if (shown < diff.messages.size())
      out += "  … " + amount(static_cast<int64_t>(diff.messages.size() - shown), "more change") + "; -v prints all\n";
    out += tokens_text(diff);
  }
  const auto note = [&](const std::string& text) { out += paragraph("Note: " + text, style); };
  if (!diff.from_unknown.empty()) note("not all of the first context is known: " + safe(diff.from_unknown));
  if (!diff.to_unknown.empty()) note("not all of the second context is known: " + safe(diff.to_unknown));
  if (!diff.is_exact) note("too much changed to find all that stayed; beginnings and ends were compared.");
  return out;
}

}  // namespace strobe::view
