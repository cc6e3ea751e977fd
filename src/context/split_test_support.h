#pragma once

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "context/piece_map.h"
#include "context/split.h"

// What the tests of splitting share: a stand-in for a dialect, records, and histories made from a seed.
namespace strobe::context::test {

// Reads {"role","content"} (also inside {"message":...}) and takes everything else as it is.
Message parse_test_element(ElementFormat format, const json::Node& element, Arena& arena);

// A span of one trace with string attributes, which must outlive it.
struct TestSpan {
  std::vector<std::pair<std::string, Value>> attributes;
  std::vector<ContentSource> content;
  std::string trace_id = "0123456789abcdef";
  Kind kind = Kind::llm;
};

// A splitter and everything that ever came out of it.
class Recorder {
 public:
  explicit Recorder(SplitOptions options = {}) : splitter(with_parser(options)) {}
  SplitRecord split(const TestSpan& span);
  // Collects the batch; checks that pieces come once and after those they refer to.
  Splitter::Output take();
  // The record's references as text: ids of blobs, and of sequences' items.
  static std::string describe(const SplitRecord& record);

  Splitter splitter;
  PieceMap pieces;
  size_t literal_bytes = 0;   // of all distinct pieces
  size_t similar_pieces = 0;  // distinct ones with a base

 private:
  static SplitOptions with_parser(SplitOptions options) {
    options.parser = parse_test_element;
    return options;
  }
};

// The attributes of a record, put together again.
Result<std::vector<KeyValue>> attributes_again(const SplitRecord& record, const PieceMap& pieces, Arena& arena);
// They are those of the span the record was made of, byte for byte.
void expect_exact(const TestSpan& span, const SplitRecord& record, const PieceMap& pieces);

std::string escaped(std::string_view text, EscapeStyle style);
// Words, sometimes with everything that is hard to escape.
std::string random_words(std::mt19937_64& random, size_t size);
// {"role":...,"content":...} in a random dialect of JSON; `style` and white space by the seed.
std::string random_message(std::mt19937_64& random, EscapeStyle style);
// A JSON list with white space and separators chosen by `layout`.
std::string list_of(const std::vector<std::string>& elements, uint64_t layout);
// Text that looks like JSON, then gets damaged.
std::string random_nasty(std::mt19937_64& random);

}  // namespace strobe::context::test
