#include "launch/agents.h"

#include <algorithm>
#include <array>

namespace strobe::launch {

namespace {

constexpr std::array k_common = std::to_array<Variable>({
    {"OTEL_EXPORTER_OTLP_ENDPOINT", "$E"},
    // The endpoint takes gRPC as well, so a program that has only that exporter may say so and keep it.
    {"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", IfSet::keep},
    {"OTEL_TRACES_EXPORTER", "otlp"},
    {"OTEL_METRICS_EXPORTER", "otlp"},
    {"OTEL_LOGS_EXPORTER", "otlp"},
    // Nothing is sampled away, and no SDK limit cuts a history: at its default of 128 attributes OpenTelemetry Python
    // drops the oldest ones, which are the first messages.
    {"OTEL_TRACES_SAMPLER", "always_on"},
    {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "65536"},
    {"OTEL_ATTRIBUTE_COUNT_LIMIT", "65536"},
    {"OTEL_SPAN_EVENT_COUNT_LIMIT", "65536"},
    {"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "65536"},
    {"OTEL_BSP_SCHEDULE_DELAY", "500"},
    {"OTEL_BLRP_SCHEDULE_DELAY", "500"},
    {"OTEL_METRIC_EXPORT_INTERVAL", "5000"},
    {"OTEL_SEMCONV_STABILITY_OPT_IN", "gen_ai_latest_experimental", IfSet::append},
    // Newer Python instrumentations want SPAN_AND_EVENT here: whoever has set it knows which.
    {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true", IfSet::keep},
});

constexpr std::array k_removed = std::to_array<std::string_view>({
    "OTEL_SDK_DISABLED",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_LOGS_HEADERS",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
    "OTEL_TRACES_SAMPLER_ARG",
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "GEMINI_TELEMETRY_OUTFILE",
    "QWEN_TELEMETRY_OUTFILE",
    "COPILOT_OTEL_FILE_EXPORTER_PATH",
    "CLAUDE_CODE_OTEL_HEADERS_HELPER",
    "OTEL_CONFIG_FILE",
    "OTEL_EXPERIMENTAL_CONFIG_FILE",
});

Agent claude() {
  return {.name = "claude",
          .title = "Claude Code",
          .variables = {{"CLAUDE_CODE_ENABLE_TELEMETRY", "1"},
                        {"CLAUDE_CODE_ENHANCED_TELEMETRY_BETA", "1"},
                        {"OTEL_LOGS_EXPORT_INTERVAL", "1000"},
                        {"OTEL_TRACES_EXPORT_INTERVAL", "1000"},
                        {"OTEL_LOG_USER_PROMPTS", "1", IfSet::keep},
                        {"OTEL_LOG_ASSISTANT_RESPONSES", "1", IfSet::keep},
                        {"OTEL_LOG_TOOL_DETAILS", "1", IfSet::keep},
                        {"OTEL_LOG_TOOL_CONTENT", "1", IfSet::keep}},
          .notes = {"managed settings of an organisation may lock the destination",
                    "OTEL_LOG_RAW_API_BODIES=1 adds whole requests and answers"}};
}

Agent codex() {
  return {.name = "codex",
          .title = "Codex",
          .variables = {},
          .arguments = {"-c", R"(otel.environment="dev")", "-c", "otel.log_user_prompt=true", "-c",
                        R"(otel.exporter={otlp-http={endpoint="$E/v1/logs",protocol="binary"}})", "-c",
                        R"(otel.trace_exporter={otlp-http={endpoint="$E/v1/traces",protocol="binary"}})", "-c",
                        R"(otel.metrics_exporter={otlp-http={endpoint="$E/v1/metrics",protocol="binary"}})"},
          .notes = {"no variable switches its telemetry on: it wants these arguments, or the same in its config.toml"}};
}

Agent gemini() {
  return {.name = "gemini",
          .title = "Gemini CLI",
          .variables = {{"GEMINI_TELEMETRY_ENABLED", "true"},
                        {"GEMINI_TELEMETRY_TRACES_ENABLED", "true"},
                        {"GEMINI_TELEMETRY_TARGET", "local"},
                        {"GEMINI_TELEMETRY_USE_COLLECTOR", "true"},
                        {"GEMINI_TELEMETRY_OTLP_PROTOCOL", "http"},
                        {"GEMINI_TELEMETRY_OTLP_ENDPOINT", "$E"},
                        {"GEMINI_TELEMETRY_LOG_PROMPTS", "true", IfSet::keep}}};
}

Agent qwen() {
  return {.name = "qwen",
          .title = "Qwen Code",
          .variables = {{"QWEN_TELEMETRY_ENABLED", "1"},
                        {"QWEN_TELEMETRY_OTLP_PROTOCOL", "http"},
                        {"QWEN_TELEMETRY_OTLP_ENDPOINT", "$E"},
                        {"QWEN_TELEMETRY_LOG_PROMPTS", "1", IfSet::keep},
                        {"QWEN_TELEMETRY_INCLUDE_SENSITIVE_SPAN_ATTRIBUTES", "1", IfSet::keep},
                        {"QWEN_TELEMETRY_METRICS_INCLUDE_SESSION_ID", "1", IfSet::keep}}};
}

Agent copilot() {
  return {.name = "copilot",
          .title = "GitHub Copilot CLI",
          .variables = {{"COPILOT_OTEL_ENABLED", "true"}, {"COPILOT_OTEL_EXPORTER_TYPE", "otlp-http"}}};
}

Agent vscode() {
  return {.name = "vscode",
          .title = "VS Code with Copilot Chat",
          .variables = {{"COPILOT_OTEL_ENABLED", "true"},
                        {"COPILOT_OTEL_ENDPOINT", "$E"},
                        {"COPILOT_OTEL_PROTOCOL", "http"},
                        {"COPILOT_OTEL_CAPTURE_CONTENT", "true", IfSet::keep}},
          .notes = {"works when code starts a new process: close every window of VS Code first"}};
}

Agent opencode() {
  return {.name = "opencode",
          .title = "opencode",
          .variables = {{"OPENCODE_CONFIG_CONTENT", R"({"experimental":{"openTelemetry":true}})", IfSet::merge}}};
}

Agent goose() {
  // The level would make the SDKs of other programs talk.
  return {.name = "goose",
          .title = "Goose",
          .variables = {{"OTEL_LOG_LEVEL", "info", IfSet::keep}},
          .only_when_asked = true};
}

Agent cline() {
  return {.name = "cline",
          .title = "Cline",
          .variables = {{"CLINE_OTEL_TELEMETRY_ENABLED", "true"},
                        {"CLINE_OTEL_METRICS_EXPORTER", "otlp"},
                        {"CLINE_OTEL_LOGS_EXPORTER", "otlp"},
                        {"CLINE_OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"},
                        {"CLINE_OTEL_EXPORTER_OTLP_ENDPOINT", "$E"}},
          .notes = {"sends logs and metrics, no spans"}};
}

// Frameworks: the program still has to start an OpenTelemetry SDK, or be run under opentelemetry-instrument.

Agent traceloop() {
  return {.name = "traceloop",
          .title = "Traceloop OpenLLMetry",
          .variables = {{"TRACELOOP_BASE_URL", "$E"}, {"TRACELOOP_TRACE_CONTENT", "true", IfSet::keep}}};
}

Agent agent_framework() {
  return {.name = "agent-framework",
          .title = "Microsoft Agent Framework",
          .variables = {{"ENABLE_INSTRUMENTATION", "true"}, {"ENABLE_SENSITIVE_DATA", "true", IfSet::keep}}};
}

Agent semantic_kernel() {
  return {.name = "semantic-kernel",
          .title = "Semantic Kernel",
          .variables = {{"SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS", "true"},
                        {"SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS_SENSITIVE", "true", IfSet::keep}}};
}

Agent adk() {
  return {.name = "adk",
          .title = "Google ADK",
          .variables = {{"ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS", "true", IfSet::keep}}};
}

Agent langsmith() {
  return {
      .name = "langsmith",
      .title = "LangChain with LangSmith",
      .variables = {{"LANGSMITH_TRACING", "true"}, {"LANGSMITH_OTEL_ENABLED", "true"}, {"LANGSMITH_OTEL_ONLY", "true"}},
      .notes = {"LANGSMITH_OTEL_ONLY keeps it from sending to LangSmith as well; run does not set these"},
      .only_when_asked = true};
}

Agent litellm() {
  return {.name = "litellm",
          .title = "LiteLLM",
          .variables = {{"OTEL_EXPORTER", "otlp_http"}, {"OTEL_ENDPOINT", "$E"}},
          .notes = {"the callback otel has to be switched on in LiteLLM"},
          .only_when_asked = true};
}

}  // namespace

std::span<const Variable> common_variables() { return k_common; }

std::span<const Agent> all_agents() {
  static const std::vector<Agent> agents = {claude(),   codex(),     gemini(),          copilot(),         vscode(),
                                            opencode(), qwen(),      goose(),           cline(),           adk(),
                                            litellm(),  langsmith(), agent_framework(), semantic_kernel(), traceloop()};
  return agents;
}

const Agent* find_agent(std::string_view name) {
  const auto agents = all_agents();
  const auto found = std::find_if(agents.begin(), agents.end(), [&](const Agent& agent) { return agent.name == name; });
  return found == agents.end() ? nullptr : &*found;
}

std::vector<std::string_view> agent_names() {
  std::vector<std::string_view> names;
  for (const Agent& agent : all_agents()) names.push_back(agent.name);
  return names;
}

std::span<const std::string_view> removed_variables() { return k_removed; }

}  // namespace strobe::launch
