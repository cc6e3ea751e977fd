#include "faulty_disk.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "folder.h"
#include "sqlite/database.h"

// The disk itself: what it loses, what it keeps, and that it can tell a program that syncs from one that does not.

namespace strobe::faults {
namespace {

using sqlite::Database;

class FaultyDiskTest : public testing::Test {
 protected:
  FaultyDiskTest() { disk_.set_plan({}); }
  ~FaultyDiskTest() override { disk_.set_plan({}); }

  Database open(const std::string& synchronous) {
    auto opened = Database::open(path(), sqlite::OpenMode::create);
    if (!opened) throw std::runtime_error(opened.error().message);
    const std::string setup = "PRAGMA journal_mode=WAL; PRAGMA synchronous=" + synchronous;
    if (auto done = opened->execute(setup.c_str()); !done) throw std::runtime_error(done.error().message);
    return *std::move(opened);
  }
  std::string path() const { return folder_.path() + "/x.db"; }

  void remove_files() const {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path() + suffix);
  }

  // Commits rows until the power fails, reopens, and says how many of the acknowledged rows are gone.
  int64_t rows_lost(const std::string& synchronous, uint64_t seed) {
    remove_files();
    constexpr int64_t k_rows = 5;
    {
      Database database = open(synchronous);
      EXPECT_TRUE(database.execute("CREATE TABLE t(n INTEGER PRIMARY KEY, x TEXT)"));
      for (int row = 0; row < k_rows; ++row) {
        const std::string insert = "INSERT INTO t(x) VALUES(hex(zeroblob(" + std::to_string(100 + 900 * row) + ")))";
        EXPECT_TRUE(database.execute(insert.c_str()));
      }
      disk_.die(Damage::power_cut);
    }
    sectors_lost_ += disk_.restart(seed);
    auto database = Database::open(path(), sqlite::OpenMode::create);
    if (!database) return k_rows;
    if (auto verdict = database->text("PRAGMA integrity_check"); !verdict || *verdict != "ok") return k_rows;
    const auto rows = database->number("SELECT count(*) FROM t");
    return rows ? k_rows - *rows : k_rows;
  }

  FaultyDisk& disk_ = FaultyDisk::install();
  Folder folder_;
  size_t sectors_lost_ = 0;
};

constexpr uint64_t k_seeds = 40;

TEST_F(FaultyDiskTest, SynchronousOffLosesAnAcknowledgedRowForSomeSeed) {
  uint64_t losses = 0;
  for (uint64_t seed = 1; seed <= k_seeds; ++seed) losses += rows_lost("OFF", seed) > 0 ? 1 : 0;
  EXPECT_GT(losses, k_seeds / 2);
  EXPECT_GT(sectors_lost_, 0U);
}

TEST_F(FaultyDiskTest, SynchronousNormalLosesOneToo) {
  uint64_t losses = 0;
  for (uint64_t seed = 1; seed <= k_seeds; ++seed) losses += rows_lost("NORMAL", seed) > 0 ? 1 : 0;
  EXPECT_GT(losses, 0U);
}

TEST_F(FaultyDiskTest, SynchronousFullNeverDoes) {
  for (uint64_t seed = 1; seed <= k_seeds; ++seed) EXPECT_EQ(rows_lost("FULL", seed), 0) << "seed " << seed;
}

TEST_F(FaultyDiskTest, AKillLosesNothing) {
  {
    Database database = open("OFF");
    ASSERT_TRUE(database.execute("CREATE TABLE t(n); INSERT INTO t VALUES(1)"));
    disk_.die(Damage::kill);
    EXPECT_FALSE(database.execute("INSERT INTO t VALUES(2)"));
    EXPECT_TRUE(disk_.is_dead());
  }
  EXPECT_EQ(disk_.restart(1), 0U);
  EXPECT_FALSE(std::filesystem::exists(path() + "-shm"));
  Database database = open("OFF");
  EXPECT_EQ(database.number("SELECT count(*) FROM t"), 1);
}

// One file through the VFS, without a database.
class RawFile {
 public:
  explicit RawFile(const std::string& path) : path_(path) {
    sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
    memory_.resize(static_cast<size_t>(vfs->szOsFile) / sizeof(uint64_t) + 1);
    int flags = 0;
    const int code = vfs->xOpen(vfs, path_.c_str(), file(),
                                SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_TEMP_JOURNAL, &flags);
    EXPECT_EQ(code, SQLITE_OK);
  }
  ~RawFile() { file()->pMethods->xClose(file()); }
  int write(const std::string& bytes, int64_t offset) {
    return file()->pMethods->xWrite(file(), bytes.data(), static_cast<int>(bytes.size()), offset);
  }
  int sync() { return file()->pMethods->xSync(file(), SQLITE_SYNC_NORMAL); }

 private:
  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory_.data()); }
  std::string path_;
  std::vector<uint64_t> memory_;
};

