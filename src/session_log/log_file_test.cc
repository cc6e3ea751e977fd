#include "session_log/log_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "session_log/log_folder.h"

namespace strobe::session_log {

namespace {

class SessionLogFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "session-log-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  void write(const std::string& name, std::string_view content) const {
    std::ofstream(path(name), std::ios::binary) << content;
  }
  std::string folder_;
};

// A line is its own key, but for those that begin with "?".
std::optional<std::string> key_of(std::string_view line) {
  return line.starts_with('?') ? std::nullopt : std::optional(std::string(line));
}

exporter::LogLine line(const std::string& text) { return {.key = text, .time = {}, .text = text}; }

SessionSummary session(std::string key, std::string session_namespace = {}) {
  SessionSummary made;
  made.key = std::move(key);
  made.session_namespace = std::move(session_namespace);
  made.id.bytes.fill(0xab);
  made.start = {1'700'000'000'123'000'000};
  return made;
}

}  // namespace

TEST_F(SessionLogFiles, AreForTheirOwnerAloneAndGrow) {
  {
    const auto file = SessionLogFile::open(path("a"), key_of);
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->append(std::vector{line("one"), line("two")}));
    EXPECT_TRUE((*file)->has("one"));
    EXPECT_EQ((*file)->last_key(), "two");
    EXPECT_FALSE(SessionLogFile::open(path("a"), key_of)) << "two writers";
  }
  struct stat status{};
  ASSERT_EQ(::stat(path("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto again = SessionLogFile::open(path("a"), key_of);
  ASSERT_TRUE(again);
  EXPECT_TRUE((*again)->has("two"));
  EXPECT_FALSE((*again)->has("three"));
  ASSERT_TRUE((*again)->append(std::vector{line("three")}));
  EXPECT_EQ(*read_file(path("a")), "one\ntwo\nthree\n");
}

TEST_F(SessionLogFiles, ALineThatWasCutIsTakenAway) {
  write("a", "one\n?odd\ntw");
  const auto file = SessionLogFile::open(path("a"), key_of);
  ASSERT_TRUE(file);
  EXPECT_EQ(*read_file(path("a")), "one\n?odd\n");
  EXPECT_FALSE((*file)->has("tw"));
  EXPECT_EQ((*file)->last_key(), "");
}

TEST_F(SessionLogFiles, WhatDoesNotFitOntoTheDiskLeavesNoHalfLine) {
  const auto file = SessionLogFile::open(path("a"), key_of);
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->append(std::vector{line("one")}));
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit small{.rlim_cur = 100, .rlim_max = limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto appended = (*file)->append(std::vector{line("two"), line(std::string(200, 'x'))});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().code, ErrorCode::io);
  EXPECT_FALSE((*file)->has("two"));
  EXPECT_EQ(*read_file(path("a")), "one\n");
  ASSERT_TRUE((*file)->append(std::vector{line("two")}));
  EXPECT_EQ(*read_file(path("a")), "one\ntwo\n");
}

TEST_F(SessionLogFiles, LinesLongerThanABlockAreRead) {
  const std::string text(5 << 20, 'x');
  write("a", text + "\nshort\n");
  const auto file = SessionLogFile::open(path("a"), key_of);
  ASSERT_TRUE(file);
  EXPECT_TRUE((*file)->has(text));
  EXPECT_TRUE((*file)->has("short"));
}

TEST_F(SessionLogFiles, LinksAndFoldersAreRefusedAndARemovedOneIsNoticed) {
  write("target", "");
  std::filesystem::create_symlink(path("target"), path("link"));
  EXPECT_FALSE(SessionLogFile::open(path("link"), key_of));
  EXPECT_FALSE(SessionLogFile::open(folder_, key_of));
  EXPECT_FALSE(SessionLogFile::open(path("nosuch/a"), key_of));
  const auto file = SessionLogFile::open(path("a"), key_of);
  ASSERT_TRUE(file);
  EXPECT_FALSE((*file)->is_gone());
  std::filesystem::remove(path("a"));
  EXPECT_TRUE((*file)->is_gone());
}

TEST_F(SessionLogFiles, NamesAreSafeWhateverTheKeyIs) {
  EXPECT_EQ(log_name(session("session-abc123")), "session-abc123");
  EXPECT_EQ(log_name(session("../../etc/passwd")), ".._.._etc_passwd-abababab");
  EXPECT_EQ(log_name(session(std::string("a\0b", 3))), "a_b-abababab");
  EXPECT_EQ(log_name(session("")), session("").id.hex());
  EXPECT_EQ(log_name(session("a", "team")), "a-abababab");
  EXPECT_LE(log_name(session(std::string(5000, 'k'))).size(), k_log_name_bytes_max + 9);
  EXPECT_EQ(log_path({folder_, ".jsonl"}, session("a")), path("trace-a-1700000000123.jsonl"));
}

TEST_F(SessionLogFiles, AFileIsFoundAgainThoughTheSessionBeganEarlier) {
  write("trace-a-1600000000000.jsonl", "");
  write("trace-a-b-1.jsonl", "");
  EXPECT_EQ(log_path({folder_, ".jsonl"}, session("a")), path("trace-a-1600000000000.jsonl"));
}

TEST_F(SessionLogFiles, TheNewestAreKeptAndOnlyOursAreRemoved) {
  const std::string ours = "{\"_type\":\"session.start\",\"metadata\":{\"recordedBy\":\"strobe\"}}\n";
  const auto aged = [&](const std::string& name, std::string_view content, int64_t days) {
    write(name, content);
    const timespec time{.tv_sec = 2'000'000'000 - days * 86'400, .tv_nsec = 0};
    const timespec times[] = {time, time};
    ::utimensat(AT_FDCWD, path(name).c_str(), times, 0);
  };
  aged("trace-a-1.jsonl", ours, 5);
  aged("trace-b-2.jsonl", ours, 3);
  aged("trace-c-3.jsonl", ours, 1);
  aged("trace-d-4.jsonl", "{\"_type\":\"session.start\"}\n", 9);
  aged("notes.jsonl", ours, 9);
  const LogFolder folder{folder_, ".jsonl"};
  const TimeNs now{2'000'000'000'000'000'000};
  EXPECT_EQ(remove_old_logs(folder, {}, {}, now), 0);
  EXPECT_EQ(remove_old_logs(folder, {.days = 5}, {path("trace-a-1.jsonl")}, now), 0) << "it is open";
  EXPECT_EQ(remove_old_logs(folder, {.days = 5}, {}, now), 1);
  EXPECT_EQ(remove_old_logs(folder, {.keep = 1}, {}, now), 1);
  EXPECT_FALSE(std::filesystem::exists(path("trace-b-2.jsonl")));
  EXPECT_TRUE(std::filesystem::exists(path("trace-c-3.jsonl")));
  EXPECT_TRUE(std::filesystem::exists(path("trace-d-4.jsonl")));
  EXPECT_TRUE(std::filesystem::exists(path("notes.jsonl")));
}

}  // namespace strobe::session_log
