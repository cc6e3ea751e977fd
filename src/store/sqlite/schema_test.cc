#include "store/sqlite/schema.h"

#include <array>

#include "codec/sha256.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/statements.h"
#include "store/sqlite/test_support.h"
#include "store/sqlite/version_1_test_support.h"

namespace strobe::store {
namespace {

using Schema = StoreTest;

TEST_F(Schema, EveryStatementPreparesAndUsesAnIndex) {
  auto database = open_connection(path(), OpenMode::read_write).value();
  for (size_t i = 0; i < static_cast<size_t>(Sql::count_); ++i) {
    const auto sql = static_cast<Sql>(i);
    const auto statement = database.prepare(text_of(sql));
    ASSERT_TRUE(statement) << text_of(sql) << ": " << statement.error().message;
    if (sql == Sql::counters || sql == Sql::data_version) continue;  // reads all, reads nothing
    if (sql == Sql::search_again_count) continue;                    // reads queues that are short
    auto plan = database.prepare("EXPLAIN QUERY PLAN " + std::string(text_of(sql))).value();
    while (plan.step().value()) {
      const std::string step(plan.text(3));
      // "SCAN x USING INDEX" walks an index from where a condition or an ORDER BY with LIMIT says; a bare SCAN reads
      // all.
      // A virtual table's plan always says SCAN; M: by a MATCH.
      const bool walks_dirty = step == "SCAN trace USING INDEX trace_dirty" ||
                               (step.find("VIRTUAL TABLE INDEX") != std::string::npos && step.ends_with(":M1"));
      EXPECT_TRUE(!step.starts_with("SCAN") || walks_dirty) << text_of(sql) << ": " << step;
    }
  }
}

std::vector<std::string> plan_of(sqlite::Database& database, Sql sql) {
  std::vector<std::string> steps;
  auto plan = database.prepare("EXPLAIN QUERY PLAN " + std::string(text_of(sql))).value();
  while (plan.step().value()) steps.emplace_back(plan.text(3));
  return steps;
}

TEST_F(Schema, WhatIsToldOfASpanIsFoundWithoutTheRestOfItsTrace) {
  auto database = open_connection(path(), OpenMode::read_write).value();
  constexpr std::string_view k_of_span = "log_telling (trace=? AND span_id=?)";
  EXPECT_EQ(plan_of(database, Sql::log_telling).at(0), "SEARCH log USING INDEX " + std::string(k_of_span));
  EXPECT_EQ(plan_of(database, Sql::amend_told_span).at(0), "SEARCH log USING COVERING INDEX " + std::string(k_of_span));
  EXPECT_EQ(plan_of(database, Sql::log_told),
            std::vector<std::string>{"SEARCH log USING COVERING INDEX log_telling (trace=?)"});
}

TEST_F(Schema, TheStateOfASessionIsReadInTheOrderOfAnIndex) {
  auto database = open_connection(path(), OpenMode::read_write).value();
  for (const std::string& step : plan_of(database, Sql::part_states)) {
    EXPECT_EQ(step.find("TEMP B-TREE"), std::string::npos) << step;
  }
}

TEST_F(Schema, ViewsHaveTheColumnsThatPeopleRelyOn) {
  const auto store = open();
  const auto columns = [&](const std::string& view) {
    return ask(*store, "SELECT group_concat(name, ' ') FROM pragma_table_info('" + view + "')");
  };
  EXPECT_EQ(
      columns("spans"),
      "trace_id span_id parent_span_id session session_key kind status name agent model provider service scope "
      "run_id named_session namespace tool_name tool_call_id error_type start_unix_ns duration_ns input_tokens "
      "cache_read_tokens "
      "cache_write_tokens output_tokens reasoning_tokens usage_rule cost_usd cost_kind counted trace_step ttft_ns "
      "context_id context_basis");
  EXPECT_EQ(
      columns("sessions"),
      "id key namespace agent service task start_unix_ns duration_ns spans steps llm_calls tool_calls errors models "
      "input_tokens cache_read_tokens cache_write_tokens output_tokens reasoning_tokens cost_usd cost_kind "
      "unpriced_calls "
      "traces cancelled");
  EXPECT_EQ(columns("traces"), "trace_id session spans heard_of_unix_ns start_unix_ns pending");
  EXPECT_EQ(columns("messages"), "message_id element_id element_format stored_bytes");
  EXPECT_EQ(columns("contexts"), "context_id messages leading_messages");
  for (const char* view : {"spans", "sessions", "traces", "messages", "contexts"}) {
    EXPECT_TRUE(store->query("SELECT * FROM " + std::string(view), 1)) << view;
  }
}

TEST_F(Schema, FileHasItsLayoutAndVersionsFromTheFirstDay) {
  auto database = open_connection(path(), OpenMode::read_write).value();
  EXPECT_EQ(database.number("PRAGMA page_size").value(), k_page_bytes);
  EXPECT_EQ(database.number("PRAGMA auto_vacuum").value(), 2);
  EXPECT_EQ(database.number("PRAGMA application_id").value(), k_application_id);
  EXPECT_EQ(database.number("PRAGMA user_version").value(), schema_version());
  EXPECT_EQ(database.text("PRAGMA journal_mode").value(), "wal");
  EXPECT_EQ(database.number("PRAGMA synchronous").value(), 2);
  EXPECT_EQ(database.number("SELECT value FROM meta WHERE name='canonical_version'").value(), 1);
  EXPECT_GT(database.number("SELECT value FROM meta WHERE name='epoch'").value(), 0);
}

TEST_F(Schema, NewerPricesMakeEveryTraceDirtyOnce) {
  const auto store = open();
  ASSERT_TRUE(store->use_prices_of(20260101));
  commit_one(*store, span(1, 1));
  const auto derive = [&] {
    return store->save_derived({{.trace_id = trace_id(1),
                                 .span_count = 1,
                                 .parts = {part(1, 1)},
                                 .spans = {{.span_id = span_id(1), .session = session_id(1)}}}});
  };
  ASSERT_TRUE(derive());
  ASSERT_TRUE(store->use_prices_of(20260101));
  ASSERT_TRUE(store->use_prices_of(20250101)) << "an older program";
  EXPECT_TRUE(store->dirty_traces(10).value().empty());
  ASSERT_TRUE(store->use_prices_of(20260102));
  EXPECT_EQ(store->dirty_traces(10).value(), std::vector{trace_id(1)});
  ASSERT_TRUE(derive());
  ASSERT_TRUE(store->use_prices_of(20260102));
  EXPECT_TRUE(store->dirty_traces(10).value().empty());
}

// What the first so many migrations make of an empty file, views left out. A migration that has shipped is never
// edited: files are out there that it will not run on again. Whoever appends one appends its line here.
TEST_F(Schema, ShippedMigrationsAreNeverEdited) {
  constexpr std::array k_after = {
      std::string_view("6a2b7722530a143c"),  // create the tables
      std::string_view("f16e9dd69a0ef984"),  // index what lists go through
      std::string_view("9a44a1016593b97b"),  // make room for costs
      std::string_view("089887e5eb3ab98f"),  // make room for the text index
      std::string_view("db1665824384a1b6"),  // attach log records to spans
  };
  auto database = sqlite::Database::open(":memory:", sqlite::OpenMode::create).value();
  for (size_t i = 0; i < migrations().size(); ++i) {
    ASSERT_TRUE(migrations()[i].run(database)) << migrations()[i].what;
    const std::string schema =
        database
            .text(
                "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL "
                "AND type <> 'view' ORDER BY name)")
            .value();
    const std::string_view expected = i < k_after.size() ? k_after[i] : "nothing yet: append it";
    EXPECT_EQ(codec::sha256(schema).hex().substr(0, 16), expected) << migrations()[i].what;
  }
}

TEST_F(Schema, AFileOfTheFirstVersionIsBroughtUpToDateAndPriced) {
  make_version_1(path());
  const auto store = open();
  ASSERT_NE(store, nullptr);
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'old%'"), "0");
  EXPECT_EQ(ask(*store, "SELECT cost_usd || ' ' || cost_kind FROM spans"), "2.0 reported");
  EXPECT_EQ(ask(*store, "SELECT cost_usd || ' ' || cost_kind FROM sessions"), "2.0 reported");
  EXPECT_EQ(store->session(session_id(7)).value().summary.cost_kind, CostKind::reported);
  EXPECT_EQ(store->dirty_traces(10).value(), std::vector{trace_id(1)}) << "to be derived, and so priced, again";
  const auto facts = store->facts_of_trace(trace_id(1)).value();
  ASSERT_EQ(facts.size(), 1u);
  EXPECT_EQ(facts[0].model, "m");

  SessionPart priced = part(7, 1);
  priced.cost.add(CostKind::computed, 3'000'000'000'000);
  ASSERT_TRUE(store->save_derived({{.trace_id = trace_id(1),
                                    .span_count = 1,
                                    .parts = {priced},
                                    .spans = {{.span_id = span_id(9),
                                               .session = session_id(7),
                                               .counted = true,
                                               .cost_pico_usd = 3'000'000'000'000,
                                               .cost_kind = CostKind::computed}}}}));
  EXPECT_EQ(ask(*store, "SELECT cost_usd || ' ' || cost_kind FROM spans"), "3.0 computed");
  EXPECT_EQ(ask(*store, "SELECT cost_usd || ' ' || cost_kind FROM sessions"), "3.0 computed");
  EXPECT_TRUE(store->dirty_traces(10).value().empty());
}

}  // namespace
}  // namespace strobe::store
