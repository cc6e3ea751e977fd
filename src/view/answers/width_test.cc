#include <gtest/gtest.h>

#include "analyze/find_call.h"
#include "analyze/test_session.h"
#include "analyze/verify.h"
#include "view/answers/analysis_text.h"
#include "view/answers/blame.h"
#include "view/answers/compare.h"
#include "view/answers/context.h"
#include "view/answers/context_why.h"
#include "view/answers/run_profile.h"
#include "view/answers/verify.h"

namespace strobe::view {

namespace {

// Something to say for every answer: an agent in an agent, failures, repetition, contexts that grow and change; names
// longer than a line.
SessionView busy_session() {
  analyze::TestSession test;
  const std::string long_name(120, 'n');
  const int root = test.agent(0, 0, 100'000, long_name);
  const int inner = test.agent(root, 10, 99'000, "inner " + long_name);
  std::vector<std::string> seen = {"user: " + std::string(3000, 'q') + " please"};
  for (int i = 0; i < 12; ++i) {
    const int64_t start = 100 + i * 5000;
    const int call = test.call(inner, start, start + 900);
    test.usage(call, {.input = 9000 + 500 * i, .cache_read = i % 3 == 0 ? 0 : 4000, .output = 200, .reasoning = 900});
    const std::string id = "call_" + std::to_string(i);
    test.sees(call, seen, {"system: it is minute " + std::to_string(i) + " " + std::string(600, 's')},
              {"tool_definition: {\"name\":\"" + long_name + "\"}"});
    test.answers(call, {"assistant: @" + id + " " + long_name + " {\"path\":\"a\"}"});
    const int tool = test.tool(inner, start + 900, start + 1500, long_name, "{\"path\":\"a\"}", "no such file");
    if (i % 2 == 0) test.fail(tool, "FileNotFoundError");
    seen.push_back("assistant: @" + id + " " + long_name + " {\"path\":\"a\"}");
    seen.push_back("tool: @" + id + " " + std::string(2000, 'r'));
  }
  test.add(Kind::span, root, 70'000, 0, "never ended " + long_name);
  SessionView session = test.build();
  static const RawSpan k_raw;
  for (SpanView& span : session.spans) span.raw = &k_raw;
  return session;
}

std::string every_answer(const SessionView& session, const TextStyle& style) {
  analyze::Money money;
  const analyze::Analysis analysis = analyze::analysis_of(session, {});
  std::string text = analysis_text(session, analysis, "", style) + issues_text(analysis, style);
  text += fixes_text(analysis, style);
  text += blame_text(session, analyze::blame_of(session), analyze::carried_cost_of(session, money), style);
  text += run_profile_text(session, analyze::run_profile_of(session), style);
  text += verify_text(session, analyze::verify(session), style);
  const int32_t call = analyze::last_main_call(session);
  const int32_t first = *analyze::find_call(session, "1");
  const analyze::ContextBudget budget{.tokens = 20'000, .source = analyze::ContextBudget::Source::given};
  text += context_profile_text(session, analyze::profile_of(session, call, budget), style);
  text += context_growth_text(session, analyze::growth_of(session, money, {.budget = 20'000}), style);
  text += context_diff_text(session, *analyze::diff_of(session, first, call), style);
  text += context_cache_text(session, analyze::cache_of(session, money), style);
  text += context_why_text(session, analyze::context_why_of(session, 0, money), style);
  text += context_show_text(session, analyze::context_contents_of(session, session.contexts.of_span[call]), style);
  const analyze::ComparedRun run = analyze::run_of(session);
  const ComparedPair pair{.run = &run,
                          .metrics = analyze::compare_metrics(run, run),
                          .structure = analyze::compare_structure(run.steps, run.steps)};
  text += compare_text({.baseline = &run, .runs = {pair}, .shows_structure = true}, style);
  return text + compare_text({.baseline = &run, .runs = {pair, pair}}, style);
}

TEST(AnswersWidth, EveryLineFitsTheTerminal) {
  const SessionView session = busy_session();
  for (const int width : {80, 100}) {
    for (const bool verbose : {false, true}) {
      const std::string text = every_answer(session, {.width = width, .verbose = verbose});
      EXPECT_GT(text.size(), 5'000u);
      for (const std::string& line : wrapped(text, 0)) EXPECT_LE(display_width(line), width) << line;
    }
  }
}

}  // namespace

}  // namespace strobe::view
