#include "session_log/session_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "session_log/log_form.h"

namespace strobe::session_log {

namespace {

namespace fs = std::filesystem;

class SessionFolders : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "session-files-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = log_folder(pattern, SessionLogFormat::copilot);
    folder_.signature = {.key_of = key_of};  // of tests: any line is ours
  }
  void TearDown() override { fs::remove_all(folder_.path); }

  static SessionSummary session(std::string key) {
    SessionSummary made;
    made.key = std::move(key);
    made.id.bytes.fill(0xab);
    return made;
  }
  // A line is its own key.
  static std::optional<std::string> key_of(std::string_view line) { return std::string(line); }
  static exporter::LogLine line(const std::string& text, const std::string& file = {}) {
    return {.key = text, .time = {}, .text = text, .file = file};
  }
  Result<std::unique_ptr<SessionFiles>> open(const std::string& key) const {
    return SessionFiles::open(folder_, session(key));
  }
  std::string path(const std::string& name) const { return folder_.path + "/debug-logs/a/" + name; }

  LogFolder folder_;
};

constexpr char k_child[] = "runSubagent-helper-1.jsonl";

}  // namespace

TEST_F(SessionFolders, LinesGoToTheLogsTheyNameAndAreKnownAgain) {
  {
    const auto files = open("a");
    ASSERT_TRUE(files);
    ASSERT_TRUE((*files)->append({line("one"), line("inner", k_child), line("two")}));
    EXPECT_EQ((*files)->child_logs().count(k_child), 1u);
    EXPECT_FALSE(open("a")) << "two writers";
  }
  EXPECT_EQ(*read_file(path("main.jsonl")), "one\ntwo\n");
  EXPECT_EQ(*read_file(path(k_child)), "inner\n");
  EXPECT_EQ(fs::status(folder_.path + "/debug-logs/a").permissions(), fs::perms::owner_all);
  std::ofstream(path(k_child), std::ios::app) << "torn";
  const auto again = open("a");
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->child_logs().count(k_child), 1u);
  for (const char* key : {"one", "inner", "two"}) EXPECT_TRUE((*again)->has(key)) << key;
  EXPECT_FALSE((*again)->has("torn"));
  ASSERT_TRUE((*again)->append({line("more", k_child)}));
  EXPECT_EQ(*read_file(path(k_child)), "inner\nmore\n");
}

TEST_F(SessionFolders, ContentOfTheSameTextIsOneFileAlsoLater) {
  std::string first, second;
  {
    const auto files = open("a");
    ASSERT_TRUE(files);
    first = (*files)->file_of("tools", "[1]");
    second = (*files)->file_of("tools", "[2]");
    EXPECT_EQ((*files)->file_of("tools", "[1]"), first);
    EXPECT_EQ((*files)->file_of("system_prompt", "be brief"), "system_prompt_0.json");
  }
  EXPECT_EQ(first, "tools_0.json");
  EXPECT_EQ(second, "tools_1.json");
  EXPECT_EQ(*read_file(path("tools_0.json")), "[1]");
  const auto again = open("a");
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->file_of("tools", "[2]"), second);
  EXPECT_EQ((*again)->file_of("tools", "[3]"), "tools_2.json");
  for (size_t i = 3; i < k_content_files_max; ++i) {
    EXPECT_NE((*again)->file_of("tools", "more " + std::to_string(i)), "");
  }
  EXPECT_EQ((*again)->file_of("tools", "one too many"), "");
  ASSERT_TRUE((*again)->append({line("one")}));
}

TEST_F(SessionFolders, ContentThatCannotBeWrittenIsTroubleOfTheNextLines) {
  const auto files = open("a");
  ASSERT_TRUE(files);
  fs::create_directory(path("models.json"));
  (*files)->replace("models.json", "[]");
  EXPECT_FALSE((*files)->append({line("one")}));
  fs::remove(path("models.json"));
  (*files)->replace("models.json", "[]");
  EXPECT_TRUE((*files)->append({line("one")}));
  EXPECT_EQ(*read_file(path("models.json")), "[]");
  EXPECT_FALSE(fs::exists(path("models.json.new")));
}

TEST_F(SessionFolders, NoNameLeadsOut) {
  for (const char* key : {".", "..", "../..", "", "a/b"}) {
    const std::string main = log_path(folder_, session(key));
    const fs::path inside = fs::path(main).lexically_relative(folder_.path + "/debug-logs");
    EXPECT_EQ(std::distance(inside.begin(), inside.end()), 2) << main;
    EXPECT_NE(*inside.begin(), "..") << main;
    EXPECT_NE(*inside.begin(), ".") << main;
  }
  fs::create_directories(folder_.path + "/elsewhere");
  fs::create_directories(folder_.path + "/debug-logs");
  fs::create_directory_symlink(folder_.path + "/elsewhere", folder_.path + "/debug-logs/a");
  EXPECT_FALSE(open("a"));
  EXPECT_TRUE(fs::is_empty(folder_.path + "/elsewhere"));
}

