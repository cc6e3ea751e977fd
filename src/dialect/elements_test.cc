#include <gtest/gtest.h>

#include "dialect/span_test_util.h"

namespace strobe::dialect {
namespace {

std::string otel(std::string_view text) { return shown_element(ElementFormat::otel_message, text); }
std::string vercel(std::string_view text) { return shown_element(ElementFormat::vercel_message, text); }
std::string openinference(std::string_view text) { return shown_element(ElementFormat::openinference_message, text); }

TEST(Elements, TheSameConversationIsTheSameInEveryDialect) {
  const auto user = otel(R"({"role":"user","parts":[{"type":"text","content":"hi"}]})");
  EXPECT_EQ(user, "user: text(hi)");
  EXPECT_EQ(vercel(R"({"role":"user","content":[{"type":"text","text":"hi"}]})"), user);
  EXPECT_EQ(vercel(R"({"role":"user","content":"hi"})"), user);
  EXPECT_EQ(openinference(R"({"message":{"role":"user","content":"hi"}})"), user);
  EXPECT_EQ(
      openinference(R"({"message":{"role":"user","contents":[{"message_content":{"type":"text","text":"hi"}}]}})"),
      user);

  const auto call = otel(R"({"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text",
      "content":"Looking."},{"type":"tool_call","id":"c1","name":"ls","arguments":"{\"path\":\".\"}"}]})");
  EXPECT_EQ(call, R"(assistant: reasoning(hm) text(Looking.) tool_call(c1 ls {{"path":"."}}))");
  EXPECT_EQ(vercel(R"({"role":"assistant","content":[{"type":"reasoning","text":"hm"},{"type":"text","text":"Looking."},
      {"type":"tool-call","toolCallId":"c1","toolName":"ls","input":{"path":"."}}]})"),
            call);
  EXPECT_EQ(openinference(R"({"message":{"role":"assistant","content":"Looking.",
      "contents":[{"message_content":{"type":"reasoning","text":"hm"}}],
      "tool_calls":[{"tool_call":{"id":"c1","function":{"name":"ls","arguments":"{\"path\":\".\"}"}}}]}})"),
            call);

  EXPECT_EQ(otel(R"({"role":"assistant","content":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text",
      "text":"h"},{"type":"summary_text","text":"m"}]}]})"),
            "assistant: reasoning(h) reasoning(m)");
  EXPECT_EQ(otel(R"({"role":"assistant","content":[{"type":"reasoning","summary":[{"text":"h"}]}]})"),
            R"(assistant: other(reasoning {{"type":"reasoning","summary":[{"text":"h"}]}}))");

  const auto result = otel(R"({"role":"tool","parts":[{"type":"tool_call_response","id":"c1","response":"README"}]})");
  EXPECT_EQ(result, "tool: tool_result(c1 'README')");
  EXPECT_EQ(vercel(R"({"role":"tool","content":[{"type":"tool-result","toolCallId":"c1","toolName":"ls",
      "output":{"type":"text","value":"README"}}]})"),
            result);
  EXPECT_EQ(openinference(R"({"message":{"role":"tool","tool_call_id":"c1","content":"README"}})"), result);
}

TEST(Elements, RolesAreFolded) {
  EXPECT_EQ(otel(R"({"role":"model","parts":[{"type":"text","content":"x"}]})"), "assistant: text(x)");
  EXPECT_EQ(otel(R"({"role":"ai","parts":[]})"), "assistant:");
  EXPECT_EQ(otel(R"({"role":"developer","parts":[{"type":"text","content":"x"}]})"), "developer: text(x)");
  EXPECT_EQ(openinference(R"({"message":{"role":"function","name":"ls","content":"x"}})"), "tool: tool_result( 'x')");
  EXPECT_EQ(otel(R"({"role":"narrator","parts":[]})"), "narrator:");
}

