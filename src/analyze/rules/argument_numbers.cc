#include "analyze/rules/argument_numbers.h"

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

#include "context/canonical.h"

namespace strobe::analyze {

namespace {

// Equal for equal texts, and seldom for others: looks at the length and at three places, for results are long.
uint64_t likeness_of(std::string_view text) {
  constexpr size_t k_sample_bytes = 32;
  if (text.size() <= 3 * k_sample_bytes) return std::hash<std::string_view>()(text);
  const auto sample = [&](size_t at) -> uint64_t {
    return std::hash<std::string_view>()(text.substr(at, k_sample_bytes));
  };
  uint64_t likeness = text.size();
  for (const size_t at : {size_t{0}, text.size() / 2, text.size() - k_sample_bytes}) {
    likeness = (likeness ^ sample(at)) * 0x9e3779b97f4a7c15u;
  }
  return likeness;
}

// numbers_of() where there are few texts, as names of tools are; empty where there are more, or two look alike.
std::vector<int32_t> numbers_of_few(std::span<const std::string_view> texts) {
  constexpr size_t k_texts_max = 256;
  struct Known {
    std::string_view text;
    int32_t number = 0;
  };
  std::unordered_map<uint64_t, Known> known;
  std::vector<int32_t> numbers(texts.size(), -1);
  for (size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].data() == nullptr) continue;
    const auto [found, is_new] =
        known.try_emplace(likeness_of(texts[i]), Known{texts[i], static_cast<int32_t>(known.size())});
    if (found->second.text != texts[i] || known.size() > k_texts_max) return {};
    numbers[i] = found->second.number;
  }
  return numbers;
}

std::string canonical_arguments(std::string_view text) {
  Part part;
  part.type = PartType::tool_call;
  part.payload = {text.empty() ? "{}" : text, true};
  Message message;
  message.parts.push_back(part);
  return context::canonical_form(message);
}

}  // namespace

std::vector<int32_t> numbers_of(std::span<const std::string_view> texts) {
  if (std::vector<int32_t> few = numbers_of_few(texts); few.size() == texts.size()) return few;
  std::vector<std::pair<uint64_t, int32_t>> alike;
  alike.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].data() != nullptr) alike.emplace_back(likeness_of(texts[i]), static_cast<int32_t>(i));
  }
  std::ranges::sort(alike);
  std::vector<int32_t> numbers(texts.size(), -1);
  std::vector<int32_t> first_of;  // by number
  std::vector<int32_t> others;    // that are like the first of their number, but another text
  for (size_t i = 0; i < alike.size(); ++i) {
    if (i == 0 || alike[i].first != alike[i - 1].first) first_of.push_back(alike[i].second);
    numbers[alike[i].second] = static_cast<int32_t>(first_of.size()) - 1;
  }
  // In the order of the texts, which is where they lie in memory.
  for (size_t i = 0; i < texts.size(); ++i) {
    if (numbers[i] >= 0 && texts[i] != texts[first_of[numbers[i]]]) others.push_back(static_cast<int32_t>(i));
  }
  std::ranges::sort(others, {}, [&](int32_t index) { return texts[index]; });
  auto number = static_cast<int32_t>(first_of.size()) - 1;
  for (size_t i = 0; i < others.size(); ++i) {
    if (i == 0 || texts[others[i]] != texts[others[i - 1]]) ++number;
    numbers[others[i]] = number;
  }
  return numbers;
}

// Texts of equal bytes are read once.
std::vector<int32_t> argument_numbers(std::span<const std::string_view> texts) {
  std::vector<int32_t> numbers = numbers_of(texts);
  std::vector<std::string> forms(static_cast<size_t>(numbers.empty() ? 0 : std::ranges::max(numbers) + 1));
  for (size_t i = 0; i < texts.size(); ++i) {
    if (numbers[i] >= 0 && forms[numbers[i]].empty()) forms[numbers[i]] = canonical_arguments(texts[i]);
  }
  const std::vector<int32_t> of_forms = numbers_of(std::vector<std::string_view>(forms.begin(), forms.end()));
  for (int32_t& number : numbers) {
    if (number >= 0) number = of_forms[number];
  }
  return numbers;
}

}  // namespace strobe::analyze
