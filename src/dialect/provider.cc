#include "dialect/provider.h"

#include <array>
#include <optional>
#include <utility>

namespace strobe::dialect {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 62> k_aliases = {{
    {"gcp.gen_ai", "google-gemini"},
    {"gcp.gemini", "google-gemini"},
    {"gemini", "google-gemini"},
    {"google", "google-gemini"},
    {"google-generative-ai", "google-gemini"},
    {"google.generative-ai", "google-gemini"},
    {"google_genai", "google-gemini"},
    {"google-gla", "google-gemini"},
    {"google-vertex-ai", "google-vertex"},
    {"gcp.vertex_ai", "google-vertex"},
    {"vertex_ai", "google-vertex"},
    {"vertexai", "google-vertex"},
    {"vertex", "google-vertex"},
    {"google.vertex", "google-vertex"},
    {"google-vertex", "google-vertex"},
    {"az.ai.openai", "azure-openai"},
    {"azure.ai.openai", "azure-openai"},
    {"azure-openai", "azure-openai"},
    {"azure", "azure-openai"},
    {"az.ai.inference", "azure-inference"},
    {"azure.ai.inference", "azure-inference"},
    {"aws.bedrock", "bedrock"},
    {"aws", "bedrock"},
    {"amazon-bedrock", "bedrock"},
    {"bedrock", "bedrock"},
    {"x_ai", "xai"},
    {"xai", "xai"},
    {"mistral_ai", "mistral"},
    {"mistralai", "mistral"},
    {"mistral", "mistral"},
    {"anthropic", "anthropic"},
    {"openai", "openai"},
    {"openai_chat", "openai"},
    {"openai.responses", "openai"},
    {"azure_openai", "azure-openai"},
    {"azureopenai", "azure-openai"},
    {"azure_ai", "azure-inference"},
    {"bedrock_converse", "bedrock"},
    {"aws_bedrock", "bedrock"},
    {"amazon_bedrock", "bedrock"},
    {"togetherai", "together-ai"},
    {"moonshot_ai", "moonshot"},
    {"ibm.watsonx.ai", "watsonx"},
    // Frameworks, not providers: no price hangs on them.
    {"github", ""},
    {"strands-agents", ""},
    {"autogen", ""},
    {"microsoft.agent_framework", ""},
    {"langchain", ""},
    {"langgraph", ""},
    {"crewai", ""},
    {"gateway", ""},
    {"gcp.vertex.agent", ""},
    {"langgraph", ""},
    {"llamaindex", ""},
    {"llama_index", ""},
    {"haystack", ""},
    {"dspy", ""},
    {"smolagents", ""},
    {"semantic_kernel", ""},
    {"pydantic-ai", ""},
    {"livekit", ""},
    {"custom", ""},
}};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::optional<std::string_view> alias_of(std::string_view name) {
  for (const auto& [alias, provider] : k_aliases) {
    if (alias == name) return provider;
  }
  return std::nullopt;
}

}  // namespace

std::string folded_provider(std::string_view name) {
  const auto key = lower(name);
  if (const auto provider = alias_of(key)) return std::string(*provider);
  return key;
}

std::string folded_vercel_provider(std::string_view name) {
  auto key = lower(name);
  while (true) {
    if (const auto provider = alias_of(key)) return std::string(*provider);
    const size_t dot = key.rfind('.');
    if (dot == std::string::npos) return key;
    key.resize(dot);
  }
}

}  // namespace strobe::dialect