TEST(Elements, ToolResultsUnderAnyName) {
  for (const char* field : {"response", "result", "content"}) {
    const auto text = std::string(R"({"role":"tool","parts":[{"type":"tool_call_response","id":"c","FIELD":[1]}]})");
    auto named = text;
    named.replace(named.find("FIELD"), 5, field);
    EXPECT_EQ(otel(named), "tool: tool_result(c {[1]})") << field;
  }
  EXPECT_EQ(vercel(R"({"role":"tool","content":[{"type":"tool-result","toolCallId":"c","result":{"a":1},
      "isError":true}]})"),
            R"(tool: tool_result(c {{"a":1}} error))");
  EXPECT_EQ(vercel(R"({"role":"tool","content":[{"type":"tool-result","toolCallId":"c","output":{"type":"error-text",
      "value":"no such file"}}]})"),
            "tool: tool_result(c 'no such file' error)");
  EXPECT_EQ(vercel(R"({"role":"tool","content":[{"type":"tool-result","toolCallId":"c","output":{"type":"json",
      "value":{"a":[1,2]}}}]})"),
            R"(tool: tool_result(c {{"a":[1,2]}}))");
}

TEST(Elements, TextsThatLookLikeNumbersStayTexts) {
  EXPECT_EQ(otel(R"({"role":"user","parts":[{"type":"text","content":"42"}]})"), "user: text(42)");
  EXPECT_EQ(otel(R"({"role":"tool","parts":[{"type":"tool_call_response","id":"c","response":"42"}]})"),
            "tool: tool_result(c '42')");
}

TEST(Elements, ArgumentsThatAreNoJsonStayStrings) {
  EXPECT_EQ(otel(R"({"role":"assistant","parts":[{"type":"tool_call","id":"c","name":"sh","arguments":"ls -l"}]})"),
            "assistant: tool_call(c sh 'ls -l')");
  EXPECT_EQ(otel(R"({"role":"assistant","parts":[{"type":"tool_call","name":"now"}]})"),
            "assistant: tool_call( now '')");
}

TEST(Elements, Media) {
  EXPECT_EQ(otel(R"({"role":"user","parts":[{"type":"blob","modality":"image","mime_type":"image/png",
      "content":"QUJD"}]})"),
            "user: media(image/png QUJD|)");
  EXPECT_EQ(otel(R"({"role":"user","parts":[{"type":"uri","modality":"image","uri":"https://x/y.png"}]})"),
            "user: media( |https://x/y.png)");
  EXPECT_EQ(otel(R"({"role":"user","parts":[{"type":"file","modality":"image","file_id":"file-1"}]})"),
            "user: media( |file-1)");
  EXPECT_EQ(vercel(R"({"role":"user","content":[{"type":"file","mediaType":"image/png","data":"QUJD"}]})"),
            "user: media(image/png QUJD|)");
  EXPECT_EQ(vercel(R"({"role":"user","content":[{"type":"image","image":"data:image/gif;base64,QUJD"}]})"),
            "user: media(image/gif QUJD|)");
  EXPECT_EQ(openinference(R"({"message":{"role":"user","contents":[{"message_content":{"type":"image",
      "image":{"image":{"url":"data:image/png;base64,QUJD"}}}}]}})"),
            "user: media(image/png QUJD|)");
}

TEST(Elements, MarkersBecomeTheState) {
  EXPECT_EQ(openinference(R"({"message":{"role":"user","content":"__REDACTED__"}})"),
            "user: text(__REDACTED__) [redacted]");
  EXPECT_EQ(otel(R"({"role":"user","parts":[{"type":"text","content":"abc...[TRUNCATED: original length 20000]"}]})"),
            "user: text(abc...[TRUNCATED: original length 20000]) [truncated]");
  EXPECT_EQ(otel(R"({"role":"user","parts":[{"type":"text","content":"a [list]"}]})"), "user: text(a [list])");
}

TEST(Elements, UnknownThingsAreKeptAsJson) {
  EXPECT_EQ(otel(R"({"role":"user","parts":[{"type":"hologram","x":1}]})"),
            R"(user: other(hologram {{"type":"hologram","x":1}}))");
  EXPECT_EQ(otel("17"), "user: other(unknown {17})");
  EXPECT_EQ(otel(R"({"foo":1})"), R"(user: other(unknown {{"foo":1}}))");
  EXPECT_EQ(openinference(R"({"message":7})"), R"(: other(unknown {{"message":7}}))");
  EXPECT_EQ(otel(R"({"role":"user","parts":[null,7,"text"]})"), "user: other( {null}) other( {7}) text(text)");
}

