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

std::string verdict_text(const analyze::Verification& verification, const TextStyle& style) {
  switch (verification.verdict) {
    case Verdict::sound:
      return colored(style, Color::green, "sound") + ": nothing contradicts it, nothing is missing\n";
    case Verdict::incomplete:
      return colored(style, Color::yellow, "incomplete") +
             ": nothing contradicts it, but not everything was recorded (--allow-gaps takes that)\n";
    case Verdict::broken:
      return colored(style, Color::red, "broken") + ": it contradicts itself, or its end is missing\n";
  }
  return {};
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

}  // namespace

std::string verify_text(const SessionView& session, const analyze::Verification& verification, const TextStyle& style) {
  std::string text = colored(style, Color::bold, "Verify: " + short_id(session.summary)) + "  |  " +
                     amount(static_cast<int64_t>(session.spans.size()), "span") + "  |  " +
                     std::string(name_of(session.summary.status)) + "\n" + verdict_text(verification, style);
  int64_t passed = 0;
  for (const CheckLevel level : {CheckLevel::fault, CheckLevel::gap, CheckLevel::note}) {
    for (const analyze::Check& check : verification.checks) {
      if (check.level != level) continue;
      passed += check.count == 0 ? 1 : 0;
      if (check.count == 0 && !style.verbose) continue;
      std::string line = "  ✓ " + std::string(check.passed);
      if (check.count > 0) line = "  " + padded(name_of(level), 6) + std::string(check.failed);
      if (check.id == "no_silence" && check.count > 0)
        line += ", longer than " + duration(DurationNs{verification.max_gap_ns});
      if (check.count > 0) line += ": " + count(check.count);
      text += colored(style, check.count == 0 ? Color::green : color_of(level),
                      fit(line, style.width > 0 ? style.width : 400)) +
              "\n" + spans_text(session, check, style);
    }
  }
  return text + "  " + amount(passed, "check") + " of " + std::to_string(verification.checks.size()) + " passed\n";
}

}  // namespace strobe::view
