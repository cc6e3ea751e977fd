#include "view/list_notes.h"

#include "view/text.h"

namespace strobe::view {

namespace {
std::string text_of(const Tally& tally) {
  return (tally.is_least ? "more than " : "") + count(static_cast<int64_t>(tally.count));
}
}  // namespace

std::string more_note(const Tally& more) {
  if (more.count == 0) return {};
  return text_of(more) + " more, --limit 0 shows all\n";
}

std::string no_match_note(std::string_view noun, std::string_view conditions, const Tally& without) {
  const bool is_one_condition = conditions.find(',') == std::string_view::npos;
  const bool is_one = without.count == 1 && !without.is_least;
  std::string text = "no " + std::string(noun) + " matches " + std::string(conditions) + "; without ";
  text += is_one_condition ? "it" : "them";
  if (without.count == 0) return text + " there is none either\n";
  return text + (is_one ? " there is " : " there are ") + text_of(without) + "\n";
}

}  // namespace strobe::view
