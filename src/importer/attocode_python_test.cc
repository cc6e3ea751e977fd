#include <gtest/gtest.h>

#include "importer/import_test_util.h"

// Traces of the Python generation.

namespace strobe::importer {
namespace {

constexpr uint64_t k_millisecond_ns = 1'000'000;
constexpr uint64_t k_begin_ns = 1'770'200'000ull * 1'000'000'000;

// A line with an id of its own, `at` seconds after the beginning.
class Lines {
 public:
  std::string operator()(std::string_view kind, double at, std::string_view data = "{}", std::string_view more = "") {
    return event("e" + std::to_string(++count_), kind, at, data, more);
  }
  static std::string event(std::string_view id, std::string_view kind, double at, std::string_view data = "{}",
                           std::string_view more = "") {
    return R"({"event_id":")" + std::string(id) + R"(","kind":")" + std::string(kind) + R"(","timestamp":)" +
           std::to_string(1770200000 + at) + R"(,"session_id":"s","data":)" + std::string(data) + std::string(more) +
           "}\n";
  }

 private:
  int count_ = 0;
};

uint64_t at(int64_t milliseconds) { return k_begin_ns + static_cast<uint64_t>(milliseconds) * k_millisecond_ns; }

TEST(AttocodePython, ReadsASession) {
  Lines line;
  const Imported read(
      line("session_start", 0, R"({"goal":"Add it","model":"m"})") +
      line("llm_request", 1, R"({"messages_count":2})", R"(,"iteration":1)") +
      line("llm_response", 3, R"({"input_tokens":10,"output_tokens":4,"cache_read_tokens":90,"cost":0.25})") +
      line("tool_end", 4, R"({"tool":"bash","args":{"command":"ls"},"result":"a"})", R"(,"duration_ms":500)") +
      line("session_end", 5, R"({"status":"complete"})"));
  EXPECT_EQ(read.report().format, "attocode python trace");
  const RawSpan& chat = read.span("chat m");
  EXPECT_EQ(chat.start_time_unix_nano, at(1000));
  EXPECT_EQ(chat.end_time_unix_nano, at(3000));
  EXPECT_EQ(Imported::attribute(chat, "gen_ai.usage.cache_read.input_tokens"), "90");
  EXPECT_EQ(chat.parent_span_id, read.span("invoke_agent attocode").span_id);
  EXPECT_EQ(read.span("execute_tool bash").start_time_unix_nano, at(3500));
  EXPECT_EQ(read.attribute("execute_tool bash", "gen_ai.tool.call.arguments"), R"({"command":"ls"})");
  EXPECT_EQ(read.span("invoke_agent attocode").end_time_unix_nano, at(5000));
  EXPECT_EQ(read.span("invoke_agent attocode").status_code, 1);
}

TEST(AttocodePython, ToolsThatRunAtOnceAreToldApartByTheirParents) {
  const Imported read(
      Lines::event("a", "tool_start", 1, R"({"tool":"read","args":{"path":"a"}})") +
      Lines::event("b", "tool_start", 1.1, R"({"tool":"read","args":{"path":"b"}})") +
      Lines::event("c", "tool_end", 2, R"({"tool":"read","result":"of b"})", R"(,"parent_event_id":"b")") +
      Lines::event("d", "tool_error", 3, R"({"tool":"read","error":"no a"})"));
  ASSERT_EQ(read.count("execute_tool read"), 2u);
  EXPECT_EQ(Imported::attribute(*read.spans()[0], "gen_ai.tool.call.arguments"), R"({"path":"b"})");
  EXPECT_EQ(Imported::attribute(*read.spans()[0], "gen_ai.tool.call.result"), "of b");
  EXPECT_EQ(Imported::attribute(*read.spans()[1], "gen_ai.tool.call.arguments"), R"({"path":"a"})");
  EXPECT_EQ(read.spans()[1]->status_message, "no a");
}

TEST(AttocodePython, SubagentsCallsAreTheirOwn) {
  const Imported read(
      Lines::event("a", "llm_request", 1) + Lines::event("b", "llm_response", 2, R"({"input_tokens":1})") +
      Lines::event("c", "subagent_spawn", 3, R"({"agent_id":"h","agent_type":"helper"})", R"(,"parent_event_id":"b")") +
      Lines::event("d", "llm_request", 4, "{}", R"(,"parent_event_id":"c")") + Lines::event("e", "llm_request", 5) +
      Lines::event("f", "llm_response", 6, R"({"input_tokens":3})", R"(,"parent_event_id":"d")") +
      Lines::event("g", "llm_response", 7, R"({"input_tokens":2})") +
      Lines::event("h", "subagent_timeout", 8, R"({"agent_id":"h"})"));
  const RawSpan& helper = read.span("invoke_agent helper");
  EXPECT_EQ(helper.parent_span_id, read.spans()[0]->span_id);
  EXPECT_EQ(helper.end_time_unix_nano, at(8000));
  EXPECT_EQ(Imported::attribute(helper, "error.type"), "timeout");
  EXPECT_EQ(Imported::attribute(*read.spans()[1], "gen_ai.usage.input_tokens"), "3");
  EXPECT_EQ(read.spans()[1]->parent_span_id, helper.span_id);
  EXPECT_EQ(read.spans()[2]->parent_span_id, read.span("invoke_agent attocode").span_id);
}

TEST(AttocodePython, TheBeatsOfAStreamAreOneCall) {
  const std::string iteration = R"(,"iteration":1)";
  Lines line;
  const Imported read(
      line("llm_request", 1, R"({"model":"m"})", iteration) + line("llm_request", 1.1, "{}", iteration) +
      line("llm_response", 2, R"({"chunk":"a"})", iteration) + line("llm_response", 3, R"({"chunk":"b"})", iteration) +
      line("llm_response", 4, R"({"input_tokens":9,"output_tokens":1})", iteration) +
      line("llm_response", 4.1, R"({"input_tokens":9,"output_tokens":1})", iteration));
  std::string last;
  std::map<std::string, uint64_t> ends;
  for (const RawSpan* span : read.spans()) {
    if (span->name == "chat m") ends[std::string(span->span_id)] = span->end_time_unix_nano;
  }
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends.begin()->second, at(4000)) << "the answer with the tokens comes last and stays";
  EXPECT_EQ(read.count("llm_response"), 2u);
  EXPECT_EQ(read.count("llm_request"), 1u);
}

TEST(AttocodePython, AnErrorEndsItsCall) {
  Lines line;
  const Imported read(line("llm_request", 1, R"({"model":"m"})") + line("llm_error", 2, R"({"error":"overloaded"})") +
                      line("error", 2.1, R"({"message":"overloaded"})") + line("llm_request", 3, R"({"model":"m"})"));
  ASSERT_EQ(read.count("chat m"), 2u);
  EXPECT_EQ(read.span("chat m").status_message, "overloaded");
  EXPECT_EQ(read.span("chat m").end_time_unix_nano, at(2000));
  EXPECT_EQ(read.span("error").status_code, 0) << "it tells the same failure once more";
}

TEST(AttocodePython, StatusesOfSessions) {
  const auto root = [](std::string_view status) {
    Lines line;
    return Imported(line("session_start", 0) +
                    line("session_end", 1, R"({"status":")" + std::string(status) + R"("})"));
  };
  EXPECT_EQ(root("completed").span("invoke_agent attocode").status_code, 1);
  EXPECT_EQ(root("budget_exhausted").attribute("invoke_agent attocode", "error.type"), "budget_exhausted");
  EXPECT_EQ(root("cancelled").attribute("invoke_agent attocode", "attocode.cancelled"), "true");
  EXPECT_EQ(root("running").span("invoke_agent attocode").end_time_unix_nano, 0u);
}

TEST(AttocodePython, SwarmsAndUnknownKinds) {
  Lines line;
  const Imported read(line("swarm_start", 1) + line("swarm_wave_start", 2, R"({"wave":1})") +
                      line("swarm_task_start", 3, R"({"task_id":"x"})") +
                      line("swarm_task_failed", 4, R"({"task_id":"x","error":"no"})") +
                      line("swarm_wave_complete", 5, R"({"wave":1})") + line("swarm_complete", 6) +
                      line("mood_ring", 7, R"({"color":"green"})"));
  EXPECT_EQ(read.span("invoke_agent x").parent_span_id, read.span("wave 1").span_id);
  EXPECT_EQ(read.span("wave 1").parent_span_id, read.span("swarm").span_id);
  EXPECT_EQ(read.span("invoke_agent x").status_message, "no");
  EXPECT_EQ(read.span("swarm").end_time_unix_nano, at(6000));
  EXPECT_EQ(read.attribute("mood_ring", "attocode.color"), "green");
}

TEST(AttocodePython, TheSameAgainAndALongerVersionGiveTheSameIds) {
  Lines line;
  const std::string begin = line("session_start", 0) + line("llm_request", 1) +
                            line("llm_response", 2, R"({"tokens":3})") + line("checkpoint", 3);
  const auto shorter = Imported(begin).by_id();
  const auto longer = Imported(begin + begin + line("session_end", 4)).by_id();
  EXPECT_EQ(shorter.size(), 3u);
  EXPECT_EQ(longer.size(), 3u) << "lines that came twice are the same lines";
  for (const auto& [id, told] : shorter) EXPECT_TRUE(longer.contains(id)) << told;
}

TEST(AttocodePython, TooManySessionsAtOnceAreSaidOnce) {
  const auto sessions = [](bool has_ends) {
    std::string text;
    for (int i = 0; i < 2100; ++i) {
      const auto line = [&](std::string_view kind, std::string_view data) {
        text += R"({"event_id":")" + std::string(kind) + R"(","kind":")" + std::string(kind) +
                R"(","timestamp":1770200000,"session_id":"s)" + std::to_string(i) + R"(","data":)" + std::string(data) +
                "}\n";
      };
      line("session_start", "{}");
      if (has_ends) line("session_end", R"({"status":"complete"})");
    }
    return text;
  };
  const Imported open(sessions(false));
  ASSERT_EQ(open.report().problems.size(), 1u);
  EXPECT_TRUE(open.report().problems[0].message.starts_with("too many sessions at once"));
  EXPECT_TRUE(Imported(sessions(true)).report().problems.empty()) << "nothing comes after an end";
}