TEST(Elements, EmptyTextsAreNoParts) {
  EXPECT_EQ(vercel(R"({"role":"assistant","content":""})"), "assistant:");
  EXPECT_EQ(openinference(R"({"message":{"role":"assistant"}})"), "assistant:");
}

TEST(Elements, SystemInstructionsAreOneMessage) {
  const auto system = [](std::string_view text) { return shown_element(ElementFormat::otel_system, text); };
  EXPECT_EQ(system(R"([{"type":"text","content":"Be brief."},{"type":"text","content":"Be kind."}])"),
            "system: text(Be brief.) text(Be kind.)");
  EXPECT_EQ(system(R"("Be brief.")"), "system: text(Be brief.)");
  EXPECT_EQ(system(R"("[{\"type\":\"text\",\"content\":\"Be brief.\"}]")"), "system: text(Be brief.)");
  EXPECT_EQ(system(R"("[not json")"), "system: text([not json)");
}

TEST(Elements, ToolDefinitionsAreTheirJson) {
  const std::string expected = R"(tool_definition: other(function {{"type":"function","name":"ls"}}))";
  EXPECT_EQ(shown_element(ElementFormat::otel_tool, R"({"type":"function","name":"ls"})"), expected);
  EXPECT_EQ(shown_element(ElementFormat::vercel_tool, R"("{\"type\":\"function\",\"name\":\"ls\"}")"), expected);
  EXPECT_EQ(shown_element(ElementFormat::openinference_tool,
                          R"({"tool":{"json_schema":"{\"type\":\"function\",\"name\":\"ls\"}"}})"),
            expected);
}

TEST(Elements, NodesWithoutSourceTextStillGiveJson) {
  // Un-flattened nodes are made of attributes and have no source text.
  json::Node number;
  number.type = json::Type::number;
  number.text = "7";
  const json::Member members[] = {{"odd", number}};
  json::Node element;
  element.type = json::Type::object;
  element.members = members;
  Arena arena;
  EXPECT_EQ(shown(parse_element(ElementFormat::openinference_message, element, arena)),
            R"(: other(unknown {{"odd":7}}))");
}

TEST(Elements, CompletionsApi) {
  EXPECT_EQ(openinference(R"({"prompt":{"text":"Once upon"}})"), "user: text(Once upon)");
  EXPECT_EQ(openinference(R"({"completion":{"text":"a time"}})"), "assistant: text(a time)");
}

TEST(Elements, TextStandsBeforeTheCallsBesideIt) {
  constexpr auto k_call = R"({"type":"tool_call","id":"c","name":"f","arguments":{}})";
  constexpr auto k_text = R"({"type":"text","content":"I look."})";
  const auto shown_parts = [](const std::string& role, const std::string& parts) {
    return shown_element(ElementFormat::otel_message, R"({"role":")" + role + R"(","parts":[)" + parts + "]}");
  };
  const std::string call = k_call;
  EXPECT_EQ(shown_parts("assistant", call + "," + call + "," + k_text),
            "assistant: text(I look.) tool_call(c f {{}}) tool_call(c f {{}})");
  // Nothing else moves.
  const std::string text = k_text;
  EXPECT_EQ(shown_parts("assistant", text + "," + call + "," + text),
            "assistant: text(I look.) tool_call(c f {{}}) text(I look.)");
  EXPECT_EQ(shown_parts("user", call + "," + text), "user: tool_call(c f {{}}) text(I look.)");
}

TEST(Elements, CallsAndResultsStandingAlone) {
  EXPECT_EQ(shown_element(ElementFormat::otel_message,
                          R"({"type":"function_call","id":"fc_1","call_id":"c","name":"f","arguments":"{}"})"),
            "assistant: tool_call(c f {{}})");
  EXPECT_EQ(shown_element(ElementFormat::otel_message,
                          R"({"type":"function_call_output","id":"fco_1","call_id":"c","output":"x"})"),
            "tool: tool_result(c 'x')");
}

}  // namespace
}  // namespace strobe::dialect
