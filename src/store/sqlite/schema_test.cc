#include "store/sqlite/schema.h"

#include "store/sqlite/connection.h"
#include "store/sqlite/statements.h"
#include "store/sqlite/test_support.h"

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
    auto plan = database.prepare("EXPLAIN QUERY PLAN " + std::string(text_of(sql))).value();
    while (plan.step().value()) {
      const std::string step(plan.text(3));
      // "SCAN x USING INDEX" walks an index from where a condition or an ORDER BY with LIMIT says; a bare SCAN reads
      // all.
      const bool walks_dirty = step == "SCAN trace USING INDEX trace_dirty";
      EXPECT_TRUE(!step.starts_with("SCAN") || walks_dirty) << text_of(sql) << ": " << step;
    }
  }
}

TEST_F(Schema, ViewsHaveTheColumnsThatPeopleRelyOn) {
  const auto store = open();
  const auto columns = [&](const std::string& view) {
    return ask(*store, "SELECT group_concat(name, ' ') FROM pragma_table_info('" + view + "')");
  };
  EXPECT_EQ(columns("spans"),
            "trace_id span_id parent_span_id session session_key kind status name agent model provider service scope "
            "run_id named_session namespace tool_name tool_call_id error_type start_unix_ns duration_ns input_tokens "
            "cache_read_tokens "
            "cache_write_tokens output_tokens reasoning_tokens usage_rule cost_usd cost_kind counted trace_step ttft_ns "
            "context_id context_basis");
  EXPECT_EQ(
      columns("sessions"),
      "id key namespace agent service task start_unix_ns duration_ns spans steps llm_calls tool_calls errors models "
      "input_tokens cache_read_tokens cache_write_tokens output_tokens reasoning_tokens cost_usd unpriced_calls "
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

}  // namespace
}  // namespace strobe::store
