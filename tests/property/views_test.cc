#include <gtest/gtest.h>

#include <algorithm>

#include "property/support.h"
#include "query/query.h"
#include "view/phrases.h"
#include "view/session_text.h"
#include "view/token_flow.h"

// What the views of one session promise for whatever arrives: the token rows are the session's totals, and nothing a
// trace holds reaches the terminal raw or leaves the screen.

namespace strobe::property {
namespace {

constexpr int k_width = 100;

// Calls `look` with every session of every sample; the number of sessions.
template <typename Look>
int for_each_session(Look look) {
  std::vector<Sample> samples = captured_samples();
  for (uint32_t seed = 1; seed <= random_samples_max(); ++seed) samples.push_back(random_sample(seed));
  int sessions = 0;
  const TimeNs now{1'800'000'000'000'000'000};
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.name);
    TestStore test_store;
    test_store.send(sample.spans);
    store::Store& store = test_store.settled();
    const auto summaries = query::list_sessions(store, {}, now);
    EXPECT_TRUE(summaries);
    for (const SessionSummary& summary : *summaries) {
      const auto view = query::load_session(store, summary.id, query::Content::without_sequences, now);
      EXPECT_TRUE(view) << view.error().message;
      if (!view) continue;
      const auto transcript = query::read_transcript(store, *view);
      EXPECT_TRUE(transcript);
      look(*view, *transcript);
      ++sessions;
    }
  }
  return sessions;
}

TEST(TokenViewTest, RowsAddUpToTheSessionsTotals) {
  int64_t tokens = 0;
  const int sessions = for_each_session([&](const SessionView& view, const Transcript&) {
    const view::TokenFlow flow = view::token_flow_of(view);
    Usage sum;
    int64_t cost = 0;
    for (const view::TokenRow& row : flow.rows) {
      if (!view.spans[row.span].counted) continue;
      sum += view.spans[row.span].span.facts.usage;
      if (__builtin_add_overflow(cost, view.spans[row.span].span.facts.cost_pico_usd, &cost)) cost = INT64_MAX;
    }
    EXPECT_EQ(sum, view.summary.usage) << view.summary.key;
    EXPECT_EQ(flow.usage, view.summary.usage) << view.summary.key;
    EXPECT_EQ(cost, view.summary.cost_pico_usd) << view.summary.key;
    tokens = std::max(tokens, sum.total());
  });
  EXPECT_GT(sessions, 10);
  EXPECT_GT(tokens, 0) << "the samples have nothing to add up";
}

TEST(AllViewsTest, NothingHostileReachesTheTerminal) {
  for_each_session([](const SessionView& view, const Transcript& transcript) {
    const std::string text =
        view::session_all_text(view, transcript, {.lines_max = 0}, {.width = k_width, .verbose = true});
    const bool is_clean = std::none_of(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
    });
    EXPECT_TRUE(is_clean) << view.summary.key;
  });
}

}  // namespace
}  // namespace strobe::property
