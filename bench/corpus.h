#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"

namespace strobe::bench {

// Numbers that are the same on every machine for the same seed (splitmix64).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ull + 1) {}
  uint64_t next();
  // [0, limit); limit > 0.
  size_t below(size_t limit) { return static_cast<size_t>(next() % limit); }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  // exp(normal(log(median), sigma)), held within [min, max].
  size_t log_normal(double median, double sigma, size_t min, size_t max);
  // `count` letters and digits, as ids of model providers have them.
  std::string letters(size_t count);
  std::string bytes(size_t count);

 private:
  uint64_t state_;
};

// Real text for made-up agents: the headers that come with the compiler, which every machine that builds Strobe has and
// which the built-in dictionary was not trained on. Licence texts are left out, for they would repeat in every file.
class Corpus {
 public:
  // Reads the text files below `folder`, in the order of their names. Errors: not_found, when there is hardly any text.
  static Result<Corpus> read(const std::string& folder);

  const std::vector<std::string>& files() const { return names_; }
  std::string_view code() const { return code_; }
  std::string_view prose() const { return prose_; }
  // Which file (index into files()) the byte of code() belongs to.
  size_t file_at(size_t offset) const;

 private:
  void add(std::string name, std::string_view text);

  std::vector<std::string> names_;
  std::vector<size_t> ends_;  // where each file ends in code_
  std::string code_;
  std::unordered_set<std::string> sentences_;
  std::string prose_;  // what the comments say, as sentences
};

// Walks through one text from a place of its own, so that no passage comes twice before the text ends.
class Passages {
 public:
  Passages(std::string_view text, size_t start) : text_(text), at_(start % text.size()) {}
  // About `bytes` of the text, ending at a line's (or, in prose, a word's) end.
  std::string_view take(size_t bytes, char boundary);
  size_t at() const { return at_; }

 private:
  std::string_view text_;
  size_t at_;
};

}  // namespace strobe::bench
