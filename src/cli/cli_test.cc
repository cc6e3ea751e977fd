#include <gtest/gtest.h>

#include <csignal>
#include <initializer_list>
#include <set>
#include <sstream>

#include "cli/command.h"
#include "cli/parse.h"
#include "cli/progress.h"
#include "cli/suggest.h"
#include "launch/agents.h"
#include "view/text.h"

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
  for (const Parsed& parsed :
       {parse({"--store", "/x", "--json", "show", "last"}), parse({"show", "last", "--json", "--store", "/x"})}) {
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

TEST(ParseTest, TyposAreAnsweredWithWhatThereIs) {
  EXPECT_EQ(parse({"show", "--veiw", "tree"}).output,
            "strobe: 'show' has no option --veiw\nhint: did you mean --view?\n");
  EXPECT_EQ(parse({"show", "--jsno"}).output, "strobe: 'show' has no option --jsno\nhint: did you mean --json?\n");
  EXPECT_NE(parse({"show", "--view=tre"}).output.find("hint: did you mean 'tree'?\n"), std::string::npos);
  EXPECT_EQ(parse({"show", "--view"}).output, "strobe: --view needs VIEW\nhint: strobe show --help\n");
  EXPECT_EQ(parse({"show", "--json=1"}).output, "strobe: --json takes no value\nhint: strobe show --help\n");
  EXPECT_EQ(parse({"show", "-x"}).output, "strobe: 'show' has no option -x\nhint: strobe show --help\n");
  EXPECT_EQ(parse({"completion", "bahs"}).output,
            "strobe: SHELL takes bash, zsh or fish, not 'bahs'\nhint: did you mean 'bash'?\n");
  EXPECT_EQ(parse({"env", "--for", "cluade"}).exit, Exit::usage);
  EXPECT_EQ(parse({"run", "python", "agent.py"}).output,
            "strobe: 'run' takes CMD... behind '--': 'python' is too much\nhint: strobe run -- CMD...\n");
  EXPECT_EQ(parse({"--store", "a.db", "show", "--view", "tree", "--view=tokens"}).output,
            "strobe: --view is given twice\nhint: give it once\n");
  EXPECT_EQ(parse({"--store", "a.db", "show", "--store=b.db"}).output,
            "strobe: --store is given twice\nhint: give it once\n");
}

TEST(ParseTest, AnArgumentMayBeNamedLikeACommand) {
  const Parsed parsed = parse({"show", "run"});
  ASSERT_NE(parsed.command, nullptr) << parsed.output;
  EXPECT_EQ(parsed.command->name, "show");
  EXPECT_EQ(parsed.invocation.positionals, std::vector<std::string>{"run"});
}

TEST(ParseTest, HelpOfACommandEitherWay) {
  EXPECT_EQ(parse({"help", "show"}).output, help_of("show"));
  EXPECT_EQ(parse({"show", "--help"}).output, help_of("show"));
  EXPECT_EQ(parse({"help"}).output, overview());
  EXPECT_EQ(parse({"help", "shwo"}).exit, Exit::usage);
}

TEST(ParseTest, FlagsOfACommandSetItsSettings) {
  const Parsed parsed = parse({"serve", "--listen", "127.0.0.1:7", "--max-body-mib", "3"});
  ASSERT_NE(parsed.command, nullptr) << parsed.output;
  EXPECT_EQ(parsed.session.settings.get("listen").where, "--listen");
  EXPECT_EQ(parsed.session.settings.number("max_body_mib"), 3);
  EXPECT_EQ(parse({"serve", "--max-body-mib", "x"}).exit, Exit::usage);
}

// Options that the indented lines of a help explain: "    --view summary   who, how long", "    -v   more".
std::set<std::string> explained_options(std::string_view help) {
  std::set<std::string> names;
  std::istringstream lines{std::string(help)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("    -")) continue;
    std::istringstream words(line);
    for (std::string word; words >> word && word.starts_with('-');) {
      while (!word.empty() && word.back() == ',') word.pop_back();
      names.insert(word.substr(0, word.find('=')));
    }
  }
  return names;
}

TEST(HelpTest, EveryOptionIsExplainedAndEveryExplainedOptionExists) {
  std::set<std::string> shared;
  for (const Option& option : global_options()) shared.insert({std::string(option.name), std::string(option.letter)});
  for (const Command* command : all_commands()) {
    std::set<std::string> declared;
    for (const Option& option : command->options) declared.insert(std::string(option.name));
    const std::set<std::string> explained = explained_options(help_of(command->name));
    for (const std::string& name : declared) EXPECT_TRUE(explained.contains(name)) << command->name << " " << name;
    for (const std::string& name : explained) {
      EXPECT_TRUE(declared.contains(name) || shared.contains(name)) << command->name << " " << name;
    }
  }
}

TEST(HelpTest, EveryLineFitsIntoATerminalOf80Columns) {
  std::vector<std::string> texts = {parse({"--help"}).output};
  for (const Command* command : all_commands()) texts.emplace_back(help_of(command->name));
  for (const std::string& text : texts) {
    for (const std::string& line : view::wrapped(text, 0)) EXPECT_LE(view::display_width(line), 80) << line;
  }
}

TEST(HelpTest, TheHelpOfEnvNamesEveryAgentAndThatOfConfigEverySetting) {
  for (const std::string_view agent : launch::agent_names()) {
    EXPECT_NE(help_of("env").find(agent), std::string_view::npos) << agent;
  }
  for (const config::Setting& setting : config::all_settings()) {
    for (const std::string_view word : {setting.name, setting.environment, setting.flag}) {
      EXPECT_NE(help_of("config").find(word), std::string_view::npos) << word;
    }
  }
}

TEST(ParseTest, EveryCommandHasHelp) {
  for (const Command* command : all_commands()) {
    const Parsed parsed = parse({command->name.data(), "--help"});
    EXPECT_EQ(parsed.exit, Exit::ok);
    EXPECT_NE(help_of(command->name), "") << command->name;
    EXPECT_TRUE(
        parsed.output.starts_with("strobe " + std::string(command->name) + ": " + std::string(command->summary)))
        << parsed.output;
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

TEST(ProgressTest, ALineSaysHowFarAndHowFast) {
  EXPECT_EQ(progress_line("spans", 1200, 0, 0.1), "spans 1,200");
  EXPECT_EQ(progress_line("spans", 1200, 4800, 2), "spans 1,200 of 4,800 (25%), 600/s");
  EXPECT_EQ(progress_line("a\x1b[2J", 9, 8, 0), "a\\x1b[2J 9 of 8 (100%)");
}

TEST(ProgressTest, ASignalAsksToStopAndTheWorkGoesOnToASafePlace) {
  Progress progress(true);
  EXPECT_TRUE(progress.update("spans", 1, 2));
  std::raise(SIGINT);
  EXPECT_TRUE(Progress::interrupted());
  EXPECT_FALSE(progress.callback()("spans", 2, 2));
}

}  // namespace
}  // namespace strobe::cli
