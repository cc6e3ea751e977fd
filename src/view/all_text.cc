#include "view/session_text.h"

namespace strobe::view {

namespace {
std::string heading(std::string_view title, const TextStyle& style) {
  return "\n" + colored(style, Color::bold, "── " + std::string(title) + " ──") + "\n\n";
}
}  // namespace

std::string session_all_text(const SessionView& view, const Transcript& transcript, const Excerpt& excerpt,
                             const TextStyle& style, const Found& found) {
  std::string out = heading("Summary", style).substr(1) + session_summary_text(view, style, found);
  out += heading("Timeline", style) + session_timeline_text(view, excerpt, style);
  out += heading("Tree", style) + session_tree_text(view, excerpt, style);
  out += heading("Tokens", style) + session_tokens_text(view, excerpt, style);
  out += heading("Transcript", style) + session_transcript_text(view, transcript, excerpt, style);
  return out;
}

}  // namespace strobe::view
