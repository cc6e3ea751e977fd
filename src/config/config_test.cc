#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "config/file_values.h"
#include "config/settings.h"

namespace strobe::config {
namespace {

// A configuration file that goes with the test.
class File {
 public:
  explicit File(const std::string& content)
      : path_(std::filesystem::temp_directory_path() / ("strobe_config_" + std::to_string(::getpid()) + ".toml")) {
    std::ofstream(path_) << content;
  }
  ~File() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(SettingsTest, NobodySaysAnything) {
  const auto settings = Settings::load({{"HOME", "/h"}}, {});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->get("store").text, "/h/.local/share/strobe/strobe.db");
  EXPECT_EQ(settings->get("listen").text, "127.0.0.1:4318");
  EXPECT_EQ(settings->number("max_body_mib"), 64);
  EXPECT_EQ(settings->get("listen").origin, Origin::fallback);
  EXPECT_EQ(settings->file(), "/h/.config/strobe/config.toml");
  EXPECT_FALSE(settings->has_file());
}

TEST(SettingsTest, FlagBeforeEnvironmentBeforeFileBeforeDefault) {
  const File file("# mine\nlisten = \"127.0.0.1:1\"\nstore = '/file'\nmax_body_mib = 7\nallow_host = [\"a\", \"b\"]\n");
  const Environment environment = {
      {"STROBE_CONFIG", file.path()}, {"STROBE_LISTEN", "127.0.0.1:2"}, {"STROBE_STORE", "/env"}};
  const auto settings = Settings::load(environment, {{"--listen", "127.0.0.1:3"}});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->get("listen").text, "127.0.0.1:3");
  EXPECT_EQ(settings->get("listen").where, "--listen");
  EXPECT_EQ(settings->get("store").text, "/env");
  EXPECT_EQ(settings->get("store").where, "STROBE_STORE");
  EXPECT_EQ(settings->number("max_body_mib"), 7);
  EXPECT_EQ(settings->get("max_body_mib").where, file.path() + ":4");
  EXPECT_EQ(settings->get("allow_host").text, "a,b");
  EXPECT_EQ(settings->get("grpc").origin, Origin::fallback);
}

TEST(SettingsTest, AnEmptyVariableSaysNothing) {
  const auto settings = Settings::load({{"HOME", "/h"}, {"STROBE_LISTEN", ""}, {"NO_COLOR", ""}}, {});
  EXPECT_EQ(settings->get("listen").origin, Origin::fallback);
  EXPECT_EQ(settings->get("color").text, "auto");
}

TEST(SettingsTest, NoColorIsObeyedUnlessOurOwnVariableSaysOtherwise) {
  const File file("color = \"always\"\n");
  EXPECT_EQ(Settings::load({{"STROBE_CONFIG", file.path()}}, {})->get("color").text, "always");
  EXPECT_EQ(Settings::load({{"STROBE_CONFIG", file.path()}, {"NO_COLOR", "1"}}, {})->get("color").text, "never");
  EXPECT_EQ(Settings::load({{"NO_COLOR", "1"}, {"STROBE_COLOR", "always"}}, {})->get("color").text, "always");
  EXPECT_EQ(Settings::load({{"STROBE_COLOR", "always"}}, {{"--no-color", "1"}})->get("color").text, "never");
}

TEST(SettingsTest, AFileThatIsNamedHasToBeThere) {
  EXPECT_EQ(Settings::load({{"STROBE_CONFIG", "/nonexistent/x.toml"}}, {}).error().code, ErrorCode::not_found);
}

TEST(SettingsTest, WrongValuesNameWhoSaidThem) {
  EXPECT_EQ(Settings::load({{"STROBE_MAX_BODY_MIB", "many"}}, {}).error().message,
            "STROBE_MAX_BODY_MIB takes a number from 1 to 4096, not 'many'");
  EXPECT_EQ(Settings::load({}, {{"--max-body-mib", "0"}}).error().message,
            "--max-body-mib takes a number from 1 to 4096, not '0'");
}

struct Broken {
  const char* content;
  const char* message;
  const char* hint;
};

TEST(FileValuesTest, EveryMistakeNamesItsLine) {
  const Broken cases[] = {
      {"\nlistne = \"x\"\n", "f:2: there is no setting 'listne'", "did you mean 'listen'?"},
      {"frobnicate = 1\n", "f:1: there is no setting 'frobnicate'", "strobe config lists them"},
      {"listen = 5\n", "f:1: listen: takes a string, not a number", ""},
      {"max_body_mib = \"5\"\n", "f:1: max_body_mib: takes a number, not a string", ""},
      {"max_body_mib = 1.5\n", "f:1: max_body_mib: takes a number, not something else", ""},
      {"max_body_mib = 0\n", "f:1: max_body_mib takes a number from 1 to 4096, not '0'", ""},
      {"[listen]\na = 1\n", "f:1: listen: takes a string, not a table", ""},
      {"color = \"auto\"\n\n[#\nstore = \"x\"\n", "f:3: broken TOML", "the file is TOML: NAME = \"VALUE\", one a line"},
      // toml++ 3.3 swears that no such letter stands outside a string.
      {"\nlisten\u00db = \"x\"\n", "f:2: Error while parsing key-value pair: expected '=', saw '\u00db'",
       "the file is TOML: NAME = \"VALUE\", one a line"},
      {"listen.a = 1\n", "f:1: listen: takes a string, not a table", ""},
      {"allow_host = [1]\n", "f:1: allow_host: takes an array of strings, with a number in it", ""},
      {"\n\ncolor = \"nevr\"\n", "f:3: color takes auto, always or never, not 'nevr'", "did you mean 'never'?"},
  };
  for (const Broken& broken : cases) {
    const auto values = read_file_values(broken.content, "f");
    ASSERT_FALSE(values) << broken.content;
    EXPECT_EQ(values.error().message, broken.message);
    EXPECT_EQ(values.error().hint, broken.hint);
  }
}

TEST(FileValuesTest, BrokenTomlNamesItsLine) {
  const auto values = read_file_values("store = \"a\"\nlisten = \n", "f");
  ASSERT_FALSE(values);
  EXPECT_TRUE(values.error().message.starts_with("f:2: ")) << values.error().message;
  EXPECT_FALSE(read_file_values(std::string(100'000, '['), "f")) << "nested too deep, and no crash";
  EXPECT_FALSE(read_file_values(std::string("listen = \"\xff\"", 12), "f"));
}

TEST(FileValuesTest, AnyTextIsAnAnswerOrAnError) {
  // Short texts of what TOML is made of; the same ones at every run.
  constexpr std::string_view k_pieces[] = {"store", "listen", "=",          ".",   "\"",   "'",   "\n",
                                           " ",     "[",      "]",          "{",   "}",    ",",   "#",
                                           "1",     "\\u",    "\"\"\"",     "'''", "-",    "e",   "0x",
                                           "\xff",  "\r",     "1979-05-27", "T",   "true", "inf", "allow_host=[",
                                           "\t"};
  uint64_t state = 1;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (int length = round % 12; length >= 0; --length) {
      state = state * 6364136223846793005 + 1442695040888963407;
      text += k_pieces[(state >> 33) % std::size(k_pieces)];
    }
    if (const auto values = read_file_values(text, "f"); !values) {
      EXPECT_TRUE(values.error().message.starts_with("f:")) << text;
    }
  }
}

TEST(FurtherSettings, StandInTablesOfTheFile) {
  const Setting further[] = {{.name = "analyze.loops.high_from",
                              .type = SettingType::number,
                              .fallback = "5",
                              .number_min = 2,
                              .number_max = 9},
                             {.name = "analyze.loops.low_from",
                              .type = SettingType::number,
                              .fallback = "3",
                              .number_min = 2,
                              .number_max = 9}};
  const File file("color = \"never\"\n[analyze.loops]\nhigh_from = 7\n");
  const auto settings = Settings::load({{"STROBE_CONFIG", file.path()}}, {}, further);
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->number("analyze.loops.high_from"), 7);
  EXPECT_EQ(settings->get("analyze.loops.high_from").where, file.path() + ":3");
  EXPECT_EQ(settings->number("analyze.loops.low_from"), 3);
  EXPECT_EQ(settings->get("analyze.loops.low_from").origin, Origin::fallback);
  const Broken cases[] = {
      {"[analyze.lops]\nhigh_from = 1\n", "f:1: there is no setting 'analyze.lops'", "did you mean 'analyze.loops'?"},
      {"[analyze.loops]\n\nhigh_form = 1\n", "f:3: there is no setting 'analyze.loops.high_form'",
       "did you mean 'analyze.loops.high_from'?"},
      {"[analyze.loops]\nhigh_from = 10\n", "f:2: analyze.loops.high_from takes a number from 2 to 9, not '10'", ""},
      {"analyze.loops.high_from = \"x\"\n", "f:1: analyze.loops.high_from: takes a number, not a string", ""},
      {"analyze = 1\n", "f:1: analyze: takes a table, not a number", ""},
      {"[analyze.loops.high_from]\na = 1\n", "f:1: analyze.loops.high_from: takes a number, not a table", ""},
  };
  for (const Broken& broken : cases) {
    const auto values = read_file_values(broken.content, "f", further);
    ASSERT_FALSE(values) << broken.content;
    EXPECT_EQ(values.error().message, broken.message);
    EXPECT_EQ(values.error().hint, broken.hint) << broken.content;
  }
}

TEST(SettingTest, EverySettingCanBeSetByAVariableAndItsDefaultIsValid) {
  for (const Setting& setting : all_settings()) {
    EXPECT_TRUE(setting.environment.starts_with("STROBE_")) << setting.name;
    EXPECT_NE(setting.help, "");
    EXPECT_TRUE(check_value(setting, default_of(setting, {{"HOME", "/h"}}))) << setting.name;
  }
}

}  // namespace
}  // namespace strobe::config
