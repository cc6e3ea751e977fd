#include "analyze/rules/argument_numbers.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <numeric>
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

uint64_t mixed(uint64_t value) {
  value = (value ^ value >> 31) * 0x9e3779b97f4a7c15u;
  return value ^ value >> 29;
}

// Hashes what a JSON text says, without its order: equal for texts that are equal as JSON, seldom for others.
class JsonLikeness {
 public:
  explicit JsonLikeness(std::string_view text) : text_(text) {}

  uint64_t sum() {
    uint64_t sum = 0;
    while (at_ < text_.size()) sum += next();
    return sum;
  }

 private:
  static constexpr std::string_view k_nothing_said = " \t\r\n{}[]:,";
  static constexpr std::string_view k_in_numbers = "+-.0123456789Ee";

  uint64_t next() {
    const char c = text_[at_];
    if (c == '"') return string();
    if (c == '-' || (c >= '0' && c <= '9')) return number();
    ++at_;
    return k_nothing_said.contains(c) ? 0 : mixed(static_cast<unsigned char>(c));
  }
  // By its ASCII characters alone, for the others may be spelt in many ways.
  uint64_t string() {
    uint64_t hash = 1;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      unsigned code = static_cast<unsigned char>(text_[at_]);
      if (code == '\\') code = escaped();
      if (code < 0x80) hash = (hash ^ code) * 0x100000001b3u;
    }
    ++at_;
    return mixed(hash);
  }
  // Leaves at_ on the last byte of the escape.
  unsigned escaped() {
    if (++at_ >= text_.size()) return 0x80;
    switch (text_[at_]) {
      case 'n': return '\n';
      case 't': return '\t';
      case 'r': return '\r';
      case 'b': return '\b';
      case 'f': return '\f';
      case 'u': break;
      default: return static_cast<unsigned char>(text_[at_]);
    }
    constexpr size_t k_digits = 4;
    unsigned code = 0x80;
    const std::string_view digits = text_.substr(at_ + 1, k_digits);
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    at_ += static_cast<size_t>(end.ptr - digits.data());
    return code;
  }
  // By its value, and not at all where that is out of what a double holds.
  uint64_t number() {
    const size_t length = std::min(text_.find_first_not_of(k_in_numbers, at_), text_.size()) - at_;
    double value = 0;
    const char* first = text_.data() + at_;
    const auto end = std::from_chars(first, first + length, value);
    at_ += length;
    if (end.ec != std::errc() || value == 0) return 0;
    return mixed(std::hash<double>()(value));
  }

  std::string_view text_;
  size_t at_ = 0;
};

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
  struct Entry {
    uint64_t likeness = 0;
    int32_t index = 0;
  };
  std::vector<Entry> entries;
  entries.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].data() == nullptr) continue;
    entries.push_back({likeness_of(texts[i]), static_cast<int32_t>(i)});
  }
  std::ranges::sort(entries, {}, &Entry::likeness);
  std::vector<int32_t> numbers(texts.size(), -1);
  int32_t number = -1;
  for (size_t begin = 0; begin < entries.size();) {
    size_t end = begin;
    bool is_one_text = true;
    for (; end < entries.size() && entries[end].likeness == entries[begin].likeness; ++end) {
      is_one_text &= texts[entries[end].index] == texts[entries[begin].index];
    }
    const auto alike = std::span(entries).subspan(begin, end - begin);
    if (!is_one_text) std::ranges::sort(alike, {}, [&](const Entry& entry) { return texts[entry.index]; });
    for (size_t i = begin; i < end; ++i) {
      if (i == begin || texts[entries[i].index] != texts[entries[i - 1].index]) ++number;
      numbers[entries[i].index] = number;
    }
    begin = end;
  }
  return numbers;
}

// Reading JSON whole costs more than everything else here, so only texts that are alike are: those that say the same
// words and numbers, but not in the same bytes.
std::vector<int32_t> argument_numbers(std::span<const std::string_view> texts) {
  std::vector<int32_t> numbers = numbers_of(texts);
  std::vector<std::string_view> different(static_cast<size_t>(numbers.empty() ? 0 : std::ranges::max(numbers) + 1));
  for (size_t i = 0; i < texts.size(); ++i) {
    if (numbers[i] >= 0) different[numbers[i]] = texts[i];
  }
  std::vector<std::pair<uint64_t, int32_t>> likeness;
  likeness.reserve(different.size());
  for (size_t i = 0; i < different.size(); ++i) {
    likeness.emplace_back(JsonLikeness(different[i]).sum(), static_cast<int32_t>(i));
  }
  std::ranges::sort(likeness);
  std::vector<int32_t> read;  // indexes in `different`
  for (size_t i = 0; i < likeness.size(); ++i) {
    const bool is_as_before = i > 0 && likeness[i - 1].first == likeness[i].first;
    const bool is_as_next = i + 1 < likeness.size() && likeness[i + 1].first == likeness[i].first;
    if (is_as_before || is_as_next) read.push_back(likeness[i].second);
  }
  std::vector<std::string> forms;
  for (const int32_t index : read) forms.push_back(canonical_arguments(different[index]));
  const std::vector<int32_t> form_numbers = numbers_of(std::vector<std::string_view>(forms.begin(), forms.end()));
  std::vector<int32_t> first_of(forms.size(), -1);  // by the form's number
  std::vector<int32_t> same_as(different.size());
  std::iota(same_as.begin(), same_as.end(), 0);
  for (size_t i = 0; i < read.size(); ++i) {
    int32_t& first = first_of[form_numbers[i]];
    if (first < 0) first = read[i];
    same_as[read[i]] = first;
  }
  for (int32_t& number : numbers) {
    if (number >= 0) number = same_as[number];
  }
  return numbers;
}

}  // namespace strobe::analyze
