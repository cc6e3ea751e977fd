#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "property/support.h"
#include "query/query.h"

// What was said can be found, whatever it looks like and however often it was sent.

namespace strobe::property {
namespace {

constexpr size_t k_words_per_text = 3;

void index_all(store::Store& store) {
  for (int round = 0; round < 10'000; ++round) {
    const auto done = store.index_some(100);
    ASSERT_TRUE(done) << done.error().message;
    if (*done == 0) return;
  }
  FAIL() << "indexing does not end";
}

// The first words of a text: letters of ASCII between spaces, so that nobody can doubt that they are words.
std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  for (size_t at = 0; at < text.size() && words.size() < k_words_per_text;) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (word.size() >= 3 && word.size() <= 40 && std::ranges::all_of(word, is_letter)) words.emplace(word);
    at = end + 1;
  }
  return words;
}

// Words of all texts and tool payloads of a session, as its transcript tells them.
std::set<std::string> words_said(store::Store& store, const SessionId& session) {
  std::set<std::string> words;
  const auto view = query::load_session(store, session, query::Content::without_sequences, TimeNs{});
  EXPECT_TRUE(view);
  if (!view) return words;
  const auto transcript = query::read_transcript(store, *view);
  EXPECT_TRUE(transcript);
  if (!transcript) return words;
  for (const TranscriptEntry& entry : transcript->entries) {
    for (const Part& part : entry.message->parts) {
      if (part.type == PartType::text) words.merge(words_of(part.text));
      if (part.type == PartType::tool_result) words.merge(words_of(part.payload.text));
    }
  }
  return words;
}

bool is_found(store::Store& store, const SessionId& session, const std::string& word) {
  store::SearchRequest request{.text = word};
  request.filter.session = session;
  const auto answer = store.search(request);
  EXPECT_TRUE(answer) << answer.error().message;
  return answer && !answer->hits.empty() && !answer->hits.front().matches.empty();
}

TEST(SearchTest, EveryTextOfEverySampleIsFound) {
  size_t words_looked_for = 0;
  std::vector<Sample> samples = captured_samples();
  for (uint32_t seed = 1; seed <= random_samples_max(); ++seed) samples.push_back(random_sample(seed));
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.name);
    TestStore store;
    store.send(sample.spans);
    store::Store& settled = store.settled();
    index_all(settled);
    const auto sessions = settled.sessions({});
    ASSERT_TRUE(sessions);
    for (const auto& row : *sessions) {
      for (const std::string& word : words_said(settled, row.summary.id)) {
        ++words_looked_for;
        EXPECT_TRUE(is_found(settled, row.summary.id, word)) << word;
      }
    }
  }
  EXPECT_GT(words_looked_for, 100u) << "the samples say hardly anything";
}

}  // namespace
}  // namespace strobe::property
