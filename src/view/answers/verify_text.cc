#include "view/answers/verify.h"
#include "view/phrases.h"

namespace strobe::view {

namespace {

using analyze::CheckLevel;
using analyze::Verdict;

Color color_of(CheckLevel level) {
  if (level == CheckLevel::fault) return Color::red;
  return level == CheckLevel::gap ? Color::yellow : Color::plain;
}

Color color_of(Verdict verdict) {
  if (verdict == Verdict::broken) return Color::red;
  return verdict == Verdict::incomplete ? Color::yellow : Color::green;
}

std::string_view meaning_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::sound: return "nothing contradicts it, nothing is missing";
    case Verdict::incomplete: return "nothing contradicts it, but not everything was recorded";
    case Verdict::broken: return "it contradicts itself, or its end is missing";
  }
  return {};
}

std::string verdict_text(Verdict verdict, const TextStyle& style) {
  const std::string_view name = name_of(verdict);
  const std::string text = paragraph(std::string(name) + ": " + std::string(meaning_of(verdict)), style);
  return colored(style, color_of(verdict), name) + text.substr(name.size());
}

std::string spans_text(const SessionView& session, const analyze::Check& check, const TextStyle& style) {
  std::string text;
  for (const int32_t span : check.spans) {
    const std::string line =
        "      " + session.spans[span].span.facts.span_id.hex() + "  " + label_of(session.spans[span]);
    text += colored(style, Color::dim, style.width > 0 ? fit(line, style.width) : line) + "\n";
  }
  const auto named = static_cast<int64_t>(check.spans.size());
  if (named > 0 && check.count > named) text += colored(style, Color::dim, "      …") + "\n";
  return text;
}

std::string check_text(const analyze::Check& check, const analyze::Verification& verification, const TextStyle& style) {
  std::string text = "✓ " + std::string(check.passed);
  if (check.count > 0) {
    text = padded(name_of(check.level), 6) + std::string(check.failed);
    if (check.id == "no_silence") text += ", longer than " + duration(DurationNs{verification.max_gap_ns});
    text += ": " + count(check.count);
  }
  return paragraph(text, style, {.first = 2, .rest = check.count > 0 ? 8 : 4},
                   check.count > 0 ? color_of(check.level) : Color::green);
}

}  // namespace

std::string verify_text(const SessionView& session, const analyze::Verification& verification, const TextStyle& style) {
  std::string text = colored(style, Color::bold, "Verify: " + short_id(session.summary)) + "  |  " +
                     amount(static_cast<int64_t>(session.spans.size()), "span") + "  |  " +
                     std::string(name_of(session.summary.status)) + "\n" + verdict_text(verification.verdict, style);
  int64_t passed = 0;
  for (const CheckLevel level : {CheckLevel::fault, CheckLevel::gap, CheckLevel::note}) {
    for (const analyze::Check& check : verification.checks) {
      if (check.level != level) continue;
      passed += check.count == 0 ? 1 : 0;
      if (check.count == 0 && !style.verbose) continue;
      text += check_text(check, verification, style) + spans_text(session, check, style);
    }
  }
  text += "  " + amount(passed, "check") + " of " + std::to_string(verification.checks.size()) + " passed\n";
  if (verification.verdict == Verdict::incomplete) text += "  --allow-gaps takes records that are incomplete\n";
  return text;
}

}  // namespace strobe::view
