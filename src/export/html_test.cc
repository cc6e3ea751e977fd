#include "export/html.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "analyze/test_session.h"
#include "base/arena.h"
#include "base/base64.h"
#include "codec/sha256.h"
#include "export/report_assets.h"
#include "export/report_bars.h"
#include "export/report_rows.h"
#include "export/report_texts.h"
#include "json/parse.h"

namespace strobe::exporter {

namespace {

using analyze::TestSession;

// Spans made by hand have no raw ones, which notes want to look at.
SessionView built(TestSession& session) {
  static const RawSpan k_raw;
  SessionView view = session.build();
  for (SpanView& span : view.spans) span.raw = &k_raw;
  return view;
}

std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const size_t begin = text.find(before) + before.size();
  return std::string(text.substr(begin, text.find(after, begin) - begin));
}

size_t occurrences(std::string_view text, std::string_view what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

std::string data_of(const std::string& page) {
  return between(page, "<script type=\"application/json\" id=\"report-data\">", "</script>");
}

constexpr std::string_view k_attack =
    "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)> @SCRIPT@ @DATA@";

SessionView attacked_session() {
  TestSession session;
  const int agent = session.agent(0, 0, 100, k_attack);
  const int call = session.call(agent, 1, 20, k_attack);
  session.sees(call, {"user: " + std::string(k_attack)});
  session.answers(call, {"assistant: " + std::string(k_attack)});
  const int tool = session.tool(agent, 20, 30, k_attack, "{\"" + std::string("path") + "\":\"</script>\"}", k_attack);
  session.fail(tool, k_attack);
  SessionView view = built(session);
  view.summary.agent = view.summary.task = view.summary.service = k_attack;
  return view;
}

TEST(Html, NothingOfATraceEndsTheDataOrBecomesMarkup) {
  const SessionView view = attacked_session();
  Finding finding{.rule = "r", .title = std::string(k_attack), .evidence_text = std::string(k_attack), .evidence = {0}};
  finding.fixes = {std::string(k_attack)};
  const std::string page = to_html(view, std::span(&finding, 1));
  EXPECT_EQ(occurrences(page, "<script"), 2u);  // the data, and the script
  EXPECT_EQ(occurrences(page, "</script"), 2u);
  EXPECT_EQ(occurrences(page, "<!--"), 0u);
  EXPECT_EQ(occurrences(page, "<img"), 0u);
  EXPECT_EQ(data_of(page).find_first_of("<>&"), std::string::npos);
  Arena arena;
  EXPECT_TRUE(json::parse(data_of(page), arena)) << "the data is not JSON";
}

TEST(Html, EscapedJsonMeansTheSame) {
  const std::string json = "{\"a<b\":\"</script>&\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xA7\"}";
  const std::string escaped = json_for_script(json);
  EXPECT_EQ(escaped, "{\"a\\u003cb\":\"\\u003c/script\\u003e\\u0026\\u2028\\u2029\xE2\x80\xA7\"}");
  EXPECT_EQ(json_for_script("\xE2\x80"), "\xE2\x80");
  EXPECT_EQ(html_escaped("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

TEST(Html, ThePolicyAllowsExactlyItsOwnScriptAndStyle) {
  const std::string page = to_html(attacked_session(), {});
  const auto source_of = [](std::string_view text) {
    const Hash256 hash = codec::sha256(text);
    return "'sha256-" + to_base64({reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size()}) + "'";
  };
  const size_t script = page.rfind("<script>") + 8;
  const std::string policy = between(page, "Content-Security-Policy\" content=\"", "\"");
  EXPECT_EQ(policy, "default-src 'none'; script-src " +
                        source_of(page.substr(script, page.rfind("</script>") - script)) + "; style-src " +
                        source_of(between(page, "<style>", "</style>")) + "; base-uri 'none'; form-action 'none'");
  EXPECT_EQ(report_script().find("innerHTML"), std::string_view::npos);
  EXPECT_EQ(report_script().find("</script"), std::string_view::npos);
}

TEST(Html, TextsAreCutAtTheLimitAndThatIsSaid) {
  TestSession session;
  session.call(0, 0, 10);
  session.tool(0, 10, 20, "read", "{}", std::string(1000, 'x'));
  const std::string page = to_html(built(session), {}, {.text_bytes_max = 100});
  EXPECT_EQ(occurrences(page, std::string(100, 'x')), 1u);
  EXPECT_EQ(occurrences(page, std::string(101, 'x')), 0u);
  EXPECT_NE(page.find("\",1000]"), std::string::npos);
  EXPECT_NE(data_of(page).find("\"texts\":1,"), std::string::npos);
}

TEST(Html, AllTextsTogetherHaveALimit) {
  TestSession session;
  session.call(0, 0, 10);
  for (int i = 0; i < 100; ++i) session.tool(0, 10 + i, 11 + i, "read", "{}", std::string(4096, 'x'));
  const SessionView view = built(session);
  const size_t whole = data_of(to_html(view, {})).size();
  const size_t less = data_of(to_html(view, {}, {.texts_bytes_max = size_t{100} << 10})).size();
  EXPECT_GT(whole, 400'000u);
  EXPECT_LT(less, 150'000u);
  // Where even the shortest are too many, the later ones are empty.
  EXPECT_LT(data_of(to_html(view, {}, {.texts_bytes_max = 1000})).size(), 45'000u);
}

TEST(Html, WhatIsTooManyIsLeftOutAndCounted) {
  TestSession session;
  for (int i = 0; i < 30; ++i) session.call(0, i * 10, i * 10 + 5);
  for (int i = 0; i < 9; ++i) session.tool(0, 300 + i, 301 + i, "tool" + std::to_string(i), "{}", "r");
  const ReportLimits limits{.rows_max = 29, .row_items_max = 4, .bars_max = 20, .tools_max = 5};
  const std::string data = data_of(to_html(built(session), {}, limits));
  EXPECT_NE(data.find("\"left_out\":{\"rows\":1,\"bars\":19,\"tools\":4,"), std::string::npos);
  const SessionView view = built(session);
  EXPECT_EQ(rows_of(view, analyze::shape_of(view), {.row_items_max = 4}).rows.size(), 30u);
}

TEST(ReportTexts, ACutNeverSplitsACharacter) {
  EXPECT_EQ(beginning_of("a\xC3\xA9z", 2), "a");
  EXPECT_EQ(beginning_of("a\xC3\xA9z", 3), "a\xC3\xA9");
  EXPECT_EQ(beginning_of("\xF0\x9F\xA7\xAC!", 3), "");
  EXPECT_EQ(beginning_of("abc", 3), "abc");
}

TEST(ReportRows, ARowHasTheMessagesThatAreNewToItsLane) {
  TestSession session;
  const int first = session.call(0, 0, 10);
  session.sees(first, {"user: hi"});
  session.answers(first, {"assistant: hello"});
  const int second = session.call(0, 20, 30);
  session.sees(second, {"user: hi", "assistant: hello ", "user: more"});
  const SessionView view = built(session);
  const ReportRows rows = rows_of(view, analyze::shape_of(view), {});
  ASSERT_EQ(rows.rows.size(), 2u);
  EXPECT_EQ(rows.rows[0].messages.size(), 2u);  // the system prompt, and the user's
  EXPECT_EQ(rows.rows[1].messages.size(), 2u);
  EXPECT_EQ(rows.rows[1].sent_back, 1);  // trimmed, it is what was answered
  EXPECT_EQ(view.contexts.messages[rows.rows[1].messages[1]].message.parts[0].text, "more");
}

TEST(ReportRows, OfARewrittenContextOnlyWhatIsNewIsTold) {
  TestSession session;
  const int first = session.call(0, 0, 10);
  session.sees(first, {"user: task", "user: one", "user: two", "user: three"});
  const int second = session.call(0, 20, 30);
  session.sees(second, {"user: task", "user: two", "user: three", "user: four"});
  const SessionView view = built(session);
  const ReportRows rows = rows_of(view, analyze::shape_of(view), {});
  ASSERT_EQ(rows.rows.size(), 2u);
  EXPECT_EQ(rows.rows[1].repeated, 2);
  EXPECT_EQ(rows.rows[1].messages.size(), 1u);
}

TEST(ReportRows, SpansWithoutARowLeadToTheOneTheyHappenedIn) {
  TestSession session;
  const int agent = session.agent(0, 0, 100);
  session.call(agent, 1, 10);
  const int tool = session.tool(agent, 10, 30, "fetch");
  const int inner = session.add(Kind::span, tool, 11, 20, "GET");
  const SessionView view = built(session);
  const ReportRows rows = rows_of(view, analyze::shape_of(view), {});
  EXPECT_EQ(rows.row_of[TestSession::index_of(view, inner)], 0);
  EXPECT_EQ(rows.tool_of[TestSession::index_of(view, inner)], 0);
  EXPECT_EQ(rows.row_of[TestSession::index_of(view, agent)], -1);
}

TEST(ReportBars, BarsOfALineDoNotOverlapAndLinesAreFew) {
  TestSession session;
  const int agent = session.agent(0, 0, 5000);
  for (int i = 0; i < 400; ++i) session.add(Kind::span, agent, i % 50, 100 + i * 7 % 900, "s");
  const SessionView view = built(session);
  const TimelineBars bars = bars_of(view, analyze::shape_of(view), {});
  ASSERT_EQ(bars.bars.size(), 401u);
  std::vector<TimeNs> until(k_track_lines_max);
  for (const TimelineBar& bar : bars.bars) {
    ASSERT_LT(bar.line, k_track_lines_max);
    const SpanView& span = view.spans[bar.span];
    if (bar.line < k_track_lines_max - 1) {
      EXPECT_LE(until[bar.line], span.span.facts.start);
    }
    until[bar.line] = std::max(until[bar.line], analyze::end_of(span));
  }
}

}  // namespace

}  // namespace strobe::exporter
