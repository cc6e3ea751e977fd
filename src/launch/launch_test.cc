#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "launch/child.h"
#include "launch/environment.h"
#include "launch/live_server.h"

namespace strobe::launch {
namespace {

TEST(EnvironmentTest, PointsTelemetryAtUsAndKeepsTheRest) {
  const Environment environment =
      child_environment({{"PATH", "/bin"},
                         {"OTEL_RESOURCE_ATTRIBUTES", "team=a,"},
                         {"NO_PROXY", "example.org"},
                         {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://elsewhere"},
                         {"OTEL_SDK_DISABLED", "true"}},
                        {.endpoint = "http://127.0.0.1:1", .run_id = "r1", .traceparent = "00-a-b-01"});
  EXPECT_EQ(environment.at("PATH"), "/bin");
  EXPECT_EQ(environment.at("OTEL_EXPORTER_OTLP_ENDPOINT"), "http://127.0.0.1:1");
  EXPECT_EQ(environment.at("OTEL_RESOURCE_ATTRIBUTES"), "team=a,strobe.run.id=r1");
  EXPECT_EQ(environment.at("OTEL_TRACES_SAMPLER"), "always_on");
  EXPECT_EQ(environment.at("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"), "65536");
  EXPECT_EQ(environment.at("TRACEPARENT"), "00-a-b-01");
  EXPECT_FALSE(environment.contains("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"));
  EXPECT_FALSE(environment.contains("OTEL_SDK_DISABLED"));
  EXPECT_EQ(environment.at("NO_PROXY"), "example.org,127.0.0.1,localhost,::1") << "loopback never goes through a proxy";
  EXPECT_EQ(environment.at("no_proxy"), "127.0.0.1,localhost,::1");
}

TEST(EnvironmentTest, WhatTheUserChoseStays) {
  const Environment user = {{"OTEL_LOG_USER_PROMPTS", "0"},
                            {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"},
                            {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_AND_EVENT"},
                            {"OTEL_SEMCONV_STABILITY_OPT_IN", "http, "},
                            {"OPENCODE_CONFIG_CONTENT", "{ \"model\":\"x\"}"},
                            {"NO_PROXY", "localhost"}};
  const Environment set = telemetry_change(user, "http://h:1", nullptr).set;
  EXPECT_EQ(set.at("OTEL_LOG_USER_PROMPTS"), "0");
  EXPECT_EQ(set.at("OTEL_EXPORTER_OTLP_PROTOCOL"), "grpc") << "the endpoint takes both";
  EXPECT_EQ(set.at("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"), "SPAN_AND_EVENT");
  EXPECT_EQ(set.at("OTEL_SEMCONV_STABILITY_OPT_IN"), "http,gen_ai_latest_experimental");
  EXPECT_EQ(set.at("OPENCODE_CONFIG_CONTENT"), "{\"experimental\":{\"openTelemetry\":true},\"model\":\"x\"}");
  EXPECT_EQ(set.at("NO_PROXY"), "localhost,127.0.0.1,::1");
}

TEST(EnvironmentTest, AnObjectIsAddedToAndAnythingElseLeftAlone) {
  const auto content = [](const std::string& theirs) {
    return telemetry_change({{"OPENCODE_CONFIG_CONTENT", theirs}}, "http://h:1", nullptr)
        .set.at("OPENCODE_CONFIG_CONTENT");
  };
  const std::string ours = "{\"experimental\":{\"openTelemetry\":true}}";
  EXPECT_EQ(content(""), ours);
  EXPECT_EQ(content(" "), ours);
  EXPECT_EQ(content("{}"), ours);
  EXPECT_EQ(content("{ }"), ours);
  for (const char* theirs : {"{\"experimental\":{}}", "[1]", "{", "text"}) EXPECT_EQ(content(theirs), theirs);
}

TEST(EnvironmentTest, ChangingTwiceIsChangingOnce) {
  Environment environment = {{"NO_PROXY", "a"}, {"OTEL_SDK_DISABLED", "true"}};
  const EnvironmentChange first = telemetry_change(environment, "http://h:1", nullptr);
  EXPECT_EQ(first.removed, std::vector<std::string>{"OTEL_SDK_DISABLED"});
  const EnvironmentChange second = telemetry_change(first.set, "http://h:1", nullptr);
  EXPECT_EQ(second.set, first.set);
  EXPECT_TRUE(second.removed.empty());
}

TEST(AgentsTest, EachAgentGetsItsOwnAndWhatAllGet) {
  for (const Agent& agent : all_agents()) {
    const Environment set = telemetry_change({}, "http://h:1", &agent).set;
    EXPECT_EQ(set.at("OTEL_EXPORTER_OTLP_ENDPOINT"), "http://h:1") << agent.name;
    EXPECT_EQ(set.at("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"), "65536") << agent.name;
    for (const Variable& variable : agent.variables) {
      EXPECT_EQ(set.at(std::string(variable.name)), variable.value == "$E" ? "http://h:1" : variable.value)
          << agent.name;
    }
    EXPECT_TRUE(!agent.variables.empty() || !agent.arguments.empty()) << agent.name;
    EXPECT_EQ(find_agent(agent.name), &agent);
    EXPECT_FALSE(agent.title.empty());
  }
  EXPECT_FALSE(telemetry_change({}, "http://h:1", find_agent("claude")).set.contains("GEMINI_TELEMETRY_ENABLED"));
  EXPECT_EQ(find_agent("claud"), nullptr);
}

TEST(AgentsTest, ARunSetsTheVariablesOfAllButThoseThatChangeOtherPrograms) {
  const Environment set = telemetry_change({}, "http://h:1", nullptr).set;
  for (const Agent& agent : all_agents()) {
    for (const Variable& variable : agent.variables) {
      EXPECT_EQ(set.contains(std::string(variable.name)), !agent.only_when_asked) << agent.name << " " << variable.name;
    }
  }
}

TEST(ChildTest, ExitCodeAndEnvironmentPassThrough) {
  Environment environment = own_environment();
  environment["STROBE_TEST"] = "7";
  EXPECT_EQ(run_child({"sh", "-c", "exit $STROBE_TEST"}, environment)->exit_code, 7);
  EXPECT_EQ(run_child({"/nonexistent/agent"}, environment).error().code, ErrorCode::not_found);
}

TEST(ChildTest, AChildEndedByASignalReportsAsAShellDoes) {
  const auto result = run_child({"sh", "-c", "kill -TERM $$"}, own_environment());
  EXPECT_EQ(result->exit_code, 128 + SIGTERM);
  EXPECT_TRUE(result->cancelled);
}

TEST(ChildTest, TerminateIsPassedOn) {
  const std::string ready = std::filesystem::temp_directory_path() / ("strobe_ready_" + std::to_string(::getpid()));
  std::thread terminator([&] {
    while (!std::filesystem::exists(ready)) usleep(5'000);
    ::kill(::getpid(), SIGTERM);
  });
  const std::string agent = "trap 'exit 9' TERM; : > " + ready + "; while :; do sleep 0.05; done";
  const auto result = run_child({"sh", "-c", agent}, own_environment());
  terminator.join();
  std::filesystem::remove(ready);
  EXPECT_EQ(result->exit_code, 9);
  EXPECT_TRUE(result->cancelled);
}

TEST(LiveServerTest, OnlyOneListensAndACloseFreesIt) {
  const std::string store = std::filesystem::temp_directory_path() / ("strobe_lock_" + std::to_string(::getpid()));
  EXPECT_FALSE(find_live_server(store));
  {
    auto lock = ServerLock::acquire(store);
    ASSERT_TRUE(lock);
    ASSERT_TRUE(lock->publish("http://127.0.0.1:5"));
    EXPECT_EQ(find_live_server(store), "http://127.0.0.1:5");
    EXPECT_EQ(ServerLock::acquire(store).error().message, "http://127.0.0.1:5 serves this store already");
  }
  EXPECT_FALSE(find_live_server(store));
  std::filesystem::remove(store + ".server");
}

}  // namespace
}  // namespace strobe::launch
