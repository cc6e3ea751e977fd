#include "bench/corpus.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>

#include "base/file.h"

namespace strobe::bench {

namespace {

constexpr size_t k_text_bytes_min = size_t{2} << 20;
constexpr size_t k_file_bytes_max = size_t{4} << 20;
constexpr std::string_view k_licence_end = "licenses/>.";

bool is_plain_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t'; });
}

std::string_view behind_licence(std::string_view text) {
  const size_t end = text.substr(0, 4096).find(k_licence_end);
  if (end == std::string_view::npos) return text;
  const size_t line = text.find('\n', end);
  return line == std::string_view::npos ? std::string_view() : text.substr(line + 1);
}

// What a comment line says, without its marks; empty when it is no sentence.
std::string_view sentence_of(std::string_view line) {
  const size_t start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  line.remove_prefix(start);
  const bool is_comment = line.starts_with("//") || line.starts_with("*");
  if (!is_comment) return {};
  const size_t text = line.find_first_not_of("/*! \t");
  if (text == std::string_view::npos || line.size() - text < 25) return {};
  line.remove_prefix(text);
  const auto letters = std::count_if(line.begin(), line.end(),
                                     [](char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == ' '; });
  return static_cast<size_t>(letters) * 10 >= line.size() * 8 ? line : std::string_view();
}

}  // namespace

uint64_t Random::next() {
  uint64_t z = state_ += 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

size_t Random::log_normal(double median, double sigma, size_t min, size_t max) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  const double normal = radius * std::cos(2.0 * std::numbers::pi * uniform());
  return std::clamp(static_cast<size_t>(median * std::exp(sigma * normal)), min, max);
}

std::string Random::letters(size_t count) {
  constexpr std::string_view k_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text;
  for (size_t i = 0; i < count; ++i) text.push_back(k_letters[below(k_letters.size())]);
  return text;
}

std::string Random::bytes(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text.push_back(static_cast<char>(next() >> 56));
  return text;
}

Result<Corpus> Corpus::read(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file(error)) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  Corpus corpus;
  for (const std::string& path : paths) {
    const auto text = read_file(path, k_file_bytes_max);
    if (text && is_plain_text(*text)) corpus.add(fs::relative(path, folder, error).string(), *text);
  }
  if (corpus.code_.size() < k_text_bytes_min || corpus.prose_.size() < k_text_bytes_min / 10) {
    return fail(ErrorCode::not_found, "too little text in " + folder + " to make up agents from");
  }
  return corpus;
}

void Corpus::add(std::string name, std::string_view text) {
  text = behind_licence(text);
  names_.push_back(std::move(name));
  code_.append(text);
  ends_.push_back(code_.size());
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const auto sentence = sentence_of(text.substr(0, end));
    // A sentence that stands in every file would make agents repeat themselves more than they do.
    if (!sentence.empty() && sentences_.emplace(sentence).second) prose_.append(sentence).push_back(' ');
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

size_t Corpus::file_at(size_t offset) const {
  const auto at = std::upper_bound(ends_.begin(), ends_.end(), offset);
  return std::min(static_cast<size_t>(at - ends_.begin()), names_.size() - 1);
}

std::string_view Passages::take(size_t bytes, char boundary) {
  if (at_ + bytes >= text_.size()) at_ = 0;
  bytes = std::min(bytes, text_.size() - 1);
  const size_t boundary_at = text_.find(boundary, at_ + bytes);
  const size_t end = boundary_at == std::string_view::npos ? text_.size() : boundary_at + 1;
  const auto passage = text_.substr(at_, end - at_);
  at_ = end % text_.size();
  return passage;
}

}  // namespace strobe::bench
