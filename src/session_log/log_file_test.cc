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
#include "session_log/log_form.h"

namespace strobe::session_log {

namespace {

constexpr TimeNs k_now{2'000'000'000'000'000'000};
constexpr int64_t k_ns_per_day = 86'400 * int64_t{1'000'000'000};

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
  // Last written so many days before k_now.
  void aged(const std::string& name, std::string_view content, int64_t days) const {
    write(name, content);
    const timespec time{.tv_sec = (k_now.ns - days * k_ns_per_day) / 1'000'000'000, .tv_nsec = 0};
    const timespec times[] = {time, time};
    ASSERT_EQ(::utimensat(AT_FDCWD, path(name).c_str(), times, 0), 0);
  }
  // Any first line is ours, but for those that begin with "?": a line is its own key.
  Result<std::unique_ptr<SessionLogFile>> open(const std::string& name) const {
    return SessionLogFile::open({.path = path(name)}, {.key_of = key_of});
  }
  static std::optional<std::string> key_of(std::string_view line) {
    return line.starts_with('?') ? std::nullopt : std::optional(std::string(line));
  }
  std::string folder_;
};

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
    const auto file = open("a");
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->append(std::vector{line("one"), line("two")}));
    EXPECT_TRUE((*file)->has("one"));
    EXPECT_EQ((*file)->last_key(), "two");
    EXPECT_FALSE(open("a")) << "two writers";
  }
  struct stat status{};
  ASSERT_EQ(::stat(path("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto again = open("a");
  ASSERT_TRUE(again);
  EXPECT_TRUE((*again)->has("two"));
  EXPECT_FALSE((*again)->has("three"));
  ASSERT_TRUE((*again)->append(std::vector{line("three")}));
  EXPECT_EQ(*read_file(path("a")), "one\ntwo\nthree\n");
}

TEST_F(SessionLogFiles, ALineThatWasCutIsTakenAway) {
  write("a", "one\n?odd\ntw");
  const auto file = open("a");
  ASSERT_TRUE(file);
  EXPECT_EQ(*read_file(path("a")), "one\n?odd\n");
  EXPECT_FALSE((*file)->has("tw"));
  EXPECT_EQ((*file)->last_key(), "");
}

TEST_F(SessionLogFiles, WhatDoesNotFitOntoTheDiskLeavesNoHalfLine) {
  const auto file = open("a");
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
  const auto file = open("a");
  ASSERT_TRUE(file);
  EXPECT_TRUE((*file)->has(text));
  EXPECT_TRUE((*file)->has("short"));
}

TEST_F(SessionLogFiles, LinksAndFoldersAreRefusedAndARemovedOneIsNoticed) {
  write("target", "");
  std::filesystem::create_symlink(path("target"), path("link"));
  EXPECT_FALSE(open("link"));
  EXPECT_FALSE(open(""));
  EXPECT_FALSE(open("nosuch/a"));
  const auto file = open("a");
  ASSERT_TRUE(file);
  EXPECT_FALSE((*file)->is_gone());
  std::filesystem::remove(path("a"));
  EXPECT_TRUE((*file)->is_gone());
}

TEST_F(SessionLogFiles, ARenamedOneIsNoticedAlsoWhereAnotherHasItsName) {
  const auto file = open("a");
  ASSERT_TRUE(file);
  std::filesystem::rename(path("a"), path("b"));
  EXPECT_TRUE((*file)->is_gone());
  write("a", "");
  EXPECT_TRUE((*file)->is_gone());
}

TEST_F(SessionLogFiles, ThoseOfOtherProgramsAreLeftAlone) {
  const std::string theirs = R"({"_type":"session.start","_ts":"2026-01-30T12:00:00.000Z","task":"a)";
  for (const auto format : {SessionLogFormat::attocode, SessionLogFormat::copilot, SessionLogFormat::otlp}) {
    const LogSignature& signature = form_of(format).signature;
    for (const std::string& content : {theirs, theirs + "\"}\n{\"_type\":\"llm.req", std::string("a diary\nthat is")}) {
      write("a", content);
      const auto file = SessionLogFile::open({.path = path("a")}, signature);
      ASSERT_FALSE(file) << content;
      EXPECT_EQ(file.error().code, ErrorCode::conflict);
      EXPECT_EQ(file.error().message, path("a") + " is not a session log of Strobe's: left alone");
      EXPECT_EQ(*read_file(path("a")), content);
    }
  }
}

TEST_F(SessionLogFiles, OursAreKnownWhereverTheirFirstLineWasCut) {
  for (const auto format : {SessionLogFormat::attocode, SessionLogFormat::copilot, SessionLogFormat::otlp}) {
    const LogSignature& signature = form_of(format).signature;
    const std::string first = std::string(signature.beginning) + "more";
    for (size_t bytes = 0; bytes <= first.size(); ++bytes) {
      write("a", first.substr(0, bytes));
      EXPECT_TRUE(SessionLogFile::open({.path = path("a")}, signature)) << first.substr(0, bytes);
      EXPECT_EQ(*read_file(path("a")), "");
    }
  }
  const std::string older = "{\"_type\":\"session.start\",\"metadata\":{\"recordedBy\":\"strobe\"}}\n";
  write("a", older);
  EXPECT_TRUE(SessionLogFile::open({.path = path("a")}, form_of(SessionLogFormat::attocode).signature));
  EXPECT_EQ(*read_file(path("a")), older);
}

TEST_F(SessionLogFiles, NamesAreSafeWhateverTheKeyIs) {
  EXPECT_EQ(log_name(session("session-abc123")), "session-abc123");
  EXPECT_EQ(log_name(session("../../etc/passwd")), ".._.._etc_passwd-abababab");
  EXPECT_EQ(log_name(session(std::string("a\0b", 3))), "a_b-abababab");
  EXPECT_EQ(log_name(session("")), session("").id.hex());
  EXPECT_EQ(log_name(session("a", "team")), "a-abababab");
  EXPECT_EQ(log_name(session("a_b-a53cd8a5")), "a_b-a53cd8a5-abababab") << "so a/b may be called";
  EXPECT_EQ(log_name(session("Monday")), "Monday-abababab") << "not all disks tell it from monday";
  EXPECT_EQ(log_name(session("6dfa3f5e-0b1c-4a52-9d4e-f15a0c7d2b11")), "6dfa3f5e-0b1c-4a52-9d4e-f15a0c7d2b11");
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
  const std::string key(40'000, 'k');
  aged("trace-a-1.jsonl", "{\"_type\":\"session.start\",\"sessionId\":\"" + key + "\"," + ours.substr(1), 5);
  aged("trace-b-2.jsonl", ours, 3);
  aged("trace-c-3.jsonl", ours, 1);
  aged("trace-d-4.jsonl", "{\"_type\":\"session.start\"}\n", 9);
  aged("notes.jsonl", ours, 9);
  const LogFolder folder = log_folder(folder_, SessionLogFormat::attocode);
  EXPECT_EQ(newest_log(folder), TimeNs{k_now.ns - k_ns_per_day});
  EXPECT_EQ(remove_old_logs(folder, {}, {}, k_now), 0);
  EXPECT_EQ(remove_old_logs(folder, {.days = 5}, {path("trace-a-1.jsonl")}, k_now), 0) << "it is open";
  {
    const auto writer = SessionLogFile::open({.path = path("trace-a-1.jsonl")}, folder.signature);
    ASSERT_TRUE(writer);
    EXPECT_EQ(remove_old_logs(folder, {.days = 5}, {}, k_now), 0) << "another process writes it";
  }
  EXPECT_EQ(remove_old_logs(folder, {.days = 5}, {}, k_now), 1);
  EXPECT_EQ(remove_old_logs(folder, {.keep = 1}, {}, k_now), 1);
  EXPECT_FALSE(std::filesystem::exists(path("trace-b-2.jsonl")));
  EXPECT_TRUE(std::filesystem::exists(path("trace-c-3.jsonl")));
  EXPECT_TRUE(std::filesystem::exists(path("trace-d-4.jsonl")));
  EXPECT_TRUE(std::filesystem::exists(path("notes.jsonl")));
}

TEST_F(SessionLogFiles, OtlpOfOthersStays) {
  const std::string span =
      R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"01","spanId":"02"}]}]}]})" + std::string("\n");
  aged("trace-a-1.otlp.jsonl", span, 9);
  aged("trace-b-2.otlp.jsonl", "a diary\n", 9);
  aged("trace-c-3.otlp.jsonl", "{\"resourceSpans\":[]}\n", 9);
  EXPECT_EQ(remove_old_logs(log_folder(folder_, SessionLogFormat::otlp), {.days = 5}, {}, k_now), 1);
  EXPECT_FALSE(std::filesystem::exists(path("trace-a-1.otlp.jsonl")));
}

}  // namespace strobe::session_log
