#include "bench/elements.h"

namespace strobe::bench {

namespace {

void write_function(JsonText& json, const ToolDefinition& tool) {
  json.member("name").string(tool.name).raw(",").member("description").string(tool.description).raw(",");
  json.member("parameters").raw(R"({"type":"object","properties":{)");
  bool is_first = true;
  for (const auto& [name, description] : tool.parameters) {
    if (!is_first) json.raw(",");
    is_first = false;
    json.member(name).raw(R"({"type":"string","description":)").string(description).raw("}");
  }
  json.raw(R"(},"required":[)").string(tool.parameters.front().first).raw("]}");
}

}  // namespace

JsonText otel_system(std::string_view system) {
  JsonText json;
  json.raw(R"({"type":"text","content":)").string(system).raw("}");
  return json;
}

JsonText otel_tool(const ToolDefinition& tool) {
  JsonText json;
  json.raw(R"({"type":"function",)");
  write_function(json, tool);
  json.raw("}");
  return json;
}

JsonText otel_user(std::string_view text) {
  JsonText json;
  json.raw(R"({"role":"user","parts":[{"type":"text","content":)").string(text).raw("}]}");
  return json;
}

JsonText otel_call(const Turn& turn, std::string_view finish_reason) {
  JsonText json;
  json.raw(R"({"role":"assistant","parts":[{"type":"text","content":)").string(turn.text).raw("},{");
  json.raw(R"("type":"tool_call","id":)").string(turn.call_id).raw(R"(,"name":)").string(turn.tool);
  json.raw(R"(,"arguments":)").raw(turn.arguments).raw("}]");
  if (!finish_reason.empty()) json.raw(R"(,"finish_reason":)").string(finish_reason);
  json.raw("}");
  return json;
}

JsonText otel_result(std::string_view call_id, std::string_view result) {
  JsonText json;
  json.raw(R"({"role":"tool","parts":[{"type":"tool_call_response","id":)").string(call_id);
  json.raw(R"(,"response":)").string(result).raw("}]}");
  return json;
}

JsonText openai_tool(const ToolDefinition& tool) {
  JsonText json;
  json.raw(R"({"type":"function","function":{)");
  write_function(json, tool);
  json.raw("}}");
  return json;
}

JsonText openai_text(std::string_view role, std::string_view text) {
  JsonText json;
  json.raw(R"({"role":)").string(role).raw(R"(,"content":)").string(text).raw("}");
  return json;
}

JsonText openai_call(const Turn& turn) {
  JsonText json;
  json.raw(R"({"role":"assistant","content":)").string(turn.text).raw(R"(,"tool_calls":[{"id":)").string(turn.call_id);
  json.raw(R"(,"type":"function","function":{"name":)").string(turn.tool);
  json.raw(R"(,"arguments":)").string(turn.arguments).raw("}}]}");
  return json;
}

JsonText openai_result(std::string_view call_id, std::string_view result) {
  JsonText json;
  json.raw(R"({"role":"tool","tool_call_id":)").string(call_id).raw(R"(,"content":)").string(result).raw("}");
  return json;
}

}  // namespace strobe::bench
