#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <limits>

#include "view/excerpt.h"
#include "view/phrases.h"
#include "view/session_text.h"
#include "view/timeline.h"
#include "view/token_flow.h"
#include "view/views_json.h"

namespace strobe::view {
namespace {

constexpr int64_t k_ms = 1'000'000;
const TimeNs k_begin{1'769'774'400'000'000'000};

// A session made by hand: spans in the order they are added, which must be the order of their starts.
class SessionBuilder {
 public:
  SessionBuilder() {
    view_.summary.start = k_begin;
    view_.summary.end = k_begin;
    view_.summary.status = SessionStatus::ok;
  }

  SpanView& add(Kind kind, std::string name, int64_t start_ms, int64_t end_ms, int32_t parent = -1) {
    SpanView& span = view_.spans.emplace_back();
    const auto index = static_cast<int32_t>(view_.spans.size()) - 1;
    span.raw = &raws_.emplace_back();
    SpanFacts& facts = span.span.facts;
    facts.kind = kind;
    facts.name = std::move(name);
    facts.start = {k_begin.ns + start_ms * k_ms};
    facts.end = {k_begin.ns + end_ms * k_ms};
    view_.summary.end = std::max(view_.summary.end, facts.end);
    span.parent = parent;
    if (parent >= 0) view_.spans[parent].children.push_back(index);
    return span;
  }
  SpanView& call(int64_t start_ms, int64_t end_ms, Usage usage, int32_t parent = -1) {
    SpanView& span = add(Kind::llm, "chat", start_ms, end_ms, parent);
    span.span.facts.model = "claude-sonnet-4";
    span.span.facts.has_usage = true;
    span.span.facts.usage = usage;
    span.counted = true;
    span.is_llm_call = true;
    span.step = static_cast<int32_t>(++view_.summary.steps);
    return span;
  }
  SpanView& tool(std::string name, int64_t start_ms, int64_t end_ms, int32_t step, int32_t parent = -1) {
    SpanView& span = add(Kind::tool, name, start_ms, end_ms, parent);
    span.span.facts.tool_name = std::move(name);
    span.step = step;
    return span;
  }
  int32_t last() const { return static_cast<int32_t>(view_.spans.size()) - 1; }
  SessionView& view() { return view_; }

