#include <gtest/gtest.h>

#include <initializer_list>

#include "cli/command.h"
#include "cli/parse.h"
#include "cli/suggest.h"

namespace strobe::cli {
namespace {

Parsed parse(std::initializer_list<const char*> words) {
  std::vector<std::string> texts = {"strobe"};
  texts.insert(texts.end(), words.begin(), words.end());
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  return parse_arguments(static_cast<int>(argv.size()), argv.data());
}

TEST(ParseTest, GlobalOptionsStandBeforeOrBehindTheCommand) {
  for (const Parsed& parsed : {parse({"--store", "/x", "--json", "show", "last"}), parse({"show", "last", "--json", "--store", "/x"})}) {
    ASSERT_NE(parsed.command, nullptr) << parsed.output;
    EXPECT_EQ(parsed.command->name, "show");
    EXPECT_EQ(parsed.session.store_path, "/x");
    EXPECT_TRUE(parsed.session.json);
    EXPECT_EQ(parsed.invocation.positionals, std::vector<std::string>{"last"});
  }
}

TEST(ParseTest, EverythingBehindTheDashesIsTheAgents) {
  const Parsed parsed = parse({"run", "--", "python", "--json", "-v", "--", "x"});
  ASSERT_NE(parsed.command, nullptr) << parsed.output;
  EXPECT_EQ(parsed.invocation.rest, (std::vector<std::string>{"python", "--json", "-v", "--", "x"}));
  EXPECT_FALSE(parsed.session.json);
}

TEST(ParseTest, WrongUsageSaysWhatIsWrongAndWhereToLook) {
  EXPECT_EQ(parse({"shwo", "last"}).output, "strobe: 'shwo' is no command\nhint: did you mean 'strobe show'?\n");
  EXPECT_EQ(parse({"run"}).exit, Exit::usage);
  EXPECT_EQ(parse({"export"}).output, "strobe: 'export' needs ID\nhint: strobe export --help\n");
  EXPECT_EQ(parse({"show", "a", "b"}).exit, Exit::usage) << "one too many";
  EXPECT_EQ(parse({"show", "--view", "pie"}).exit, Exit::usage);
  EXPECT_EQ(parse({"sessions", "--", "x"}).exit, Exit::usage);
  EXPECT_EQ(parse({}).exit, Exit::usage);
}

TEST(ParseTest, EveryCommandHasHelp) {
  for (const Command* command : all_commands()) {
    const Parsed parsed = parse({command->name.data(), "--help"});
    EXPECT_EQ(parsed.exit, Exit::ok);
    EXPECT_NE(help_of(command->name), "") << command->name;
    EXPECT_TRUE(parsed.output.starts_with("strobe " + std::string(command->name) + ": " + std::string(command->summary))) << parsed.output;
    for (const Option& option : command->options) {
      EXPECT_NE(parsed.output.find(option.name), std::string::npos) << command->name << " " << option.name;
    }
  }
}

TEST(SuggestTest, NearWordsOnly) {
  EXPECT_EQ(suggest_command("session"), "sessions");
  EXPECT_EQ(suggest_command("imprt"), "import");
  EXPECT_EQ(suggest_command("frobnicate"), "");
}

}  // namespace
}  // namespace strobe::cli
