#include <gtest/gtest.h>

#include "view/answers/advice.h"
#include "view/answers/analysis_text.h"
#include "view/findings.h"

namespace strobe::view {

namespace {

Finding finding(std::string rule, Severity severity, std::vector<std::string> fixes) {
  Finding finding{.rule = std::move(rule), .severity = severity};
  finding.title = "title";
  finding.fixes = std::move(fixes);
  return finding;
}

std::string json_of(void (*write)(json::Writer&, const SessionView&, const analyze::Analysis&),
                    const SessionView& session, const analyze::Analysis& analysis) {
  json::Writer writer(json::Layout::compact);
  write(writer, session, analysis);
  return writer.take();
}

TEST(Advice, TheBestFixOfEachComesBeforeTheSecondBestAndEachOnce) {
  const Finding findings[] = {finding("a", Severity::high, {"1", "2", "3"}), finding("b", Severity::low, {"2", "4"})};
  const std::vector<Advice> advice = advice_of(findings);
  ASSERT_EQ(advice.size(), 4u);
  EXPECT_EQ(advice[0].text, "1");
  EXPECT_EQ(advice[1].text, "2");
  EXPECT_EQ(advice[1].findings.size(), 2u);
  EXPECT_EQ(advice[2].text, "4");
  EXPECT_EQ(advice[3].text, "3");
}

TEST(AnalysisText, ASessionOfNothingHasNoNumbersThatAreNone) {
  const SessionView nothing;
  const analyze::Analysis analysis = analyze::analysis_of(nothing, {});
  const std::string text = analysis_text(nothing, analysis, "", {});
  EXPECT_EQ(text.find("nan"), std::string::npos);
  EXPECT_NE(text.find("Cache hit rate: -\n"), std::string::npos) << text;
  EXPECT_NE(text.find("Health Score: not judged"), std::string::npos) << text;
  EXPECT_NE(json_of(write_analysis, nothing, analysis).find("\"cache_hit_percent\":null"), std::string::npos);
  EXPECT_NE(json_of(write_analysis, nothing, analysis).find("\"score\":null"), std::string::npos);
  analyze::Analysis silent = analysis;
  silent.metrics.usage.input = 100;
  EXPECT_NE(json_of(write_analysis, nothing, silent).find("\"cache_hit_percent\":null"), std::string::npos);
  silent.metrics.tells_of_cache = true;
  EXPECT_NE(json_of(write_analysis, nothing, silent).find("\"cache_hit_percent\":0"), std::string::npos);
  EXPECT_EQ(fixes_text(analysis, {}), "Suggested Improvements:\n  None: nothing wrong was found\n");
}

TEST(AnalysisText, HostileNamesCannotLeaveTheirLine) {
  SessionView session;
  session.summary.task = "t\x1b[2Jask\nsecond";
  session.summary.agent = "\xff\xfe";
  session.summary.key = "key\r";
  analyze::Analysis analysis;
  Finding bad = finding("rule\x1b", Severity::critical, {"do\x1b[31m this\nnow"});
  bad.title = "title \x1b[31m\n[HIGH] forged: line";
  bad.evidence_text = std::string(5'000, 'x') + "\x1b\n";
  analysis.findings = {bad};
  analysis.metrics.tools = {{.name = "tool\x1b[0m\n", .calls = 1}};
  for (const int width : {20, 80, 0}) {
    const TextStyle style{.width = width, .color = false, .verbose = true};
    const std::string text = analysis_text(session, analysis, "na\x1bme", style) + issues_text(analysis, style) +
                             fixes_text(analysis, style) +
                             findings_section(session.summary, {.findings = analysis.findings, .name = ""}, style);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find("\n[HIGH]"), std::string::npos) << "a title stays on its line";
  }
}

TEST(FindingsSection, NobodyNeedStartWithWhatIsLow) {
  for (const Severity severity : {Severity::low, Severity::medium}) {
    const std::vector<Finding> findings = {finding("rule", severity, {"1"})};
    const std::string text = findings_section({}, {.findings = findings, .name = "it"}, {});
    EXPECT_EQ(text.contains("Start here: strobe fixes it"), severity == Severity::medium) << text;
    EXPECT_TRUE(text.contains("rule: ")) << text;
  }
}

TEST(FindingsByRule, OneSessionHasNoSum) {
  const SessionFindings one{{}, {finding("a", Severity::low, {"1"})}};
  EXPECT_EQ(findings_by_rule_text(std::span(&one, 1), {}), "");
  const SessionFindings two[] = {one, {{}, {finding("a", Severity::high, {"1"}), finding("a", Severity::low, {"1"})}}};
  const std::string text = findings_by_rule_text(two, {});
  EXPECT_NE(text.find("a     high          2         3"), std::string::npos) << text;
}

TEST(FindingLine, NamesTheCommandThatExplains) {
  EXPECT_EQ(command_for(finding("error_loop", Severity::high, {})), "blame");
  EXPECT_EQ(command_for(finding("cache_break", Severity::high, {})), "context cache");
  EXPECT_EQ(command_for(finding("anything", Severity::high, {})), "fixes");
}

}  // namespace

}  // namespace strobe::view
