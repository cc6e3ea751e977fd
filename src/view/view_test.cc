#include <gtest/gtest.h>

#include <algorithm>

#include "view/lists.h"
#include "view/phrases.h"
#include "view/session_text.h"
#include "view/table.h"
#include "view/text.h"

namespace strobe::view {
namespace {

TEST(SafeTest, NothingFromATraceReachesTheTerminalRaw) {
  EXPECT_EQ(safe("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(safe("one\ntwo\tthree\r"), "one two three ");
  EXPECT_EQ(safe_lines("one\r\ntwo"), "one\ntwo");
  EXPECT_EQ(safe("\u202egnp.exe"), "\\u202egnp.exe");
  EXPECT_EQ(safe("\u2066x\u200b"), "\\u2066x\\u200b");
  EXPECT_EQ(safe("\xc2\x9b"
                 "1m"),
            "\\x9b1m")
      << "the one-character form of escape [";
  EXPECT_EQ(safe("\xff\xc0\x80\xed\xa0\x80"), "\\xff\\xc0\\x80\\xed\\xa0\\x80");
  EXPECT_EQ(safe("Grüße, 世界 🙂"), "Grüße, 世界 🙂");
}

TEST(SafeTest, EveryByteStringComesOutWithoutControls) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string text = {static_cast<char>(a), static_cast<char>(b)};
      for (const char c : safe(text)) ASSERT_FALSE(static_cast<unsigned char>(c) < 0x20 || c == 0x7f) << a << " " << b;
    }
  }
}

TEST(FitTest, CutsByColumnsNotBytes) {
  EXPECT_EQ(fit("hello", 5), "hello");
  EXPECT_EQ(fit("hello!", 5), "hell…");
  EXPECT_EQ(display_width("世界"), 4);
  EXPECT_EQ(fit("世界人", 5), "世界…");
  // A line too narrow for a character holds it whole all the same.
  EXPECT_EQ(wrapped("世界", 1), (std::vector<std::string>{"世", "界"}));
  EXPECT_EQ(padded("ab", 4), "ab  ");
}

TEST(WrapTest, WordsThatFitIntoALineAreNeverBroken) {
  const std::string id = "00f067aa0ba902b7";
  for (int width = 16; width < 60; ++width) {
    const auto lines = wrapped("of span " + id + " it is " + id + " that failed " + id, width);
    size_t found = 0;
    for (const std::string& line : lines) {
      for (size_t at = line.find(id); at != std::string::npos; at = line.find(id, at + 1)) ++found;
      EXPECT_LE(display_width(line.substr(0, line.find_last_not_of(' ') + 1)), width) << line;
    }
    EXPECT_EQ(found, 3u) << width;
  }
}

TEST(WrapTest, AWordLongerThanALineIsBroken) {
  EXPECT_EQ(wrapped("a bcdefghij", 5), (std::vector<std::string>{"a bcd", "efghi", "j"}));
  EXPECT_EQ(wrapped("abcd efghij", 5), (std::vector<std::string>{"abcd", "efghi", "j"}));
}

TEST(WrapTest, ManySpacesTakeNoTime) {
  const auto lines = wrapped(std::string(1'000'000, ' '), 100);
  EXPECT_EQ(lines.size(), 10'000u);
}

TEST(ParagraphTest, LinesBehindTheFirstStandWhereTheyAreAskedTo) {
  EXPECT_EQ(paragraph("Note: a b c d e f", {.width = 26}, {.rest = 6}), "Note: a b c d e f\n");
  EXPECT_EQ(paragraph("Note: one two three four five six", {.width = 26}, {.rest = 6}),
            "Note: one two three\n      four five six\n");
  EXPECT_EQ(paragraph("one\n\ntwo", {.width = 0}, {.first = 2, .rest = 4}), "  one\n\n    two\n");
}

TEST(NumbersTest, ReadAsPeopleWriteThem) {
  EXPECT_EQ(count(0), "0");
  EXPECT_EQ(count(999), "999");
  EXPECT_EQ(count(-1234567), "-1,234,567");
  EXPECT_EQ(duration({0}), "0ns");
  EXPECT_EQ(duration({340'000}), "340us");
  EXPECT_EQ(duration({45'000'000}), "45ms");
  EXPECT_EQ(duration({1'234'000'000}), "1.23s");
  EXPECT_EQ(duration({125'000'000'000}), "2m 05s");
  EXPECT_EQ(money(28'400'000'000), "$0.0284");
  EXPECT_EQ(timestamp({1'769'774'400'000'000'000}), "2026-01-30 12:00:00");
}

TEST(TableTest, FlexibleColumnsGiveWay) {
  const std::string text = render_table({{"ID"}, {"NAME", false, true}, {"N", true}},
                                        {{"1", "a very long name indeed", "5"}}, {.width = 20});
  EXPECT_EQ(text, "ID  NAME           N\n1   a very long …  5\n");
}

SessionView two_spans() {
  static const RawSpan raw;
  SessionView view;
  SpanView agent;
  agent.raw = &raw;
  agent.span.facts.kind = Kind::agent;
  agent.span.facts.name = "agent\x1b[31m";
  agent.children = {1};
  SpanView orphan;
  orphan.raw = &raw;
  orphan.span.facts.kind = Kind::tool;
  orphan.span.facts.tool_name = "read_file";
  orphan.span.facts.status = SpanStatus::error;
  SpanView child = orphan;
  child.parent = 0;
  orphan.parent_missing = true;
  view.spans = {agent, child, orphan};
  return view;
}

TEST(TreeTest, OrphansHangUnderAVisibleLine) {
  EXPECT_EQ(session_tree_text(two_spans(), {}, {}),
            "Session 000000000000  unknown  0ns\n"
            "├── agent agent\\x1b[31m  no end arrived\n"
            "│   └── tool read_file  no end arrived  ERROR\n"
            "└── missing parent 0000000000000000 (named by 1 span, has not arrived)\n"
            "    └── tool read_file  no end arrived  ERROR\n");
}

TEST(TimelineTest, AMissingParentIsToldBeforeTheFirstThatNamesIt) {
  const std::string text = session_timeline_text(two_spans(), {}, {});
  const size_t parent = text.find("missing parent 0000000000000000 (named by 1 span, has not arrived)");
  ASSERT_NE(parent, std::string::npos) << text;
  EXPECT_NE(text.find("read_file", parent), std::string::npos) << text;
}

TEST(TimelineTest, ACycleSaysWhereItWasCut) {
  SessionView view = two_spans();
  view.spans[0].span.facts.parent_span_id.bytes.back() = 7;
  view.spans[1].span.facts.span_id.bytes.back() = 7;
  EXPECT_NE(session_timeline_text(view, {}, {.width = 0}).find("its parent 0000000000000007 is below it: cycle cut"),
            std::string::npos);
}

TEST(SummaryTest, NotesWhatHangsNowhere) {
  EXPECT_NE(content_notes_text(two_spans(), {}).find("1 span names a parent that has not arrived"), std::string::npos);
}

TEST(SummaryTest, ListsToolsWithTheirFailures) {
  const std::string text = session_summary_text(two_spans(), {});
  EXPECT_NE(text.find("read_file      2       2"), std::string::npos) << text;
  EXPECT_NE(text.find("No LLM call was recorded"), std::string::npos);
}

TEST(FailureTest, StandsInTheStatusOrAnExceptionOrAnAttribute) {
  const KeyValue attribute{"error.message", Value::of_string("by attribute")};
  const KeyValue told{"exception.message", Value::of_string("by exception")};
  RawEvent exception;
  exception.name = "exception";
  exception.attributes = {&told, 1};
  RawSpan raw;
  EXPECT_EQ(failure_message(raw), "");
  raw.attributes = {&attribute, 1};
  EXPECT_EQ(failure_message(raw), "by attribute");
  raw.events = {&exception, 1};
  EXPECT_EQ(failure_message(raw), "by exception");
  raw.status_message = "by status";
  EXPECT_EQ(failure_message(raw), "by status");
}

TEST(TranscriptTest, LongPartsAreCutAndSaySo) {
  SessionView view = two_spans();
  Message message;
  message.role = "user";
  std::string long_text;
  for (int i = 0; i < 30; ++i) long_text += "line\n";
  Part part;
  part.text = long_text;
  message.parts.push_back(part);
  Transcript transcript;
  transcript.entries.push_back({0, &message, {}});
  EXPECT_NE(session_transcript_text(view, transcript, {}, {}).find("more lines (-v shows all)"), std::string::npos);
  EXPECT_EQ(session_transcript_text(view, transcript, {}, {.verbose = true}).find("more lines"), std::string::npos);
}

TEST(TranscriptTest, ALineOfMegabytesIsWrappedInNoTime) {
  SessionView view = two_spans();
  const std::string long_line(2'000'000, 'x');
  Message message;
  message.role = "tool";
  Part part;
  part.text = long_line;
  message.parts.push_back(part);
  Transcript transcript;
  transcript.entries.push_back({0, &message, {}});
  const std::string text = session_transcript_text(view, transcript, {}, {.width = 100, .verbose = true});
  EXPECT_EQ(std::count(text.begin(), text.end(), 'x'), 2'000'000);
}

TEST(WidthTest, EveryLineFitsTheTerminal) {
  const SessionView view = two_spans();
  SessionSummary summary;
  summary.agent = std::string(50, 'a');
  summary.task = std::string(300, 't');
  summary.start = {1'769'774'400'000'000'000};
  for (const int width : {40, 60, 80, 100, 200}) {
    std::string text = session_tree_text(view, {}, {.width = width});
    text += sessions_text(std::span(&summary, 1), {.width = width});
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = text.find('\n', begin);
      EXPECT_LE(display_width(std::string_view(text).substr(begin, end - begin)), width)
          << text.substr(begin, end - begin);
      begin = end + 1;
    }
  }
}

TEST(SqlTest, NullIsEmptyInTextAndNullInJson) {
  const std::vector<SqlRow> rows = {{std::optional<std::string>("1"), std::nullopt}};
  EXPECT_EQ(sql_text({"a", "b"}, rows, {}), "a  b\n1\n");
  EXPECT_NE(sql_json({"a", "b"}, rows).find("\"b\": null"), std::string::npos);
}

}  // namespace
}  // namespace strobe::view
