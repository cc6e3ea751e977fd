#include "importer/lines.h"

#include <gtest/gtest.h>

#include <random>

#include "importer/format.h"

namespace strobe::importer {
namespace {

std::vector<std::string> lines_of(const std::string& text, size_t line_bytes_max = k_line_bytes_max) {
  LineReader reader(reading(std::make_shared<const std::string>(text)), line_bytes_max);
  std::vector<std::string> lines;
  while (true) {
    const auto line = reader.next();
    EXPECT_TRUE(line);
    if (!line || !*line) return lines;
    EXPECT_EQ((*line)->number, lines.size() + 1);
    lines.push_back((*line)->is_too_long ? "<too long>" : std::string((*line)->text));
    if (!(*line)->has_end) lines.back() += "<cut>";
  }
}

using Texts = std::vector<std::string>;

TEST(Lines, AreTakenApart) {
  EXPECT_EQ(lines_of(""), Texts{});
  EXPECT_EQ(lines_of("a\n\nb\r\n"), (Texts{"a", "", "b"}));
  EXPECT_EQ(lines_of("a\nb"), (Texts{"a", "b<cut>"}));
  EXPECT_EQ(lines_of("\n"), (Texts{""}));
}

TEST(Lines, LongOnesAreWholeAndTooLongOnesAreNotTheEnd) {
  const std::string longer(size_t{5} << 20, 'x');
  EXPECT_EQ(lines_of("a\n" + longer + "\nb\n"), (Texts{"a", longer, "b"}));
  EXPECT_EQ(lines_of("a\n" + longer + "\nb\n", 1000), (Texts{"a", "<too long>", "b"}));
  EXPECT_EQ(lines_of("a\n" + std::string(2000, 'y') + "\nb\n" + longer, 1000),
            (Texts{"a", "<too long>", "b", "<too long><cut>"}));
}

TEST(Lines, AnySizesComeBack) {
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    Texts lines;
    std::string text;
    for (int i = 0; i < 30; ++i) {
      lines.push_back(std::string(random() % (random() % 4 == 0 ? 900'000 : 50), static_cast<char>('a' + i % 26)));
      text += lines.back() + "\n";
    }
    EXPECT_EQ(lines_of(text), lines);
  }
}

TEST(Lines, TheHeadIsGivenOutAgain) {
  LineReader reader(reading(std::make_shared<const std::string>("ab\ncd\n")));
  EXPECT_EQ(*reader.peek(4), "ab\nc");
  EXPECT_EQ((**reader.next()).text, "ab");
  EXPECT_EQ(*reader.rest(10), "cd\n");
}

TEST(Formats, AreToldByTheNamesOfMembers) {
  EXPECT_EQ(format_told_by(R"({"_type":"x","_ts":"2026"})"), Format::attocode);
  EXPECT_EQ(format_told_by("half a line\"}\n\n"
                           R"({"a":{"b":[1]},"_ts":"2026","_type":"x"})"
                           "\n"),
            Format::attocode);
  EXPECT_EQ(format_told_by(R"({"kind":"x","event_id":"e","data":{},"timestamp":1})"), Format::attocode_python);
  EXPECT_EQ(format_told_by(R"({"text":"\"_type\" and \"_ts\"","_ts":1})"), std::nullopt);
  EXPECT_EQ(format_told_by(R"({"note":{"_type":1,"_ts":2}})"), std::nullopt);
  EXPECT_EQ(format_told_by("{\n  \"resourceSpans\": [\n{\"_type\":1,\"_ts\":2}\n"), Format::otlp);
  EXPECT_EQ(format_told_by(""), std::nullopt);
}

}  // namespace
}  // namespace strobe::importer
