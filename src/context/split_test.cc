#include "context/split.h"

#include <gtest/gtest.h>

#include "codec/sha256.h"
#include "context/canonical.h"
#include "context/split_test_support.h"

namespace strobe::context {
namespace {

using test::expect_exact;
using test::Recorder;
using test::TestSpan;

constexpr ContentSource k_input{ContentRole::input, ContentShape::json_list, ElementFormat::otel_message, "in"};
constexpr ContentSource k_system{ContentRole::system, ContentShape::whole, ElementFormat::otel_system, "sys"};
constexpr ContentSource k_flat{ContentRole::input, ContentShape::flat_list, ElementFormat::openinference_message, "m"};

BlobId blob_of(std::string_view text) { return {codec::sha256(text).bytes}; }

std::string message(std::string_view role, std::string_view content) {
  const std::string text = test::escaped(content, EscapeStyle::json_minimal);
  return R"({"role":")" + std::string(role) + R"(","content":")" + text + "\"}";
}

TestSpan call(const std::string& list) {
  TestSpan span;
  span.attributes = {{"model", Value::of_string("m")}, {"in", Value::of_string(list)}};
  span.content = {k_input};
  return span;
}

TEST(Split, a_tool_result_is_the_same_blob_in_its_span_and_in_the_next_call) {
  const std::string result = "line \"one\"\n" + std::string(6000, 'x') + "\xc3\xa9";
  Recorder recorder;
  TestSpan tool;
  tool.kind = Kind::tool;
  const std::string quoted = '"' + test::escaped(result, EscapeStyle::json_ascii) + '"';
  tool.attributes = {{"result", Value::of_string(result)}, {"vercel", Value::of_string(quoted)}};
  const SplitRecord record = recorder.split(tool);
  expect_exact(tool, record, (recorder.take(), recorder.pieces));
  ASSERT_EQ(record.packed.refs.size(), 2u);
  EXPECT_EQ(std::get<BlobId>(record.packed.refs[0]), blob_of(result));
  EXPECT_EQ(std::get<BlobId>(record.packed.refs[1]), blob_of(result));

  const std::string list = "[" + message("tool", result) + "]";
  recorder.split(call(list));
  const auto output = recorder.take();
  ASSERT_EQ(output.pieces.size(), 2u);
  EXPECT_EQ(output.pieces[0].id, blob_of(result));
  ASSERT_EQ(output.pieces[1].refs.size(), 1u);
  EXPECT_EQ(output.pieces[1].refs[0].id, blob_of(result));
  EXPECT_LT(output.pieces[1].literal.size(), 64u);
}

TEST(Split, what_was_sent_before_costs_nothing_again) {
  Recorder recorder;
  std::vector<std::string> history;
  std::mt19937_64 random(3);
  uint64_t hashed = 0;
  uint64_t content = 0;
  for (int turn = 0; turn < 100; ++turn) {
    history.push_back(message("user", test::random_words(random, 1000)));
    history.push_back(message("assistant", test::random_words(random, 2000)));
    content += history[history.size() - 1].size() + history[history.size() - 2].size();
    const SplitRecord record = recorder.split(call(test::list_of(history, 1)));
    ASSERT_TRUE(record.context);
    EXPECT_EQ(record.context->messages, history.size());
    EXPECT_LT(record.packed.bytes.size(), 100u);
    EXPECT_EQ(recorder.take().pieces.size(), 4u);
    hashed = recorder.splitter.stats().bytes_hashed;
  }
  EXPECT_LT(hashed, content * 3);
  recorder.splitter.forget();
  recorder.split(call(test::list_of(history, 1)));
  EXPECT_EQ(recorder.take().pieces.size(), 400u);
}

TEST(Split, context_ids_are_the_merkle_walk_over_canonical_messages) {
  Recorder recorder;
  const auto id = [](std::string_view role, std::string_view text) {
    return message_id({.role = role,
                       .name = {},
                       .parts = {{.type = PartType::text,
                                  .text = text,
                                  .id = {},
                                  .name = {},
                                  .payload = {},
                                  .mime = {},
                                  .data = {},
                                  .uri = {}}},
                       .finish_reason = {}});
  };
  const std::string system = message("system", "be brief");
  TestSpan span = call("[" + message("developer", "d") + ", " + message("user", "u") + "]");
  const std::string list = "[" + message("developer", "d") + ", " + message("user", "u") + "]";
  span.attributes = {{"sys", Value::of_string(system)}, {"in", Value::of_string(list)}};
  span.content = {k_system, k_input};
  const SplitRecord record = recorder.split(span);
  const MessageId head[] = {id("system", "be brief"), id("developer", "d")};
  ASSERT_TRUE(record.context);
  EXPECT_EQ(record.context->id, context_id(head_id({}, head), id("user", "u")));
  EXPECT_EQ(record.context->leading, 1u);
  EXPECT_EQ(record.context->messages, 3u);
  ASSERT_EQ(record.context->input->items.size(), 2u);
  const auto output = recorder.take();
  EXPECT_EQ(output.messages.size(), 3u);
  EXPECT_EQ(output.sequences.size(), 2u);
  // Another framing of the same messages.
  const std::string other =
      "[ {\"content\":\"d\",\"role\":\"developer\"}\n,{ \"role\":\"u\\u0073er\", \"content\":\"u\"} ]";
  span.attributes[1].second = Value::of_string(other);
  EXPECT_EQ(recorder.split(span).context->id, record.context->id);
  span.kind = Kind::agent;
  EXPECT_FALSE(recorder.split(span).context);
}

TEST(Split, a_cut_history_keeps_its_whole_messages) {
  Recorder recorder;
  const std::string whole = "[" + message("user", "first") + "," + message("user", "second") + "]";
  const SplitRecord full = recorder.split(call(whole));
  EXPECT_FALSE(full.truncated_content);
  const std::string cut = whole.substr(0, whole.size() - 6);
  const TestSpan span = call(cut);
  const SplitRecord record = recorder.split(span);
  expect_exact(span, record, (recorder.take(), recorder.pieces));
  EXPECT_TRUE(record.truncated_content);
  ASSERT_TRUE(record.context);
  EXPECT_EQ(record.context->messages, 2u);
  EXPECT_EQ(record.context->input->items[0], full.context->input->items[0]);
  EXPECT_NE(record.context->id, full.context->id);
  EXPECT_TRUE(recorder.split(span).truncated_content);
}

TEST(Split, a_clock_in_the_prompt_is_a_small_difference) {
  Recorder recorder;
  std::mt19937_64 random(4);
  const std::string prompt = test::random_words(random, 8000);
  std::vector<std::string> history;
  size_t plain = 0;
  size_t similar = 0;
  std::vector<std::string> texts;
  for (int turn = 0; turn < 50; ++turn) {
    history.push_back(message("user", test::random_words(random, 500)));
    auto all = history;
    all.insert(all.begin(), message("system", "Now: 10:0" + std::to_string(turn) + prompt));
    texts.push_back(test::list_of(all, 1));
    const SplitRecord record = recorder.split(call(texts.back()));
    EXPECT_EQ(record.context->leading, 1u);
    for (const Piece& piece : recorder.take().pieces) {
      if (piece.size < 8000 || !piece.refs.empty()) continue;
      ++(piece.similar_to ? similar : plain);
      if (piece.similar_to) {
        const Piece* base = recorder.pieces.find(*piece.similar_to);
        EXPECT_TRUE(base->refs.empty() && !base->similar_to);
      }
    }
  }
  EXPECT_LE(plain, 2u);
  EXPECT_GE(similar, 48u);
  EXPECT_LT(recorder.splitter.stats().bytes_hashed, 50u * 5 * 8000);
}

// Thirty million zeros in one attribute took five gigabytes.
TEST(Split, a_list_of_very_many_elements_is_one_item) {
  const auto items_of = [](size_t elements) {
    std::string list = "[0";
    for (size_t i = 1; i < elements; ++i) list += ",0";
    list += ']';
    Recorder recorder;
    const TestSpan span = call(list);
    const SplitRecord record = recorder.split(span);
    const auto output = recorder.take();
    expect_exact(span, record, recorder.pieces);
    return output.sequences.at(0)->items.size();
  };
  EXPECT_EQ(items_of(size_t{1} << 16), size_t{1} << 16);
  EXPECT_EQ(items_of((size_t{1} << 16) + 1), 1u);
}

TEST(Split, growing_plain_text_goes_into_chunks) {
  Recorder recorder;
  std::mt19937_64 random(5);
  std::string text = test::random_words(random, 5000);
  for (int turn = 0; turn < 100; ++turn) {
    text += test::random_words(random, 1000);
    TestSpan span;
    span.attributes = {{"prompt", Value::of_string(text)}};
    const SplitRecord record = recorder.split(span);
    recorder.take();
    expect_exact(span, record, recorder.pieces);
  }
  EXPECT_LT(recorder.literal_bytes, 100u * 6000);
}

std::vector<std::pair<std::string, Value>> flat(const std::vector<std::string>& contents, std::vector<int> order) {
  std::vector<std::pair<std::string, Value>> attributes;
  for (const int index : order) {
    const std::string prefix = "m." + std::to_string(index) + ".message.";
    attributes.emplace_back(prefix + "role", Value::of_string("user"));
    attributes.emplace_back(prefix + "content", Value::of_string(contents[static_cast<size_t>(index)]));
  }
  attributes.emplace_back("m.x", Value::of_int64(1));
  return attributes;
}

TEST(Split, flat_groups_come_back_in_every_order) {
  std::vector<std::string> contents;
  std::mt19937_64 random(6);
  for (int i = 0; i < 12; ++i) contents.push_back(test::random_words(random, 400));
  Recorder recorder;
  std::optional<ContextId> id;
  struct Case {
    std::vector<int> order;
    uint64_t raw;
  };
  const Case numeric{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 0};
  const Case as_text{{0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9}, 0};
  const Case shuffled{{3, 1, 2, 0, 4, 5, 6, 7, 8, 9, 10, 11}, 1};
  for (const auto& [order, raw] : {numeric, as_text, shuffled}) {
    const uint64_t before = recorder.splitter.stats().values_raw;
    TestSpan span;
    span.attributes = flat(contents, order);
    span.content = {k_flat};
    const SplitRecord record = recorder.split(span);
    expect_exact(span, record, (recorder.take(), recorder.pieces));
    EXPECT_EQ(recorder.splitter.stats().values_raw - before, raw);
    ASSERT_TRUE(record.context);
    EXPECT_EQ(record.context->messages, 12u);
    EXPECT_EQ(record.context->id, id.value_or(record.context->id));
    id = record.context->id;
  }
  // The same messages as a JSON list are the same context.
  std::vector<std::string> elements;
  for (const auto& content : contents) elements.push_back(message("user", content));
  EXPECT_EQ(recorder.split(call(test::list_of(elements, 0))).context->id, *id);
}

TEST(Split, value_arrays_are_elements_too) {
  const std::string first = R"({"role":"user","content":"a"})";
  const std::string second(5000, 'y');
  const Value items[] = {Value::of_string(first), Value::of_string(second), Value::of_int64(7), Value{}};
  TestSpan span;
  span.attributes = {{"in", Value::of_array(items)}};
  span.content = {{ContentRole::input, ContentShape::value_array, ElementFormat::vercel_tool, "in"}};
  Recorder recorder;
  const SplitRecord record = recorder.split(span);
  expect_exact(span, record, (recorder.take(), recorder.pieces));
  EXPECT_EQ(record.context->messages, 4u);
}

TEST(Split, the_history_under_another_attribute_shares_its_payloads) {
  Recorder recorder;
  std::mt19937_64 random(7);
  std::vector<std::string> history;
  size_t content = 0;
  for (int turn = 0; turn < 60; ++turn) {
    history.push_back(message("user", test::random_words(random, 2000)));
    content += history.back().size();
    const std::string list = test::list_of(history, 1);
    const std::string framed = R"({"model": "m", "temperature": 0, "messages": )" + test::list_of(history, 5) + "}";
    TestSpan span = call(list);
    span.attributes[1].second = Value::of_string(list);
    span.attributes.emplace_back("input.value", Value::of_string(framed));
    const SplitRecord record = recorder.split(span);
    EXPECT_LT(record.packed.bytes.size(), 400u);
    recorder.take();
    expect_exact(span, record, recorder.pieces);
  }
  EXPECT_LT(recorder.literal_bytes, content * 11 / 10);
}

}  // namespace
}  // namespace strobe::context
