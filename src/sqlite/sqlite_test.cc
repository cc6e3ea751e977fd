#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sqlite/database.h"

namespace strobe::sqlite {
namespace {

Database in_memory() { return std::move(Database::open(":memory:", OpenMode::create).value()); }

class SqliteFile : public testing::Test {
 protected:
  SqliteFile() : path_(testing::TempDir() + "strobe_sqlite_" + std::to_string(getpid()) + ".db") { remove(); }
  ~SqliteFile() override { remove(); }
  void remove() const {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path_ + suffix);
  }
  const std::string path_;
};

TEST(Sqlite, ValuesComeBackAsTheyWereBound) {
  Database database = in_memory();
  ASSERT_TRUE(database.execute("CREATE TABLE t(a, b, c, d, e) "));
  {
    Statement insert = database.prepare("INSERT INTO t VALUES(?,?,?,?,?)").value();
    insert.bind_all(int64_t{-5}, Text{std::string_view("a\0b", 3)}, Blob{""}, nullptr, std::optional<int>());
    ASSERT_TRUE(insert.run());
    EXPECT_EQ(database.changes(), 1);
  }
  Statement read = database.prepare("SELECT * FROM t").value();
  ASSERT_TRUE(read.step().value());
  EXPECT_EQ(read.int64(0), -5);
  EXPECT_EQ(read.text(1), std::string_view("a\0b", 3));
  EXPECT_FALSE(read.is_null(2));
  EXPECT_EQ(read.blob(2), "");
  EXPECT_TRUE(read.is_null(3));
  EXPECT_TRUE(read.is_null(4));
  EXPECT_FALSE(read.step().value());
}

TEST(Sqlite, TransactionRollsBackUnlessCommitted) {
  Database database = in_memory();
  ASSERT_TRUE(database.execute("CREATE TABLE t(a)"));
  {
    auto transaction = Transaction::begin(database, TransactionKind::write);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database.execute("INSERT INTO t VALUES(1)"));
  }
  EXPECT_EQ(database.number("SELECT count(*) FROM t").value(), 0);
  auto transaction = Transaction::begin(database, TransactionKind::write);
  ASSERT_TRUE(database.execute("INSERT INTO t VALUES(1)"));
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(database.number("SELECT count(*) FROM t").value(), 1);
}

TEST(Sqlite, WrongSqlIsInvalidWithSqlitesMessage) {
  Database database = in_memory();
  auto statement = database.prepare("SELECT a FROM nowhere");
  ASSERT_FALSE(statement);
  EXPECT_EQ(statement.error().code, ErrorCode::invalid);
  EXPECT_NE(statement.error().message.find("nowhere"), std::string::npos);
}

TEST_F(SqliteFile, MissingFileIsAnIoErrorWithTheReason) {
  auto database = Database::open(path_, OpenMode::read_only);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::io);
  EXPECT_EQ(database.error().message, "no such file or directory");
}

TEST_F(SqliteFile, AFileThatIsNoDatabaseIsCorrupt) {
  std::ofstream(path_) << std::string(5000, 'x');
  auto database = Database::open(path_, OpenMode::read_write);
  ASSERT_TRUE(database);
  auto number = database->number("PRAGMA user_version");
  ASSERT_FALSE(number);
  EXPECT_EQ(number.error().code, ErrorCode::corrupt);
}

TEST_F(SqliteFile, ALockedFileIsUnavailable) {
  Database first = Database::open(path_, OpenMode::create).value();
  Database second = Database::open(path_, OpenMode::create).value();
  auto holds = Transaction::begin(first, TransactionKind::write);
  ASSERT_TRUE(holds);
  auto waits = Transaction::begin(second, TransactionKind::write);
  ASSERT_FALSE(waits);
  EXPECT_EQ(waits.error().code, ErrorCode::unavailable);
}

TEST(SqliteSelect, GivesColumnsAndRowsAsText) {
  Database database = in_memory();
  auto selected = select(database, "SELECT 1 AS one, NULL AS missing, x'0aff' AS bytes, 'x' ; -- done", {});
  ASSERT_TRUE(selected) << selected.error().message;
  EXPECT_EQ(selected->columns, (std::vector<std::string>{"one", "missing", "bytes", "'x'"}));
  ASSERT_EQ(selected->rows.size(), 1u);
  EXPECT_EQ(selected->rows[0][0], "1");
  EXPECT_EQ(selected->rows[0][1], std::nullopt);
  EXPECT_EQ(selected->rows[0][2], "0aff");
}

TEST(SqliteSelect, RefusesEverythingThatIsNotReading) {
  Database database = in_memory();
  ASSERT_TRUE(database.execute("CREATE TABLE t(a)"));
  for (const char* sql : {"DELETE FROM t", "INSERT INTO t VALUES(1)", "ATTACH 'x' AS y", "BEGIN",
                          "PRAGMA journal_mode=DELETE", "PRAGMA user_version=3", "DROP TABLE t",
                          "CREATE TEMP TABLE u(a)", "VACUUM", "SELECT 1; SELECT 2", "", "EXPLAIN SELECT", "SELECT ?"}) {
    auto selected = select(database, sql, {});
    ASSERT_FALSE(selected) << sql;
    EXPECT_EQ(selected.error().code, ErrorCode::invalid) << sql;
  }
  EXPECT_TRUE(select(database, "PRAGMA table_info(t)", {}));
  EXPECT_TRUE(database.execute("INSERT INTO t VALUES(1)")) << "the guard must come down again";
}

TEST(SqliteSelect, StopsAtItsLimits) {
  Database database = in_memory();
  const char* endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT i FROM n";
  EXPECT_EQ(select(database, endless, {.rows_max = 10})->rows.size(), 10u);
  EXPECT_EQ(select(database, endless, {.rows_max = SIZE_MAX, .bytes_max = 10'000}).error().code, ErrorCode::too_large);
  const char* silent = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT i FROM n WHERE i<0";
  EXPECT_EQ(select(database, silent, {.time_max = std::chrono::milliseconds(20)}).error().code, ErrorCode::timeout);
  EXPECT_FALSE(select(database, "SELECT zeroblob(1000000000)", {}));
}

}  // namespace
}  // namespace strobe::sqlite
