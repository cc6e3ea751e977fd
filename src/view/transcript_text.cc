#include <algorithm>

#include "view/session_text.h"

namespace strobe::view {

namespace {

// Breaks safe text into lines of at most `width` columns, at spaces where there are any.
std::vector<std::string> wrapped(std::string_view text, int width) {
  std::vector<std::string> lines;
  while (true) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    for (size_t cut = 0; width > 0 && (cut = bytes_within(line, width)) < line.size();) {
      const size_t space = line.rfind(' ', cut);
      if (space != std::string_view::npos && space > cut / 2) cut = space + 1;
      lines.emplace_back(line.substr(0, std::max<size_t>(cut, 1)));
      line.remove_prefix(std::max<size_t>(cut, 1));
    }
    lines.emplace_back(line);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

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
    case PartType::tool_call:
      return append_block(out, part.payload.text, "→ " + std::string(part.name) + " ", style);
    case PartType::tool_result:
      return append_block(out, part.payload.text, part.is_error ? "← error: " : "← ", style);
    case PartType::media:
      return append_block(out, part.uri.empty() ? std::to_string(part.data.size()) + " base64 characters" : std::string(part.uri),
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

}  // namespace

std::string session_transcript_text(const SessionView& view, const Transcript& transcript, const TextStyle& style) {
  std::string out = colored(style, Color::bold, "Session " + view.summary.id.hex().substr(0, 12)) + "  " +
                    count(static_cast<int64_t>(transcript.entries.size())) + " messages\n";
  if (transcript.entries.empty()) {
    out += view.summary.llm_calls == 0
               ? "No LLM call was recorded.\n"
               : "No message content arrived with the " + count(view.summary.llm_calls) +
                     " LLM calls: the SDK's content capture is off, or in a form this version does not read.\n";
  }
  for (const TranscriptEntry& entry : transcript.entries) {
    const SpanView& span = view.spans[entry.span];
    std::string head = safe(entry.message->role);
    if (!entry.message->name.empty()) head += " " + safe(entry.message->name);
    out += "\n" + colored(style, color_of(entry.message->role), head);
    if (span.step > 0) out += colored(style, Color::dim, "  step " + std::to_string(span.step));
    out += "\n";
    for (const Part& part : entry.message->parts) append_part(out, part, style);
    if (entry.message->state != ContentState::present) {
      out += "  " + colored(style, Color::dim, entry.message->state == ContentState::truncated ? "(truncated by the sender)" : "(withheld by the sender)") + "\n";
    }
  }
  return out;
}

}  // namespace strobe::view
