#include <cstdio>

#include "view/answers/context.h"
#include "view/answers/context_phrases.h"
#include "view/answers/headings.h"
#include "view/phrases.h"

namespace strobe::view {

namespace {

using analyze::ContextProfile;
using analyze::Temperature;

std::string share_text(std::string_view label, int label_width, const analyze::ContextShare& share) {
  char numbers[96];
  std::snprintf(numbers, sizeof numbers, " %5lld tok  %5s%%", static_cast<long long>(share.tokens),
                one_decimal(share.percent).c_str());
  return padded(label, label_width) + numbers;
}

std::string temperature_line(const ContextProfile& profile, Temperature temperature, std::string_view label,
                             std::string_view meaning) {
  const analyze::ContextShare& share = profile.by_temperature[static_cast<size_t>(temperature)];
  char messages[48];
  std::snprintf(messages, sizeof messages, "  %2lld msgs   ← ", static_cast<long long>(share.messages));
  return share_text(label, 18, share) + messages + std::string(meaning) + "\n";
}

std::string notes_of(const SpanView& call, const ContextProfile& profile, const TextStyle& style) {
  std::string out;
  const auto note = [&](const std::string& text) { out += paragraph("Note: " + text, style); };
  if (!profile.why_unknown.empty()) note("not all of this context is known: " + safe(profile.why_unknown));
  if (profile.is_scaled) {
    note("tokens of a message are estimates, scaled so that all add up to the " + count(*profile.reported_tokens) +
         " input tokens that the call reported.");
  } else if (profile.reported_tokens) {
    note("tokens are estimates, four bytes each; the call reported " + count(*profile.reported_tokens) +
         " input tokens.");
  } else {
    note("tokens are estimates, four bytes each: the call reported none.");
  }
  if (profile.media_parts > 0)
    note(amount(profile.media_parts, "picture or other medium") + " take tokens that nobody can estimate here.");
  if (profile.budget.source == analyze::ContextBudget::Source::model)
    note("the budget is the window of " + safe(call.span.facts.model) + ", as the price list has it.");
  return out;
}

}  // namespace

std::string context_profile_text(const SessionView& session, const ContextProfile& profile, const TextStyle& style) {
  const SpanView& call = session.spans[profile.span];
  std::string out = "Context Profile: " + call_name(call);
  if (call.lane > 0) out += "  |  lane " + std::to_string(call.lane);
  if (!profile.is_known)
    return out + "\n\n" + paragraph("Nothing is known of it: " + safe(profile.why_unknown) + ".", style);
  out += "  |  ~" + std::to_string(profile.total_tokens) + " tok / ";
  out += profile.budget.tokens > 0 ? std::to_string(profile.budget.tokens) + " budget" : std::string("no budget");
  out += "\n\n" + ruled_heading("Classification", style);
  out += temperature_line(profile, Temperature::active, "Active", "what the model works on now");
  out += temperature_line(profile, Temperature::warm, "Warm", "used a short while ago");
  out += temperature_line(profile, Temperature::cold, "Cold", "nothing recent refers to it");
  out += temperature_line(profile, Temperature::leaked, "Leaked", "old tool results nobody freed");
  if (!profile.consumers.empty()) out += "\n" + ruled_heading("Top Consumers", style);
  for (size_t i = 0; i < profile.consumers.size(); ++i) {
    out += padded("#" + std::to_string(i + 1), 4) +
           share_text(safe(profile.consumers[i].kind), 20, profile.consumers[i].share) + "\n";
  }
  if (!profile.suggestions.empty()) out += "\n" + ruled_heading("Suggestions", style);
  for (const std::string& suggestion : profile.suggestions)
    out += paragraph("• " + safe(suggestion), style, {.rest = 2});
  return out + "\n" + notes_of(call, profile, style);
}

}  // namespace strobe::view
