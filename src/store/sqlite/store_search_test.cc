#include <algorithm>

#include "sqlite/database.h"
#include "store/sqlite/search_terms.h"
#include "store/sqlite/search_test_support.h"
#include "store/sqlite/search_text.h"

namespace strobe::store {
namespace {

std::string searchable(std::string_view bytes) {
  SearchText text;
  text.add(bytes);
  return text.text();
}

TEST(SearchTextTest, OfJsonTheStringsAreKeptAndOfTextAll) {
  EXPECT_EQ(searchable("see C:\\new \"here\""), "see C:\\new \"here\"");
  EXPECT_EQ(searchable(R"({"role":"user","content":"caf\u00e9 au lait\n2 cups","type":"text"})"),
            "café au lait\n2 cups");
  EXPECT_EQ(searchable(R"({"role":"the user"})"), "the user") << "only the words that are structure are left out";
  EXPECT_EQ(searchable(R"({"arguments":"{\"path\":\"a\\\\b.cc\",\"line\":42,\"x\":0.5,\"all\":true}"})"),
            "a\\b.cc\n42");
  EXPECT_EQ(searchable(R"(,"tail":"of a piece"})"), "of a piece");
  EXPECT_EQ(searchable(R"({"cut":"in the mid)"), "in the mid");
  EXPECT_EQ(searchable(R"([see the list] and "more")"), R"([see the list] and "more")");
  EXPECT_EQ(searchable(R"({"emoji":"\ud83d\ude00 \ud83d"})"), "\U0001F600 \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(SearchTextTest, PicturesAndBadBytesAreLeftOut) {
  EXPECT_EQ(searchable("before " + std::string(5000, 'Q') + " after"), "before  after");
  EXPECT_EQ(searchable("a\xff b\x01 c"), "a\xef\xbf\xbd b  c");
}

TEST(SearchTextTest, HostileTextsAreBounded) {
  EXPECT_LE(searchable(std::string(5'000'000, '[')).size(), k_search_text_bytes_max);
  std::string words;
  while (words.size() < 3'000'000) words += "word ";
  SearchText text;
  text.add(words);
  EXPECT_TRUE(text.is_cut());
  EXPECT_EQ(text.text().size(), k_search_text_bytes_max);
  std::string nested = "x";
  for (int i = 0; i < 12; ++i) nested = "\"" + nested + "\"";
  EXPECT_FALSE(searchable(nested).empty());
}

TEST(SearchTermsTest, WhateverIsTypedIsTextToSearchFor) {
  EXPECT_EQ(search_expression("two words").value(), R"("two" "words")");
  EXPECT_EQ(search_expression(R"("a phrase" begin* "of this"*)").value(), R"("a phrase" "begin" * "of this" *)");
  EXPECT_EQ(search_expression("a:b OR NEAR(c) ^d \"open").value(), R"x("a:b" "OR" "NEAR(c)" "^d" "open")x");
  EXPECT_EQ(search_expression("-- * \"\" word").value(), R"("word")");
  for (const std::string& nothing : {std::string(), std::string(" \t"), std::string("* \" -"), std::string("\"\"")}) {
    const auto refused = search_expression(nothing);
    ASSERT_FALSE(refused) << nothing;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
  }
  EXPECT_FALSE(search_expression(std::string(k_search_query_bytes_max + 1, 'a')));
  std::string many;
  for (size_t i = 0; i <= k_search_terms_max; ++i) many += "w ";
  EXPECT_FALSE(search_expression(many));
}

TEST_F(StoreSearch, FindsWordsPhrasesAndBeginningsWhateverTheirCaseAndAccents) {
  const auto store = open();
  const std::vector<std::string> texts = {"The Café serves red apples", R"({"content":"apples are not red here"})"};
  commit(*store, texts, {span_with(1, 10, {texts[0]}), span_with(1, 11, {texts[1]})});
  derive(*store, 1, 1);
  index_all(*store);
  EXPECT_EQ(where(find(*store, "red apples")), "1/11 1/10") << "any order, newest first";
  EXPECT_EQ(where(find(*store, "\"RED APPLES\"")), "1/10");
  EXPECT_EQ(where(find(*store, "CAFE")), "1/10");
  EXPECT_EQ(where(find(*store, "caf*")), "1/10");
  EXPECT_EQ(where(find(*store, "app")), "");
  EXPECT_EQ(where(find(*store, "content")), "") << "a key is no text";
  const SearchHit hit = find(*store, "\"red apples\"").hits.at(0);
  EXPECT_EQ(hit.text, texts[0]);
  ASSERT_EQ(hit.matches.size(), 1u);
  EXPECT_EQ(hit.text.substr(hit.matches[0].first, hit.matches[0].second), "red apples");
  EXPECT_EQ(hit.trace_id, trace_id(1));
}

TEST_F(StoreSearch, SnippetsAreCutAroundTheMatchAtCharacters) {
  const auto store = open();
  std::string text;
  for (int i = 0; i < 300; ++i) text += "ünï";
  text += " the needle ";
  for (int i = 0; i < 300; ++i) text += "ÄÖ";
  commit(*store, {text}, {span_with(1, 10, {text})});
  derive(*store, 1, 1);
  index_all(*store);
  const auto answer = find(*store, "needle");
  ASSERT_EQ(answer.hits.size(), 1u);
  const SearchHit& hit = answer.hits[0];
  EXPECT_LE(hit.text.size(), 170u);
  ASSERT_EQ(hit.matches.size(), 1u);
  EXPECT_EQ(hit.text.substr(hit.matches[0].first, hit.matches[0].second), "needle");
  EXPECT_NE(static_cast<uint8_t>(hit.text.front()) & 0xc0, 0x80);
}

TEST_F(StoreSearch, NothingThatIsTypedIsAnError) {
  const auto store = open();
  commit(*store, {"some words"}, {span_with(1, 10, {"some words"})});
  index_all(*store);
  for (const std::string text :
       {"\" OR NEAR(", "text : some", "some AND", "NOT some", "some\"", "(some)", "-some", "^some", "{text} : some",
        "some + words", "→", "\xff\xfe", "some * *", "'; DROP TABLE span; --"}) {
    EXPECT_TRUE(store->search({.text = text})) << text;
  }
  EXPECT_EQ(store->search({.text = "  "}).error().code, ErrorCode::invalid);
}

TEST_F(StoreSearch, EachTextIsIndexedOnceHoweverOftenItRecurs) {
  const auto store = open();
  const std::string big = "the same big result " + std::string(300, ' ') + "again and again";
  std::vector<std::string> history;
  std::shared_ptr<context::Sequence> last;
  for (uint64_t turn = 1; turn <= 40; ++turn) {
    history.push_back("turn number" + std::to_string(turn) + " says hello");
    auto list = sequence_of(history, last);
    commit(*store, {history.back(), big}, {span_with(1, turn, {big}, list), span_with(2, turn, {big})});
    last = list;
    if (turn == 20) index_all(*store);
  }
  derive(*store, 1, 1);
  derive(*store, 2, 2);
  index_all(*store);
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM search_text_docsize"), "41");
  EXPECT_EQ(where(find(*store, "\"same big\"")), "2/1 1/1") << "one hit a session, where it came first";
  EXPECT_EQ(find(*store, "hello", {.limit = 100}).hits.size(), 40u);
  EXPECT_EQ(where(find(*store, "number17")), "1/17");
  EXPECT_EQ(store->index_state()->spans_waiting, 0u);
  EXPECT_EQ(store->index_state()->spans_indexed, 80u);
}

// Indexing stops in the middle of such a span and goes on there.
TEST_F(StoreSearch, ASpanWithMoreTextThanFitsIntoOneSliceIsIndexedWhole) {
  const auto store = open();
  std::vector<std::string> texts;
  for (int i = 0; i < 10; ++i) {
    std::string text = "needle" + std::to_string(i);
    while (text.size() < size_t{100} << 10) text += " and some hay of number" + std::to_string(i);
    texts.push_back(std::move(text));
  }
  commit(*store, texts, {span_with(1, 10, texts)});
  derive(*store, 1, 1);
  index_all(*store);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(where(find(*store, "needle" + std::to_string(i))), "1/10") << i;
}

// The test of the tests: what is lost from the index is not found.
TEST_F(StoreSearch, ALostEntryIsNoticed) {
  const auto store = open();
  commit(*store, {"precious words"}, {span_with(1, 10, {"precious words"})});
  derive(*store, 1, 1);
  index_all(*store);
  ASSERT_EQ(find(*store, "precious").hits.size(), 1u);
  auto database = sqlite::Database::open(path(), sqlite::OpenMode::read_write).value();
  ASSERT_TRUE(database.execute("DELETE FROM search_text"));
  EXPECT_EQ(find(*store, "precious").hits.size(), 0u);
}

TEST_F(StoreSearch, WhatComesLaterAndAfterARestartIsFound) {
  {
    const auto store = open();
    commit(*store, {"first text"}, {span_with(1, 10, {"first text"})});
    index_all(*store);
    commit(*store, {"second text"}, {span_with(1, 11, {"second text"})});
    EXPECT_EQ(store->index_state()->spans_waiting, 1u);
  }
  const auto store = open();
  derive(*store, 1, 1);
  index_all(*store);
  EXPECT_EQ(where(find(*store, "text")), "1/11 1/10");
  EXPECT_EQ(store->index_state()->indexed_until.ns, span(1, 11).facts.start.ns);
}

TEST_F(StoreSearch, AReplacedSpanIsIndexedAgain) {
  const auto store = open();
  commit(*store, {"early words"}, {span_with(1, 10, {"early words"})});
  derive(*store, 1, 1);
  index_all(*store);
  SpanRecord later = span_with(1, 10, {"final words"});
  later.facts.rank = SpanRank::real;
  later.facts.end = {later.facts.end.ns + 5};
  commit(*store, {"final words"}, {later});
  EXPECT_EQ(store->index_state()->spans_waiting, 1u);
  index_all(*store);
  EXPECT_EQ(where(find(*store, "final")), "1/10");
}

TEST_F(StoreSearch, HitsFollowTheirSpanToAnotherSession) {
  const auto store = open();
  commit(*store, {"wandering words"}, {span_with(1, 10, {"wandering words"}), span_with(1, 11, {"wandering words"})});
  index_all(*store);
  EXPECT_EQ(where(find(*store, "wandering")), "") << "not derived yet";
  derive(*store, 1, 1);
  index_all(*store);
  EXPECT_EQ(where(find(*store, "wandering")), "1/10");
  derive(*store, 1, 2);
  index_all(*store);
  EXPECT_EQ(where(find(*store, "wandering")), "2/10");
}

TEST_F(StoreSearch, PagesHaveEveryHitOnce) {
  const auto store = open();
  std::vector<std::string> texts;
  std::vector<SpanRecord> spans;
  for (uint64_t i = 1; i <= 25; ++i) {
    texts.push_back("common words and " + std::to_string(i));
    spans.push_back(span_with(1, i, {texts.back()}));
  }
  commit(*store, texts, spans);
  derive(*store, 1, 1);
  index_all(*store);
  std::vector<uint64_t> seen;
  std::optional<uint64_t> after;
  for (int page = 0; page < 10; ++page) {
    const auto answer = find(*store, "common", {.after = after, .limit = 7});
    for (const SearchHit& hit : answer.hits) seen.push_back(number_of_span(hit.span_id));
    if (!answer.next) break;
    after = answer.next;
  }
  ASSERT_EQ(seen.size(), 25u);
  EXPECT_TRUE(std::ranges::is_sorted(seen, std::greater()));
  EXPECT_EQ(store->search({.text = "common", .after = 999'999}).error().code, ErrorCode::invalid);
}

TEST_F(StoreSearch, FiltersAskOfTheSessionAndTheTime) {
  const auto store = open();
  commit(*store, {"shared words"}, {span_with(1, 10, {"shared words"}), span_with(2, 20, {"shared words"})});
  derive(*store, 1, 1);
  derive(*store, 2, 2);
  index_all(*store);
  SearchRequest one;
  one.filter.session = session_id(2);
  EXPECT_EQ(where(find(*store, "shared", one)), "2/20");
  SearchRequest early;
  early.filter.until = span(2, 20).facts.start;
  EXPECT_EQ(where(find(*store, "shared", early)), "1/10");
  SearchRequest late;
  late.filter.since = span(2, 20).facts.start;
  EXPECT_EQ(where(find(*store, "shared", late)), "2/20");
  EXPECT_EQ(store->sessions({.filter = {.search = "shared"}})->size(), 2u);
  EXPECT_EQ(store->sessions({.filter = {.search = "unheard"}})->size(), 0u);
}

TEST_F(StoreSearch, NothingIsLeftOfWhatIsRemoved) {
  const auto store = open();
  commit(*store, {"kept words", "gone words"},
         {span_with(1, 10, {"kept words"}), span_with(2, 20, {"gone words", "kept words"})});
  derive(*store, 1, 1, 5000);
  derive(*store, 2, 2);
  index_all(*store);
  EXPECT_EQ(where(find(*store, "words")), "2/20 2/20 1/10");
  const auto report =
      store->prune({.sessions_max = 1, .now = {int64_t{1} << 62}}, [](auto, auto, auto) { return true; });
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->spans, 1);
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM search_text_docsize"), "1");
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM search_place"), "1");
  EXPECT_EQ(ask(*store, "SELECT until - (SELECT max(no) FROM span) FROM search_state"), "0");
  EXPECT_EQ(ask(*store, "SELECT spans FROM search_state"), "1");
}

}  // namespace
}  // namespace strobe::store
