#include <algorithm>

#include "view/phrases.h"
#include "view/session_text.h"

namespace strobe::view {

namespace {

void append_block(std::string& out, std::string_view text, std::string_view first, const TextStyle& style) {
  constexpr int k_indent = 2;
  const std::string clean = safe_lines(std::string(first) + std::string(text));
  const auto lines = wrapped(clean, style.width > 0 ? std::max(20, style.width - k_indent) : 0);
  const size_t shown = style.verbose ? lines.size() : std::min<size_t>(lines.size(), k_transcript_lines_max);
  for (size_t i = 0; i < shown; ++i) out += std::string(k_indent, ' ') + lines[i] + "\n";
  if (shown < lines.size()) {
    const std::string note = "… " + count(static_cast<int64_t>(lines.size() - shown)) + " more lines (-v shows all)";
    out += std::string(k_indent, ' ') + colored(style, Color::dim, note) + "\n";
  }
}

void append_part(std::string& out, const Part& part, const TextStyle& style) {
  switch (part.type) {
    case PartType::text: return append_block(out, part.text, "", style);
    case PartType::reasoning: return append_block(out, part.text, "(reasoning) ", style);
    case PartType::tool_call: return append_block(out, part.payload.text, "→ " + std::string(part.name) + " ", style);
    case PartType::tool_result: return append_block(out, part.payload.text, part.is_error ? "← error: " : "← ", style);
    case PartType::media:
      return append_block(
          out, part.uri.empty() ? std::to_string(part.data.size()) + " base64 characters" : std::string(part.uri),
          "[" + std::string(part.mime) + "] ", style);
    case PartType::other: return append_block(out, part.payload.text, "[" + std::string(part.name) + "] ", style);
  }
}

Color color_of(std::string_view role) {
  if (role == "user") return Color::green;
  if (role == "assistant") return Color::cyan;
  if (role == "tool") return Color::yellow;
  return Color::bold;
}

std::string entry_text(const SpanView& span, const TranscriptEntry& entry, const TextStyle& style) {
  constexpr size_t k_id_digits = 12;
  const Message& message = *entry.message;
  std::string head = safe(message.role);
  if (!message.name.empty()) head += " " + safe(message.name);
  std::string out = "\n" + colored(style, color_of(message.role), head);
  if (span.step > 0) out += colored(style, Color::dim, "  step " + std::to_string(span.step));
  if (style.verbose) out += colored(style, Color::dim, "  message " + entry.id.hex().substr(0, k_id_digits));
  out += "\n";
  for (const Part& part : message.parts) append_part(out, part, style);
  if (message.state == ContentState::present) return out;
  const std::string_view note =
      message.state == ContentState::truncated ? "(truncated by the sender)" : "(withheld by the sender)";
  return out + "  " + colored(style, Color::dim, note) + "\n";
}

// A call whose messages did not arrive.
std::string bare_call_text(const SpanView& span, const TextStyle& style) {
  constexpr int k_model_width_max = 60;
  const std::string head = "call to " + fit(subject_of(span), k_model_width_max);
  std::string out = "\n" + colored(style, color_of("assistant"), head) +
                    colored(style, Color::dim, "  step " + std::to_string(span.step)) + "\n";
  std::string note = "no messages arrived";
  const std::string usage = usage_text(span);
  if (!usage.empty()) note += ": " + usage;
  if (span.span.facts.status == SpanStatus::error) note += "; it failed: " + error_text(span);
  return out + paragraph("(" + note + ")", style, {.first = 2, .rest = 2});
}

}  // namespace

std::string session_transcript_text(const SessionView& view, const Transcript& transcript, const Excerpt& excerpt,
                                    const TextStyle& style) {
  const std::string head = colored(style, Color::bold, "Session " + short_id(view.summary)) + "  " +
                           amount(static_cast<int64_t>(transcript.entries.size()), "message") + "\n" +
                           excerpt_note(view, excerpt);
  std::string notes = content_notes_text(view, style);
  if (!notes.empty()) notes = "\n" + notes;
  const std::vector<bool> in_excerpt = spans_in(view, excerpt);
  Lines lines(excerpt.lines_max);
  const auto add = [&](auto make_text) {
    if (lines.has_room()) {
      lines.add(make_text());
    } else {
      lines.skip();
    }
  };
  // Entries come in the order of their spans.
  size_t entry = 0;
  for (size_t i = 0; i < view.spans.size(); ++i) {
    const SpanView& span = view.spans[i];
    const bool has_entry =
        entry < transcript.entries.size() && transcript.entries[entry].span == static_cast<int32_t>(i);
    if (span.is_llm_call && !has_entry && in_excerpt[i]) add([&] { return bare_call_text(span, style); });
    for (; entry < transcript.entries.size() && transcript.entries[entry].span == static_cast<int32_t>(i); ++entry) {
      if (in_excerpt[i]) add([&] { return entry_text(span, transcript.entries[entry], style); });
    }
  }
  return head + notes + lines.take("messages");
}

}  // namespace strobe::view