TEST_F(SessionFolders, ThoseOfOtherProgramsAreLeftAlone) {
  const LogFolder folder = log_folder(folder_.path, SessionLogFormat::copilot);
  fs::create_directories(path("."));
  std::ofstream(path("models.json")) << "theirs";
  const auto without_main = SessionFiles::open(folder, session("a"));
  ASSERT_FALSE(without_main);
  EXPECT_EQ(without_main.error().code, ErrorCode::conflict);
  const std::string theirs =
      R"({"v":1,"ts":1,"sid":"a","type":"session_start","attrs":{}})" + std::string("\n{\"ts\":2,");
  std::ofstream(path("main.jsonl")) << theirs;
  std::ofstream(path(k_child)) << "torn";
  const auto with_main = SessionFiles::open(folder, session("a"));
  ASSERT_FALSE(with_main);
  EXPECT_EQ(with_main.error().code, ErrorCode::conflict);
  EXPECT_EQ(*read_file(path("main.jsonl")), theirs);
  EXPECT_EQ(*read_file(path(k_child)), "torn");
  EXPECT_EQ(*read_file(path("models.json")), "theirs");
}

TEST_F(SessionFolders, NothingIsWrittenWhereItsPathLeadsMeanwhile) {
  const std::string own = folder_.path + "/debug-logs/a";
  const std::string elsewhere = folder_.path + "/elsewhere";
  const auto files = open("a");
  ASSERT_TRUE(files);
  EXPECT_FALSE((*files)->is_gone());
  fs::create_directories(elsewhere);
  fs::rename(own, folder_.path + "/moved");
  fs::create_directory_symlink(elsewhere, own);
  EXPECT_TRUE((*files)->is_gone());
  (*files)->replace("models.json", "[]");
  (*files)->file_of("tools", "[1]");
  ASSERT_TRUE((*files)->append({line("one"), line("inner", k_child)}));
  EXPECT_TRUE(fs::is_empty(elsewhere));
  EXPECT_EQ(*read_file(folder_.path + "/moved/models.json"), "[]");
  fs::remove(own);
  fs::create_directory_symlink("a", own);  // to itself
  EXPECT_TRUE((*files)->is_gone());
  EXPECT_FALSE(open("a"));
  ASSERT_TRUE((*files)->append({line("two"), line("more", k_child)}));
}

TEST_F(SessionFolders, ALogOfASubAgentThatIsRemovedIsNoticedAndNotBegunInItsMiddle) {
  const auto files = open("a");
  ASSERT_TRUE(files);
  ASSERT_TRUE((*files)->append({line("one"), line("inner", k_child)}));
  EXPECT_FALSE((*files)->is_gone());
  fs::remove(path(k_child));
  EXPECT_TRUE((*files)->is_gone());
  EXPECT_FALSE((*files)->append({line("more", k_child)}));
  EXPECT_FALSE(fs::exists(path(k_child)));
}

TEST_F(SessionFolders, ALogThatCannotBeOpenedKeepsNoOtherFromBeingWritten) {
  constexpr char k_other[] = "runSubagent-other-2.jsonl";
  fs::create_directories(path(k_child));
  std::ofstream(path("main.jsonl")) << "zero\n";
  const auto files = open("a");
  ASSERT_TRUE(files);
  const auto appended = (*files)->append({line("one"), line("inner", k_child), line("other", k_other)});
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().code, ErrorCode::io);
  EXPECT_EQ(*read_file(path("main.jsonl")), "zero\none\n");
  EXPECT_EQ(*read_file(path(k_other)), "other\n");
  EXPECT_EQ((*files)->take_count().lines, 2);
  EXPECT_EQ((*files)->take_count().lines, 0);
  EXPECT_TRUE((*files)->append({line("two")}));
}

TEST_F(SessionFolders, OldOnesAreRemovedWhole) {
  {
    const auto files = open("a");
    ASSERT_TRUE(files);
    (*files)->file_of("tools", "[1]");
    (*files)->replace("models.json", "[]");
    ASSERT_TRUE((*files)->append({line(R"({"attrs":{"recordedBy":"strobe"}})"), line("inner", k_child)}));
    ASSERT_TRUE((*open("b"))->append({line("of others")}));
  }
  const LogFolder folder = log_folder(folder_.path, SessionLogFormat::copilot);
  const TimeNs now{4'000'000'000'000'000'000};
  EXPECT_EQ(remove_old_logs(folder, {.days = 1}, {path("main.jsonl")}, now), 0) << "it is open";
  {
    const auto writer = SessionFiles::open(folder, session("a"));
    ASSERT_TRUE(writer);
    EXPECT_EQ(remove_old_logs(folder, {.days = 1}, {}, now), 0) << "somebody writes it";
  }
  EXPECT_EQ(remove_old_logs(folder, {.days = 1}, {}, now), 1);
  EXPECT_FALSE(fs::exists(folder_.path + "/debug-logs/a"));
  EXPECT_TRUE(fs::exists(folder_.path + "/debug-logs/b/main.jsonl"));
}

}  // namespace strobe::session_log