std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST_F(FaultyDiskTest, EachSectorOfATornWriteIsOldOrNew) {
  std::set<std::string> outcomes;
  for (uint64_t seed = 1; seed <= k_seeds; ++seed) {
    std::filesystem::remove(path());
    {
      RawFile file(path());
      file.write(std::string(8192, 'a'), 0);
      ASSERT_EQ(file.sync(), SQLITE_OK);
      file.write(std::string(3000, 'b'), 1000);  // begins and ends within a sector
      disk_.die(Damage::power_cut);
    }
    const size_t lost = disk_.restart(seed);
    const std::string left = read_file(path());
    ASSERT_EQ(left.size(), 8192U);
    std::string outcome;
    for (size_t sector = 0; sector < 16; ++sector) {
      const std::string bytes = left.substr(sector * 512, 512);
      std::string whole(512, 'a');
      for (size_t i = 0; i < 512; ++i) {
        if (sector * 512 + i >= 1000 && sector * 512 + i < 4000) whole[i] = 'b';
      }
      ASSERT_TRUE(bytes == whole || bytes == std::string(512, 'a')) << "seed " << seed << " sector " << sector;
      outcome += bytes == whole ? 'n' : 'o';
    }
    ASSERT_EQ(lost, static_cast<size_t>(std::count(outcome.begin() + 1, outcome.begin() + 8, 'o'))) << outcome;
    outcomes.insert(outcome);
  }
  EXPECT_GT(outcomes.size(), k_seeds / 2);
}

TEST_F(FaultyDiskTest, ALengthThatWasNotSyncedMayBeTheOldOne) {
  std::set<size_t> lengths;
  for (uint64_t seed = 1; seed <= k_seeds; ++seed) {
    std::filesystem::remove(path());
    {
      RawFile file(path());
      file.write(std::string(600, 'a'), 0);
      file.sync();
      file.write(std::string(2000, 'b'), 600);
      disk_.die(Damage::power_cut);
    }
    disk_.restart(seed);
    lengths.insert(read_file(path()).size());
  }
  EXPECT_TRUE(lengths.contains(600));
  EXPECT_TRUE(lengths.contains(2600));
  EXPECT_GT(lengths.size(), 2U);
}

TEST_F(FaultyDiskTest, ASyncThatFailedIsNotMadeGoodByALaterOne) {
  size_t lost = 0;
  for (uint64_t seed = 1; seed <= k_seeds; ++seed) {
    std::filesystem::remove(path());
    {
      RawFile file(path());
      file.write(std::string(4096, 'a'), 0);
      file.sync();
      file.write(std::string(4096, 'b'), 0);
      disk_.set_plan([](const Call& call) {
        return Fate{.damage = call.operation == Operation::sync ? Damage::io_error : Damage::none};
      });
      EXPECT_NE(file.sync(), SQLITE_OK);
      disk_.set_plan({});
      EXPECT_EQ(file.sync(), SQLITE_OK);
      disk_.die(Damage::power_cut);
    }
    lost += disk_.restart(seed);
  }
  EXPECT_GT(lost, 0U);
}

TEST_F(FaultyDiskTest, AShortWriteLeavesItsFirstHalf) {
  RawFile file(path());
  disk_.set_plan([](const Call& call) {
    return Fate{.damage = call.operation == Operation::write ? Damage::short_write : Damage::none};
  });
  EXPECT_EQ(file.write(std::string(1000, 'a'), 0), SQLITE_FULL);
  EXPECT_EQ(read_file(path()), std::string(500, 'a'));
}

TEST_F(FaultyDiskTest, NumbersAndOutcomesRepeat) {
  const auto run = [&] {
    std::string story;
    disk_.set_world({.random_seed = 7});
    remove_files();
    disk_.set_plan([&](const Call& call) {
      story += std::to_string(call.number) + ":" + std::to_string(static_cast<int>(call.operation)) + "/" +
               std::to_string(static_cast<int>(call.file)) + "@" + std::to_string(call.offset) + "+" +
               std::to_string(call.bytes) + " ";
      return Fate{};
    });
    {
      Database database = open("OFF");
      EXPECT_TRUE(database.execute("CREATE TABLE t(n); INSERT INTO t VALUES(1); INSERT INTO t VALUES(random())"));
      disk_.die(Damage::power_cut);
    }
    disk_.set_plan({});
    const size_t lost = disk_.restart(3);
    disk_.set_world({});
    return story + "lost " + std::to_string(lost) + read_file(path()) + read_file(path() + "-wal");
  };
  const std::string first = run();
  EXPECT_GT(first.size(), 1000U);
  const std::string second = run();
  const auto difference = std::mismatch(first.begin(), first.end(), second.begin(), second.end());
  EXPECT_EQ(difference.first - first.begin(), std::ssize(first));
  EXPECT_EQ(second.size(), first.size());
}

TEST_F(FaultyDiskTest, TimeAndSleepAreTheWorlds) {
  std::chrono::nanoseconds slept{0};
  disk_.set_world({.unix_ms = [] { return int64_t{1'700'000'000'000}; },
                   .sleep = [&](std::chrono::nanoseconds time) { slept += time; }});
  Database database = open("OFF");
  EXPECT_EQ(database.number("SELECT unixepoch('now')"), 1'700'000'000);
  disk_.set_plan([](const Call& call) {
    return Fate{.delay = std::chrono::seconds(call.operation == Operation::write ? 100 : 0)};
  });
  ASSERT_TRUE(database.execute("CREATE TABLE t(n)"));
  EXPECT_GT(slept, std::chrono::seconds(99));
  disk_.set_plan({});
  disk_.set_world({});
}

}  // namespace
}  // namespace strobe::faults