 private:
  SessionView view_;
  std::deque<RawSpan> raws_;  // addresses stay
};

Usage usage_of(int64_t input, int64_t cache_read, int64_t output) {
  return {.input = input, .cache_read = cache_read, .output = output};
}

TokenFlow flow_of(std::initializer_list<Usage> calls) {
  SessionBuilder session;
  int64_t at = 0;
  for (const Usage& usage : calls) {
    session.call(at, at + 5, usage);
    at += 10;
  }
  return token_flow_of(session.view());
}

// The figures of the sample in docs/reference/token-view.md.
TEST(TokenFlowTest, TheSampleIsGood) {
  const TokenFlow flow = flow_of({usage_of(2542, 0, 119), usage_of(1791, 2100, 234), usage_of(1367, 3200, 456)});
  EXPECT_EQ(flow.usage.total_input(), 11'000);
  EXPECT_EQ(flow.rating, CacheRating::good);
  EXPECT_EQ(percent(flow.judged.cache_read, flow.judged.total_input()), "63%");
  EXPECT_EQ(flow.recommendation, "Cache warming effective after step 1");
}

TEST(TokenFlowTest, RatesAtTheBoundsOfItsRule) {
  const Usage first = usage_of(1000, 0, 1);
  EXPECT_EQ(flow_of({first, usage_of(50, 50, 1)}).rating, CacheRating::good);
  EXPECT_EQ(flow_of({first, usage_of(501, 499, 1)}).rating, CacheRating::fair);
  EXPECT_EQ(flow_of({first, usage_of(75, 25, 1)}).rating, CacheRating::fair);
  EXPECT_EQ(flow_of({first, usage_of(751, 249, 1)}).rating, CacheRating::poor);
  EXPECT_EQ(flow_of({usage_of(0, 1000, 1), usage_of(1000, 1, 1)}).rating, CacheRating::poor)
      << "the first call is not judged";
}

TEST(TokenFlowTest, SaysWhyThereIsNoRating) {
  EXPECT_EQ(flow_of({}).reason, "fewer than two calls with token counts");
  EXPECT_EQ(flow_of({usage_of(10, 90, 1)}).reason, "fewer than two calls with token counts");
  EXPECT_EQ(flow_of({usage_of(10, 0, 1), usage_of(20, 0, 1)}).reason, "no call says anything of a cache");
  EXPECT_EQ(flow_of({usage_of(10, 0, 1), usage_of(20, 0, 1)}).rating, CacheRating::not_rated);
}

TEST(TokenFlowTest, AReportedZeroIsAMiss) {
  SessionBuilder session;
  session.call(0, 5, usage_of(10, 0, 1));
  session.call(10, 15, usage_of(20, 0, 1));
  std::string json = tokens_json(session.view());
  EXPECT_EQ(json.find("cache_hit\": 0"), std::string::npos) << json;
  EXPECT_NE(json.find("\"judged_cache_hit\": null"), std::string::npos) << json;
  EXPECT_EQ(session_tokens_text(session.view(), {}, {}).find("0%"), std::string::npos);
  session.view().spans[1].span.reported.cache_read = 0;
  EXPECT_EQ(token_flow_of(session.view()).rating, CacheRating::poor);
  json = tokens_json(session.view());
  EXPECT_NE(json.find("\"judged_cache_hit\": 0"), std::string::npos) << json;
  EXPECT_NE(json.find("\"cache_hit\": null"), std::string::npos) << "the first call still tells nothing" << json;
}

TEST(TokenFlowTest, EachAgentHasAFirstCallOfItsOwn) {
  SessionBuilder session;
  session.add(Kind::agent, "main", 0, 100);
  session.call(1, 2, usage_of(100, 0, 1), 0);
  session.add(Kind::agent, "sub", 3, 50, 0);
  session.call(4, 5, usage_of(500, 0, 1), 2);
  session.call(6, 7, usage_of(10, 90, 1), 0);
  const TokenFlow flow = token_flow_of(session.view());
  EXPECT_EQ(flow.judged_calls, 1);
  EXPECT_EQ(flow.rating, CacheRating::good);
  EXPECT_EQ(flow.recommendation, "Cache warming effective after the first step of each agent");
}

// Calls, an embedding, a roll-up that stands for calls that did not arrive, a roll-up that must not be counted, a call
// without counts.
TEST(TokenFlowTest, RowsAddUpToTheSession) {
  SessionBuilder session;
  session.add(Kind::agent, "main", 0, 100);
  SpanView& sum = session.view().spans.back();
  sum.span.facts.has_usage = true;
  sum.span.facts.usage = usage_of(999, 999, 999);
  session.call(1, 2, {100, 20, 30, 4, 5}, 0).span.facts.cost_kind = CostKind::reported;
  session.view().spans.back().span.facts.cost_pico_usd = 7;
  SpanView& embedding = session.add(Kind::embedding, "embed", 3, 4, 0);
  embedding.span.facts.has_usage = embedding.counted = true;
  embedding.span.facts.usage = usage_of(12, 0, 0);
  SpanView& stand_in = session.add(Kind::agent, "remote", 5, 6, 0);
  stand_in.span.facts.has_usage = stand_in.counted = true;
  stand_in.span.facts.usage = usage_of(1000, 0, 50);
  SpanView& bare = session.call(7, 8, {}, 0);
  bare.span.facts.has_usage = bare.counted = false;
  Usage counted;
  for (const SpanView& span : session.view().spans) {
    if (span.counted) counted += span.span.facts.usage;
  }
  session.view().summary.usage = counted;

  const TokenFlow flow = token_flow_of(session.view());
  EXPECT_EQ(flow.rows.size(), 4U);
  EXPECT_EQ(flow.usage, session.view().summary.usage);
  EXPECT_EQ(flow.usage, (Usage{1112, 20, 30, 54, 5}));
  EXPECT_EQ(flow.cost.pico_usd, 7);
  EXPECT_EQ(flow.cost.kind(), CostKind::partial) << "the embedding has no price";
  const std::string text = session_tokens_text(session.view(), {}, {.width = 0});
  EXPECT_NE(text.find("no step: embedding embed"), std::string::npos) << text;
  EXPECT_NE(text.find("no call, but its sum: agent remote"), std::string::npos) << text;
  EXPECT_NE(text.find("no token counts"), std::string::npos) << text;
  EXPECT_NE(text.find(">=$0.0000"), std::string::npos) << text;
}

TEST(CostTextTest, SaysHowFarItCanBeTrusted) {
  EXPECT_EQ(cost_text(CostKind::reported, 9'400'000'000), "$0.0094");
  EXPECT_EQ(cost_text(CostKind::computed, 9'400'000'000), "~$0.0094");
  EXPECT_EQ(cost_text(CostKind::partial, 10'000'000'000), ">=$0.0100");
  EXPECT_EQ(cost_text(CostKind::unpriced, 0), "unpriced");
}

std::string kinds_of(const Timeline& timeline) {
  static constexpr std::string_view k_names[] = {"S", "E", "start", "end", "whole", "mark", "event"};
  std::string out;
  for (const Moment& moment : timeline.moments) {
    out += (out.empty() ? "" : " ") + std::string(k_names[static_cast<size_t>(moment.type)]);
    if (moment.span >= 0) out += std::to_string(moment.span);
  }
  return out;
}

TEST(TimelineTest, EqualTimesAreOrderedByWhatMustHaveComeFirst) {
  SessionBuilder session;
  session.add(Kind::agent, "main", 0, 20);
  session.call(0, 10, usage_of(1, 0, 1), 0);
  session.tool("a", 10, 10, 1, 0).counted = true;  // has tokens of its own: no mark
  session.add(Kind::hook, "h", 10, 10, 0);
  session.tool("b", 10, 20, 1, 0);
  EXPECT_EQ(kinds_of(timeline_of(session.view())), "S start0 start1 end1 start2 mark3 start4 end2 end4 end0 E");
}

TEST(TimelineTest, TellsRealTimesTokensAndOutcomes) {
  SessionBuilder session;
  session.call(50, 2341, usage_of(35, 65, 245)).span.finish_reasons = {"tool_use"};
  SpanView& tool = session.tool("read_file", 2400, 2445, 1);
  tool.span.tool = ToolCall{.name = "read_file", .arguments = Payload{R"({"limit": 5, "path": "src/main.ts"})", true}};
  const std::string text = session_timeline_text(session.view(), {}, {});
  EXPECT_EQ(text,
            "00:00.000  SESSION START 2026-01-30 12:00:00 UTC\n"
            "00:00.050  LLM REQUEST  → claude-sonnet-4  [step 1]\n"
            "00:02.341  LLM RESPONSE ← 245 tokens, cache: 65% (2.29s, tool_use)  [step 1]\n"
            "00:02.400  TOOL START   read_file(src/main.ts)  [step 1]\n"
            "00:02.445  TOOL END     success (45ms)  [step 1]\n"
            "00:02.445  SESSION END  ok (2.44s, 1 step, 0 tool calls, 0 errors)\n");
}

TEST(TimelineTest, ExtremeTimesNeitherOverflowNorDisturbTheOrder) {
  SessionBuilder session;
  SpanView& never = session.add(Kind::tool, "never", 0, 0);
  never.span.facts.start = {0};
  never.span.facts.end = {std::numeric_limits<int64_t>::max()};
  SpanView& backwards = session.add(Kind::tool, "backwards", 0, 0);
  backwards.span.facts.start = {std::numeric_limits<int64_t>::max()};
  backwards.span.facts.end = {1};
  session.view().summary.end = {std::numeric_limits<int64_t>::max()};
  const std::string text = session_timeline_text(session.view(), {}, {});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5) << text;
  EXPECT_NE(text.find("backwards() (no end arrived)"), std::string::npos) << text;
}

TEST(ExcerptTest, CutsAtItsLimitAndSaysWhatIsLeftOut) {
  SessionBuilder session;
  for (int i = 0; i < 50; ++i) session.call(i * 10, i * 10 + 5, usage_of(1, 0, 1));
  const std::string timeline = session_timeline_text(session.view(), {.lines_max = 10}, {});
  EXPECT_EQ(std::count(timeline.begin(), timeline.end(), '\n'), 11);
  EXPECT_NE(timeline.find("… 92 more events (--limit 0 shows all"), std::string::npos) << timeline;
  const std::string tokens = session_tokens_text(session.view(), {.lines_max = 10}, {});
  EXPECT_NE(tokens.find("… 40 more rows, in the total"), std::string::npos) << tokens;
  EXPECT_NE(tokens.find("Total  50"), std::string::npos) << tokens;
  EXPECT_EQ(session_timeline_text(session.view(), {.lines_max = 0}, {}).find("more events"), std::string::npos);
  EXPECT_NE(session_tree_text(session.view(), {.first_step = 51}, {}).find("there is no step 51: the session has 50"),
            std::string::npos);
}

TEST(ExcerptTest, StepsBringWhatHappenedWhileTheyRan) {
  SessionBuilder session;
  for (int i = 0; i < 4; ++i) {
    session.call(i * 100, i * 100 + 50, usage_of(1, 0, 1));
    session.add(Kind::hook, "hook" + std::to_string(i + 1), i * 100 + 60, i * 100 + 61);
  }
  const std::string text = session_timeline_text(session.view(), {.first_step = 2, .last_step = 3}, {});
  EXPECT_NE(text.find("steps 2-3 of 4"), std::string::npos) << text;
  for (const std::string_view hook : {"hook2", "hook3"}) EXPECT_NE(text.find(hook), std::string::npos) << text;
  for (const std::string_view hook : {"hook1", "hook4"}) EXPECT_EQ(text.find(hook), std::string::npos) << text;
}

TEST(TreeTest, GroupsCallsWithTheToolsTheyAskedFor) {
  SessionBuilder session;
  session.add(Kind::agent, "coder", 0, 100);
  session.call(1, 20, usage_of(442, 2100, 119), 0);
  session.tool("read_file", 21, 66, 1, 0);
  EXPECT_EQ(session_tree_text(session.view(), {}, {}),
            "Session 000000000000  ok  100ms\n"
            "└── agent coder  100ms\n"
            "    └── Step 1\n"
            "        ├── LLM request (2,542 tokens in, 2,100 cached)  claude-sonnet-4\n"
            "        ├── LLM response (119 tokens out)  19ms\n"
            "        └── Tools\n"
            "            └── read_file: success (45ms)\n");
}

TEST(TreeTest, TenThousandLevelsStayLinear) {
  SessionBuilder session;
  constexpr int k_levels = 10'000;
  for (int i = 0; i < k_levels; ++i) session.add(Kind::agent, "a", i, 20'000, i - 1);
  const std::string tree = session_tree_text(session.view(), {.lines_max = 0}, {});
  EXPECT_EQ(std::count(tree.begin(), tree.end(), '\n'), k_levels + 2);
  EXPECT_LT(tree.size(), size_t{k_levels} * 200);
  EXPECT_NE(tree.find("[9999] agent a"), std::string::npos);
  EXPECT_NE(tree.find("levels below 16 are drawn at that level"), std::string::npos);
  const std::string timeline = session_timeline_text(session.view(), {.lines_max = 0}, {});
  EXPECT_LT(timeline.size(), size_t{k_levels} * 2 * 120);
}

TEST(TreeTest, ManySiblingsAndManyOrphansStayLinear) {
  SessionBuilder session;
  session.call(0, 1, usage_of(1, 0, 1));
  for (int i = 0; i < 50'000; ++i) session.tool("t", 1 + i, 2 + i, 1);
  for (int i = 0; i < 50'000; ++i) session.add(Kind::span, "o", 60'000 + i, 60'001 + i).parent_missing = true;
  const std::string tree = session_tree_text(session.view(), {.lines_max = 0}, {});
  EXPECT_EQ(std::count(tree.begin(), tree.end(), '\n'), 1 + 4 + 50'000 + 1 + 50'000);
}

TEST(MarkTest, TellsAChangeByItsAttributes) {
  SessionBuilder session;
  const std::array<KeyValue, 4> attributes = {{{"session.id", Value::of_string("s")},
                                               {"from_model", Value::of_string("gpt-4o")},
                                               {"to_model", Value::of_string("o3\x1b[2J")},
                                               {"reason", Value::of_string("hard")}}};
  SpanView& span = session.add(Kind::span, "model_route", 5, 5);
  RawSpan raw;
  raw.attributes = attributes;
  span.raw = &raw;
  EXPECT_TRUE(is_mark(span));
  EXPECT_EQ(mark_text(span), "◆ model_route gpt-4o → o3\\x1b[2J (hard)");
  span.is_llm_call = true;
  EXPECT_FALSE(is_mark(span)) << "a call has tokens to tell";
}

TEST(ArgumentTest, ShowsTheOneAReaderWantsToSee) {
  const auto shown = [](std::string_view json) {
    SpanView span;
    span.span.tool = ToolCall{.arguments = Payload{json, true}};
    return key_argument(span);
  };
  EXPECT_EQ(shown(R"({"limit":3,"command":"npm\ntest"})"), "npm test");
  EXPECT_EQ(shown(R"({"n":3})"), "3");
  EXPECT_EQ(shown("{}"), "");
  EXPECT_EQ(shown("{broken"), "{broken");
  EXPECT_EQ(display_width(shown(std::string(1'000'000, 'x'))), k_argument_width_max);
}

TEST(NotesTest, NameTheSenderAndTheSwitch) {
  SessionBuilder session;
  SpanView& call = session.call(0, 5, usage_of(10, 0, 1));
  call.span.facts.service = "quiet";
  call.span.facts.basis = ContextBasis::absent;
  session.tool("read_file", 6, 7, 1);
  const std::string notes = content_notes_text(session.view(), {.width = 0});
  EXPECT_NE(
      notes.find("1 LLM call came without the messages that went in: the sender withholds content. Sender: quiet."),
      std::string::npos)
      << notes;
  EXPECT_NE(notes.find("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true"), std::string::npos) << notes;
  EXPECT_NE(notes.find("1 tool call came without a result"), std::string::npos) << notes;
  const std::string transcript = session_transcript_text(session.view(), {}, {}, {});
  EXPECT_NE(transcript.find("no messages arrived: 10 in, 1 out"), std::string::npos) << transcript;
}

TEST(NotesTest, ThousandsOfSendersFitOnAScreen) {
  SessionBuilder session;
  for (int i = 0; i < 1000; ++i) {
    SpanView& call = session.call(i, i + 1, usage_of(1, 0, 1));
    call.span.facts.service = "service" + std::to_string(i);
    call.span.facts.basis = ContextBasis::absent;
  }
  const std::string notes = content_notes_text(session.view(), {});
  EXPECT_LT(std::count(notes.begin(), notes.end(), '\n'), 30) << notes;
  EXPECT_NE(notes.find("994 more notes"), std::string::npos) << notes;
}

TEST(NotesTest, AnEmptySessionSaysThatNothingArrived) {
  const SessionView view;
  EXPECT_NE(content_notes_text(view, {}).find("Nothing has arrived"), std::string::npos);
  const std::string text = session_all_text(view, {}, {}, {});
  for (const std::string_view title : {"Summary", "Timeline", "Tree", "Tokens", "Transcript"}) {
    EXPECT_NE(text.find("── " + std::string(title) + " ──"), std::string::npos) << title;
  }
}

TEST(ViewsTest, EveryLineFitsTheTerminalInEveryView) {
  SessionBuilder session;
  session.add(Kind::agent, std::string(80, 'a'), 0, 10'000'000);
  session.add(Kind::agent, "sub\x1b[1m", 1, 9'000'000, 0);
  SpanView& call = session.call(2, 5, usage_of(1'000'000'000, 900'000'000, 5), 1);
  call.span.facts.model = std::string(200, 'm');
  call.span.facts.service = std::string(200, 's');
  call.span.facts.basis = ContextBasis::absent;
  session.tool(std::string(200, 't'), 6, 7, 1, 1);
  session.add(Kind::span, "mark", 8, 8, 1);
  SpanView& failed = session.add(Kind::hook, "hook", 9, 10, 1);
  failed.span.facts.status = SpanStatus::error;
  failed.span.facts.error_type = std::string(300, 'e');
  for (const int width : {80, 100, 140}) {
    for (const bool verbose : {false, true}) {
      const std::string text = session_all_text(session.view(), {}, {}, {.width = width, .verbose = verbose});
      EXPECT_EQ(text.find('\x1b'), std::string::npos);
      for (size_t begin = 0; begin < text.size();) {
        const size_t end = text.find('\n', begin);
        const std::string_view line = std::string_view(text).substr(begin, end - begin);
        EXPECT_LE(display_width(line), width) << line;
        begin = end + 1;
      }
    }
  }
}

}  // namespace
}  // namespace strobe::view
