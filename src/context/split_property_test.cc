#include <gtest/gtest.h>

#include <algorithm>

#include "context/cutter.h"
#include "context/split_test_support.h"
#include "context/test_support.h"
#include "json/parse.h"

// Properties over generated input; a failing seed is printed and replays.
namespace strobe::context {
namespace {

using test::expect_exact;
using test::Recorder;
using test::TestSpan;

ContentSource source(ContentRole role, ContentShape shape, std::string_view key) {
  return {role, shape, ElementFormat::otel_message, key};
}

TEST(SplitProperty, every_value_comes_back_byte_for_byte) {
  for (uint64_t seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    Recorder recorder({.verify = seed % 2 == 0});
    for (int spans = 0; spans < 3; ++spans) {
      std::vector<std::string> texts(4);
      for (auto& text : texts) text = test::random_nasty(random);
      TestSpan span;
      span.kind = random() % 3 == 0 ? Kind::tool : Kind::llm;
      for (size_t i = 0; i < texts.size(); ++i) {
        const auto value = random() % 5 == 0 ? Value::of_bytes(texts[i]) : Value::of_string(texts[i]);
        span.attributes.emplace_back(std::string(1, "abc"[random() % 3]), value);
      }
      if (random() % 2 == 0) {
        const auto shape = random() % 2 == 0 ? ContentShape::json_list : ContentShape::whole;
        span.content.push_back(source(ContentRole::input, shape, "a"));
        span.content.push_back(source(ContentRole::system, ContentShape::whole, "b"));
      }
      const SplitRecord record = recorder.split(span);
      recorder.take();
      expect_exact(span, record, recorder.pieces);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(SplitProperty, whole_records_come_back) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    std::mt19937_64 random(seed);
    Arena arena;
    Splitter splitter({.parser = test::parse_test_element, .verify = true});  // asserts
    for (int i = 0; i < 4; ++i) {
      splitter.split(test::random_span(random, arena), NormalSpan{});
      splitter.split(test::random_log(random, arena));
    }
  }
}

// A history that grows, branches, is edited, compacted and cut, in one of several traces.
struct Conversation {
  std::vector<std::string> elements;
  std::string trace;
  EscapeStyle style = EscapeStyle::json_minimal;
  uint64_t layout = 0;
};

void move_on(std::mt19937_64& random, Conversation& conversation) {
  auto& elements = conversation.elements;
  const auto any = [&] { return elements.begin() + static_cast<std::ptrdiff_t>(random() % elements.size()); };
  switch (elements.empty() ? 0 : random() % 12) {
    default:
      for (size_t more = 1 + random() % 2; more > 0; --more) {
        elements.push_back(test::random_message(random, conversation.style));
      }
      break;
    case 5: elements.erase(elements.begin(), any()); break;
    case 6: *any() = test::random_message(random, conversation.style); break;
    case 7: elements.resize(random() % elements.size()); break;
    case 8: conversation.layout = random(); break;
    case 9: elements.insert(any(), test::random_message(random, conversation.style)); break;
    case 10: any()->insert(1, " "); break;
    case 11: break;
  }
}

std::vector<TestSpan> history(uint64_t seed, std::vector<std::unique_ptr<std::string>>& texts) {
  std::mt19937_64 random(seed);
  const auto keep = [&](std::string text) {
    return std::string_view(*texts.emplace_back(std::make_unique<std::string>(std::move(text))));
  };
  std::vector<Conversation> conversations(1 + random() % 3);
  for (auto& conversation : conversations) {
    conversation.trace = std::string(16, static_cast<char>('a' + random() % 2));
    conversation.style = static_cast<EscapeStyle>(random() % 5);
    conversation.layout = random();
  }
  std::vector<TestSpan> spans;
  for (int i = 0; i < 25; ++i) {
    Conversation& at = conversations[random() % conversations.size()];
    move_on(random, at);
    std::string list = test::list_of(at.elements, at.layout);
    if (random() % 8 == 0) list.resize(random() % (list.size() + 1));
    TestSpan span;
    span.trace_id = at.trace;
    const std::string prompt = std::to_string(i) + std::string(300, 's');
    const std::string framed = R"({"system":")" + prompt + R"(","messages":)" + list + "}";
    span.content = {source(ContentRole::system, ContentShape::whole, "sys")};
    span.attributes.emplace_back("sys", Value::of_string(keep("prompt " + std::to_string(random() % 2))));
    if (random() % 3 == 0) {
      for (size_t n = 0; n < at.elements.size(); ++n) {
        const std::string prefix = "m." + std::to_string(n) + ".message.";
        span.attributes.emplace_back(prefix + "role", Value::of_string("user"));
        span.attributes.emplace_back(prefix + "content", Value::of_string(keep(at.elements[n])));
      }
      span.content.push_back(source(ContentRole::input, ContentShape::flat_list, "m"));
    } else {
      span.attributes.emplace_back("in", Value::of_string(keep(list)));
      span.content.push_back(source(ContentRole::input, ContentShape::json_list, "in"));
    }
    span.attributes.emplace_back("input.value", Value::of_string(keep(framed)));
    std::string joined;
    for (const auto& element : at.elements) joined += element;
    span.attributes.emplace_back("text", Value::of_string(keep("text " + joined)));
    spans.push_back(std::move(span));
  }
  return spans;
}

TEST(SplitProperty, the_memo_changes_nothing) {
  for (uint64_t seed = 0; seed < 80; ++seed) {
    SCOPED_TRACE(seed);
    std::vector<std::unique_ptr<std::string>> texts;
    const auto spans = history(seed, texts);
    const size_t budget = seed % 3 == 0 ? size_t{100'000} : size_t{1} << 27;
    Recorder with({.memo_bytes_max = budget, .tips_per_trace_max = 1 + seed % 8});
    Recorder without({.use_memo = false});
    for (const TestSpan& span : spans) {
      const SplitRecord a = with.split(span);
      const SplitRecord b = without.split(span);
      with.take();
      without.take();
      ASSERT_EQ(a.packed.bytes, b.packed.bytes);
      ASSERT_EQ(Recorder::describe(a), Recorder::describe(b));
      ASSERT_EQ(a.truncated_content, b.truncated_content);
      ASSERT_EQ(a.context.has_value(), b.context.has_value());
      if (a.context) {
        ASSERT_EQ(a.context->id, b.context->id);
        ASSERT_EQ(a.context->leading, b.context->leading);
        ASSERT_EQ(a.context->messages, b.context->messages);
      }
      expect_exact(span, a, with.pieces);
      expect_exact(span, b, without.pieces);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(SplitProperty, contexts_do_not_depend_on_the_order_of_arrival) {
  for (uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    std::vector<std::unique_ptr<std::string>> texts;
    const auto spans = history(seed, texts);
    std::vector<size_t> order(spans.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::vector<ContextId> first(spans.size());
    std::mt19937_64 random(seed);
    for (int round = 0; round < 3; ++round) {
      Recorder recorder;
      for (const size_t i : order) {
        const auto record = recorder.split(spans[i]);
        if (random() % 4 == 0) recorder.take();
        const ContextId id = record.context ? record.context->id : ContextId{};
        if (round == 0) first[i] = id;
        ASSERT_EQ(id, first[i]);
      }
      std::shuffle(order.begin(), order.end(), random);
    }
  }
}

TEST(SplitProperty, the_cutter_accepts_what_the_parser_accepts) {
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    std::mt19937_64 random(seed);
    const std::string text = test::random_nasty(random);
    Arena arena;
    if (json::parse(text, arena)) {
      EXPECT_EQ(scan_document(text), ValueScan::End::complete) << seed;
    }
  }
}

}  // namespace
}  // namespace strobe::context
