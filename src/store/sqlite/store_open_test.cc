#include <sys/wait.h>

#include <fstream>
#include <thread>

#include "sqlite/database.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/file_system.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/test_support.h"

namespace strobe::store {
namespace {

using StoreOpen = StoreTest;

TEST_F(StoreOpen, CreatesFoldersAndComesBackAfterReopening) {
  const std::string deep = folder_ + "/a/b/strobe.db";
  {
    auto store = open_sqlite({.path = deep}).value();
    commit_one(*store, span(1, 1));
    ASSERT_TRUE(store->checkpoint());
  }
  auto store = open_sqlite({.path = deep}).value();
  EXPECT_EQ(store->facts_of_trace(trace_id(1))->size(), 1u);
  EXPECT_EQ(store->dirty_traces(10)->size(), 1u);
}

TEST_F(StoreOpen, ErrorsSayWhichStoreAndWhy) {
  const auto error = [&](OpenMode mode) { return open_sqlite({.path = path(), .mode = mode}).error(); };
  EXPECT_EQ(error(OpenMode::read_only).code, ErrorCode::not_found);

  std::ofstream(path()) << std::string(9000, 'x');
  EXPECT_EQ(error(OpenMode::read_write).code, ErrorCode::corrupt);
  EXPECT_EQ(error(OpenMode::read_write).message, "cannot open store " + path() + ": file is not a database");
  std::filesystem::remove(path());

  std::filesystem::create_directory(path());
  EXPECT_EQ(error(OpenMode::read_write).code, ErrorCode::io);
  EXPECT_EQ(error(OpenMode::read_write).message, "cannot open store " + path() + ": is a directory");
  std::filesystem::remove(path());

  if (geteuid() != 0) {
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    EXPECT_EQ(error(OpenMode::read_write).message, "cannot open store " + path() + ": permission denied");
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
  }
}

TEST_F(StoreOpen, AStoreIsItsOwnersAlone) {
  const std::string deep = folder_ + "/new/store.db";
  const auto store = open_sqlite({.path = deep}).value();
  const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  for (const std::string& place : {deep, deep + "-wal", folder_ + "/new"}) {
    EXPECT_EQ(std::filesystem::status(place).permissions() & others, std::filesystem::perms::none) << place;
  }
}

TEST_F(StoreOpen, ANewerSchemaIsRefusedClearly) {
  open();
  {
    auto database = sqlite::Database::open(path(), sqlite::OpenMode::read_write).value();
    ASSERT_TRUE(database.execute("PRAGMA user_version=99"));
  }
  for (const auto mode : {OpenMode::read_write, OpenMode::read_only}) {
    const auto error = open_sqlite({.path = path(), .mode = mode}).error();
    EXPECT_EQ(error.code, ErrorCode::invalid);
    EXPECT_EQ(error.message, "cannot open store " + path() +
                                 ": written by a newer Strobe: schema 99, this program knows " +
                                 std::to_string(schema_version()));
  }
}

TEST_F(StoreOpen, SomebodyElsesDatabaseIsLeftAlone) {
  {
    auto database = sqlite::Database::open(path(), sqlite::OpenMode::create).value();
    ASSERT_TRUE(database.execute("CREATE TABLE theirs(a)"));
  }
  EXPECT_EQ(open_sqlite({.path = path()}).error().message, "cannot open store " + path() + ": not a Strobe store");
  auto database = sqlite::Database::open(path(), sqlite::OpenMode::read_only).value();
  EXPECT_EQ(database.text("PRAGMA journal_mode").value(), "delete");
}

TEST_F(StoreOpen, ReadingWorksWhileAnotherWrites) {
  const auto writer = open();
  const auto reader = open(OpenMode::read_only);
  commit_one(*writer, span(1, 1));
  EXPECT_EQ(reader->facts_of_trace(trace_id(1))->size(), 1u);
  Batch batch;
  batch.spans.push_back(span(1, 2));
  EXPECT_EQ(reader->commit(batch).error().code, ErrorCode::io);
  EXPECT_TRUE(reader->checkpoint());
}

TEST_F(StoreOpen, NetworkFileSystemsAreKnownByTheirMagic) {
  EXPECT_EQ(network_file_system(0x6969), "nfs");
  EXPECT_EQ(network_file_system(0xff534d42), "cifs");
  EXPECT_EQ(network_file_system(static_cast<long>(static_cast<int>(0xff534d42))), "cifs");
  EXPECT_FALSE(network_file_system(0x65735546)) << "fuse is the local disk of many containers";
  EXPECT_EQ(network_file_system(0xef53), std::nullopt) << "ext4";
  EXPECT_EQ(network_file_system(0x01021994), std::nullopt) << "tmpfs";
}

// Content that all writers share and spans of their own; names, traces and sequences race for the same rows.
void write_many(const std::string& path, uint8_t writer, int batches) {
  auto store = open_sqlite({.path = path});
  ASSERT_TRUE(store) << store.error().message;
  std::shared_ptr<context::Sequence> last;
  std::vector<std::string> history;
  for (int i = 0; i < batches; ++i) {
    Batch batch;
    history.push_back("message " + std::to_string(i));
    batch.content.pieces.push_back(plain(history.back()));
    auto record = span(9, writer * 1000u + static_cast<uint64_t>(i));
    record.facts.name = "name " + std::to_string(i);
    auto sequence = sequence_of(history, last);
    record.packed.refs.emplace_back(sequence);
    batch.spans.push_back(record);
    const auto done = (*store)->commit(batch);
    ASSERT_TRUE(done) << done.error().message;
    last = sequence;
  }
}

void expect_all_written(Store& store, size_t writers, size_t batches) {
  EXPECT_EQ(store.facts_of_trace(trace_id(9))->size(), writers * batches);
  EXPECT_EQ(store.query("SELECT * FROM blob", SIZE_MAX)->rows.size(), batches);
  EXPECT_EQ(store.query("SELECT * FROM trace", SIZE_MAX)->rows.size(), 1u);
}

TEST_F(StoreOpen, TwoThreadsWriteOneFile) {
  std::thread first([&] { write_many(path(), 1, 50); });
  std::thread second([&] { write_many(path(), 2, 50); });
  first.join();
  second.join();
  expect_all_written(*open(), 2, 50);
}

TEST_F(StoreOpen, TwoProcessesWriteOneFile) {
  const pid_t child = fork();
  if (child == 0) {
    write_many(path(), 1, 50);
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  write_many(path(), 2, 50);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  expect_all_written(*open(), 2, 50);
}

TEST_F(StoreOpen, MemoryStoresWork) {
  auto store = open_sqlite({.path = ":memory:"}).value();
  commit_one(*store, span(1, 1));
  EXPECT_EQ(ask(*store, "SELECT count(*) FROM spans"), "1");
  EXPECT_EQ(store->query("DELETE FROM span", 1).error().code, ErrorCode::invalid);
  commit_one(*store, span(1, 2));
}

TEST_F(StoreOpen, AMemoryStoreWithANameIsSharedWithinTheProcess) {
  {
    auto first = open_sqlite({.path = ":memory:shared"}).value();
    auto second = open_sqlite({.path = ":memory:shared"}).value();
    commit_one(*first, span(1, 1));
    commit_one(*second, span(1, 2));
    EXPECT_EQ(ask(*first, "SELECT count(*) FROM spans"), "2");
    EXPECT_EQ(ask(*open_sqlite({.path = ":memory:other"}).value(), "SELECT count(*) FROM spans"), "0");
  }
  EXPECT_EQ(ask(*open_sqlite({.path = ":memory:shared"}).value(), "SELECT count(*) FROM spans"), "0")
      << "nobody held it";
}

TEST_F(StoreOpen, WhoeverOnlyReadsKeepsLessOfTheFileInMemory) {
  ASSERT_NE(open(), nullptr);
  const auto cache_kib = [&](OpenMode mode) {
    return -open_connection(path(), mode).value().number("PRAGMA cache_size").value();
  };
  EXPECT_EQ(cache_kib(OpenMode::read_write), int64_t{k_writer_cache_bytes >> 10});
  EXPECT_EQ(cache_kib(OpenMode::read_only), int64_t{k_reader_cache_bytes >> 10});
}

}  // namespace
}  // namespace strobe::store
