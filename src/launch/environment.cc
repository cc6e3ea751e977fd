#include "launch/environment.h"

#include <array>

extern char** environ;

namespace strobe::launch {

namespace {

struct Variable {
  std::string_view name;
  std::string_view value;
};

// For every child. $E stands for the endpoint.
constexpr std::array k_always = std::to_array<Variable>({
    {"OTEL_EXPORTER_OTLP_ENDPOINT", "$E"},
    {"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"},
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
    {"OTEL_SEMCONV_STABILITY_OPT_IN", "gen_ai_latest_experimental"},
    {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true"},
});

// For particular agents and frameworks; harmless to all others, so they are always set.
constexpr std::array k_agents = std::to_array<Variable>({
    {"CLAUDE_CODE_ENABLE_TELEMETRY", "1"},
    {"CLAUDE_CODE_ENHANCED_TELEMETRY_BETA", "1"},
    {"OTEL_LOGS_EXPORT_INTERVAL", "1000"},
    {"OTEL_TRACES_EXPORT_INTERVAL", "1000"},
    {"OTEL_LOG_USER_PROMPTS", "1"},
    {"OTEL_LOG_ASSISTANT_RESPONSES", "1"},
    {"OTEL_LOG_TOOL_DETAILS", "1"},
    {"OTEL_LOG_TOOL_CONTENT", "1"},
    {"GEMINI_TELEMETRY_ENABLED", "true"},
    {"GEMINI_TELEMETRY_TRACES_ENABLED", "true"},
    {"GEMINI_TELEMETRY_TARGET", "local"},
    {"GEMINI_TELEMETRY_USE_COLLECTOR", "true"},
    {"GEMINI_TELEMETRY_OTLP_PROTOCOL", "http"},
    {"GEMINI_TELEMETRY_OTLP_ENDPOINT", "$E"},
    {"GEMINI_TELEMETRY_LOG_PROMPTS", "true"},
    {"QWEN_TELEMETRY_ENABLED", "1"},
    {"QWEN_TELEMETRY_OTLP_PROTOCOL", "http"},
    {"QWEN_TELEMETRY_OTLP_ENDPOINT", "$E"},
    {"QWEN_TELEMETRY_LOG_PROMPTS", "1"},
    {"QWEN_TELEMETRY_INCLUDE_SENSITIVE_SPAN_ATTRIBUTES", "1"},
    {"QWEN_TELEMETRY_METRICS_INCLUDE_SESSION_ID", "1"},
    {"COPILOT_OTEL_ENABLED", "true"},
    {"COPILOT_OTEL_EXPORTER_TYPE", "otlp-http"},
    {"COPILOT_OTEL_ENDPOINT", "$E"},
    {"COPILOT_OTEL_PROTOCOL", "http"},
    {"COPILOT_OTEL_CAPTURE_CONTENT", "true"},
    {"CLINE_OTEL_TELEMETRY_ENABLED", "true"},
    {"CLINE_OTEL_METRICS_EXPORTER", "otlp"},
    {"CLINE_OTEL_LOGS_EXPORTER", "otlp"},
    {"CLINE_OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"},
    {"CLINE_OTEL_EXPORTER_OTLP_ENDPOINT", "$E"},
    {"TRACELOOP_BASE_URL", "$E"},
    {"TRACELOOP_TRACE_CONTENT", "true"},
    {"ENABLE_INSTRUMENTATION", "true"},
    {"ENABLE_SENSITIVE_DATA", "true"},
    {"SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS", "true"},
    {"SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS_SENSITIVE", "true"},
    {"ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS", "true"},
});

// Would send the telemetry elsewhere, or nowhere.
constexpr std::array k_removed = std::to_array<std::string_view>({
    "OTEL_SDK_DISABLED",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL",
    "OTEL_EXPORTER_OTLP_LOGS_HEADERS",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
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

template <size_t N>
void set_all(Environment& environment, const std::array<Variable, N>& variables, const std::string& endpoint) {
  for (const Variable& variable : variables) {
    environment[std::string(variable.name)] = variable.value == "$E" ? endpoint : std::string(variable.value);
  }
}

// Resource attributes are key=value pairs in percent-encoding, separated by commas. Our values need none.
void append_resource_attribute(Environment& environment, const std::string& pair) {
  std::string& attributes = environment["OTEL_RESOURCE_ATTRIBUTES"];
  attributes.erase(attributes.find_last_not_of(", ") + 1);
  attributes += (attributes.empty() ? "" : ",") + pair;
}

// Exporters that obey a proxy would send even loopback traffic, prompts included, off the machine.
void bypass_proxies(Environment& environment) {
  for (const char* name : {"NO_PROXY", "no_proxy"}) {
    std::string& hosts = environment[name];
    hosts += std::string(hosts.empty() ? "" : ",") + "127.0.0.1,localhost,::1";
  }
}

}  // namespace

Environment child_environment(Environment inherited, const EnvironmentOptions& options) {
  for (const std::string_view name : k_removed) inherited.erase(std::string(name));
  set_all(inherited, k_always, options.endpoint);
  set_all(inherited, k_agents, options.endpoint);
  append_resource_attribute(inherited, "strobe.run.id=" + options.run_id);
  bypass_proxies(inherited);
  inherited["TRACEPARENT"] = options.traceparent;
  inherited.erase("TRACESTATE");
  return inherited;
}

Environment own_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

}  // namespace strobe::launch
