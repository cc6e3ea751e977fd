#include "context/canonical.h"

#include <gtest/gtest.h>

// Every member has a default: the tables name only what matters.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace strobe::context {
namespace {

Message text_message(std::string_view role, std::string_view text) {
  return {.role = role, .parts = {{.type = PartType::text, .text = text}}};
}

Message call(std::string_view arguments, bool is_json = true) {
  return {.role = "assistant",
          .parts = {{.type = PartType::tool_call, .id = "c1", .name = "f", .payload = {arguments, is_json}}}};
}

struct Vector {
  const char* what;
  Message message;
  const char* id;
};

// The contract: these ids are in files and on other machines. A change here is a new canonical version.
std::vector<Vector> vectors() {
  return {
#include "context/canonical_vectors.inc"
  };
}

TEST(Canonical, ids_are_those_of_the_committed_table) {
  for (const Vector& vector : vectors()) EXPECT_EQ(message_id(vector.message).hex(), vector.id) << vector.what;
}

TEST(Canonical, the_form_is_laid_out_as_documented) {
  const std::string form = canonical_form(text_message("user", "hi"));
  EXPECT_EQ(form, std::string("\x11strobe.message.v1\x04user\x00\x00\x01\x01\x02hi", 30));
}

TEST(Canonical, arguments_are_compared_by_their_value) {
  const auto id = message_id(call(R"({"a":1.50,"b":["x",null]})"));
  EXPECT_EQ(id, message_id(call(" { \"b\" : [\"\\u0078\", null], \"a\" : 15e-1 } ")));
  EXPECT_NE(id, message_id(call(R"({"a":1.50,"b":["x",null]})", false)));
  EXPECT_NE(id, message_id(call(R"({"a":1.51,"b":["x",null]})")));
  EXPECT_NE(message_id(call("42")), message_id(call("42", false)));
  EXPECT_NE(message_id(call("42")), message_id(call("\"42\"")));
  EXPECT_EQ(message_id(call("42", false)), message_id(call("\"42\"")));
  EXPECT_EQ(message_id(call("{broken")), message_id(call("{broken", false)));
  EXPECT_NE(message_id(call(R"({"a":1,"a":2})")), message_id(call(R"({"a":2,"a":1})")));
  EXPECT_NE(message_id(call("9007199254740993")), message_id(call("9007199254740992")));
}

TEST(Canonical, what_is_not_meaning_is_left_out) {
  Message message = text_message("assistant", "hi");
  const auto id = message_id(message);
  message.finish_reason = "stop";
  EXPECT_EQ(message_id(message), id);
  Message marked = message;
  marked.parts.push_back({.type = PartType::other, .name = "cachePoint", .payload = {"{}", true}});
  marked.parts.push_back({.type = PartType::other, .name = "x", .payload = {R"({"cachePoint":{"type":"a"}})", true}});
  EXPECT_EQ(message_id(marked), id);
  const auto tool = [](std::string_view json) {
    return message_id({.role = k_role_tool_definition,
                       .parts = {{.type = PartType::other, .name = "function", .payload = {json, true}}}});
  };
  EXPECT_EQ(tool(R"({"name":"f"})"), tool(R"({"cache_control":{"type":"ephemeral"},"name":"f"})"));
  EXPECT_NE(tool(R"({"name":"f"})"), tool(R"({"name":"f","parameters":{"cache_control":1}})"));
}

TEST(Canonical, fields_cannot_run_into_each_other) {
  EXPECT_NE(message_id({.role = "ab", .name = "c"}), message_id({.role = "a", .name = "bc"}));
  Message one = text_message("user", "ab");
  Message two = text_message("user", "a");
  two.parts.push_back({.type = PartType::text, .text = "b"});
  EXPECT_NE(message_id(one), message_id(two));
  Message cut = one;
  cut.state = ContentState::truncated;
  EXPECT_NE(message_id(one), message_id(cut));
}

TEST(Canonical, media_are_their_decoded_bytes) {
  const auto media = [](std::string_view data) {
    return message_id({.role = "user", .parts = {{.type = PartType::media, .mime = "image/png", .data = data}}});
  };
  EXPECT_EQ(media("+/8="), media("-_8"));
  EXPECT_EQ(media("+/8="), media("+/9="));  // unused bits
  EXPECT_NE(media("+/8="), media("+/8=="));
  EXPECT_NE(media("aGk="), media("hi, no base64"));
}

TEST(Canonical, contexts_depend_on_head_order_and_members) {
  const auto a = message_id(text_message("user", "a"));
  const auto b = message_id(text_message("user", "b"));
  const auto head = head_id({}, {});
  EXPECT_EQ(head.hex(), "256d1b510fd438cb4644f6e7730448b7b9f4b5d97eee63fe5e4ee745a39127c7");
  EXPECT_NE(head_id(std::span(&a, 1), {}), head_id({}, std::span(&a, 1)));
  EXPECT_NE(context_id(context_id(head, a), b), context_id(context_id(head, b), a));
  EXPECT_EQ(context_id(context_id(head, a), b).hex(),
            "3813dd1ee416276f5e22ada72d5ecf0cb6a7aa20a3f0968b21367444024a9761");
  EXPECT_NE(session_id("a", "bc"), session_id("ab", "c"));
  EXPECT_EQ(session_id("prod", "run-1").hex(), "7f3d3ca79f6f09d415c0bb957626c0af");
}

}  // namespace
}  // namespace strobe::context