TEST(AttocodePython, AnswersThatAreTooLongToBeRememberedAreSaidOnce) {
  Lines line;
  const std::string note(size_t{33} << 20, 'x');
  const auto call = [&](int at, std::string_view agent) {
    const std::string of = R"({"agent_id":")" + std::string(agent) + R"(",)";
    return line("subagent_spawn", at, of + R"("type":"t"})") + line("llm_request", at, of + R"("model":"m"})") +
           line("llm_response", at, of + R"("input_tokens":1,"note":")" + note + "\"}");
  };
  const Imported read(line("session_start", 0) + call(1, "a") + call(2, "b") + call(3, "c") + call(4, "d"));
  ASSERT_EQ(read.report().problems.size(), 1u);
  EXPECT_EQ(read.report().problems[0].line, 7u);
  EXPECT_TRUE(read.report().problems[0].message.starts_with("too much at once"));
}

TEST(AttocodePython, WhatIsWrongIsAProblemOfItsLine) {
  Lines line;
  const Imported read(line("session_start", 0) +
                      R"({"event_id":"x","kind":"checkpoint","timestamp":"noon","session_id":"s"})"
                      "\n" +
                      line("llm_response", 1, R"({"input_tokens":-4,"output_tokens":1e99,"cost":"dear"})") +
                      line("tool_end", 2, "[]") +
                      R"({"event_id":"y","timestamp":1})"
                      "\n"
                      "nonsense\n");
  std::vector<size_t> lines;
  for (const Problem& problem : read.report().problems) lines.push_back(problem.line);
  EXPECT_EQ(lines, (std::vector<size_t>{2, 3, 4, 5, 6}));
  EXPECT_EQ(read.span("checkpoint").start_time_unix_nano, k_begin_ns);
}

}  // namespace
}  // namespace strobe::importer
