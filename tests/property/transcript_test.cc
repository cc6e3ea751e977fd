#include <gtest/gtest.h>

#include "property/slow_transcript.h"
#include "property/support.h"

// The transcript, which looks at each message once, is the one that looks at all messages of all calls.

namespace strobe::property {
namespace {

constexpr uint32_t k_conversations = 40;
constexpr TimeNs k_now{1'800'000'000'000'000'000};

// Conversations side by side that say the same things: they grow, fork, are asked again, are edited in the middle,
// begin anew with a part of what was said, and repeat their answers in other words.
class Talk {
 public:
  Talk(uint32_t seed, Arena& arena) : random_(seed), arena_(arena) {
    const RawResource* resource = arena.make<RawResource>();
    const RawScope* scope = arena.make<RawScope>();
    const int calls = 5 + below(60);
    for (int i = 0; i < calls; ++i) spans_.push_back(call(i, resource, scope));
  }
  std::vector<RawSpan> spans() && { return std::move(spans_); }

 private:
  using History = std::vector<std::string>;

  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  bool chance(int percent) { return below(100) < percent; }

  static std::string message(const std::string& role, const std::string& parts) {
    return R"({"role":")" + role + R"(","parts":[)" + parts + "]}";
  }
  static std::string text(const std::string& words) { return R"({"type":"text","content":")" + words + R"("})"; }
  static std::string tool_call(const std::string& id, int argument) {
    return R"({"type":"tool_call",)" + (id.empty() ? "" : R"("id":")" + id + R"(",)") +
           R"("name":"read","arguments":{"n":)" + std::to_string(argument) + "}}";
  }
  std::string words() {
    const int n = below(12);
    return n < 4 ? "ok" : n < 6 ? "go on" : "words " + std::to_string(below(30));
  }
  std::string said() {
    static const char* const k_roles[] = {"user", "user", "tool", "assistant", "system", "developer"};
    return message(k_roles[below(6)], text(words()));
  }
  // An answer as the call tells it, and as a later call repeats it.
  std::pair<std::string, std::string> answer() {
    const std::string id = "call-" + std::to_string(below(6));
    const std::string reasoning = R"({"type":"reasoning","content":"hm"},)";
    const std::string w = words();
    const int n = below(4);
    switch (below(4)) {
      case 0: return {message("assistant", text(w)), message("assistant", text(w))};
      case 1: return {message("assistant", text(w)), message("assistant", reasoning + text(" " + w + " "))};
      case 2: return {message("assistant", tool_call("", n)), message("assistant", tool_call(id, n))};
      default: return {message("assistant", reasoning + tool_call(id, n)), message("assistant", tool_call(id, n))};
    }
  }
  static std::string list_of(const History& history) {
    std::string list;
    for (const std::string& one : history) list += (list.empty() ? "" : ",") + one;
    return "[" + list + "]";
  }
  // One of those that are there, changed as agents change what they send.
  History& next_history() {
    if (histories_.empty() || chance(10)) histories_.push_back({message("system", text("be good"))});
    if (chance(10)) histories_.push_back(histories_[below(static_cast<int>(histories_.size()))]);  // forks
    History& history = histories_[below(static_cast<int>(histories_.size()))];
    if (!history.empty() && chance(10)) history[below(static_cast<int>(history.size()))] = said();
    if (history.size() > 4 && chance(5)) history.erase(history.begin() + 1, history.begin() + 3);
    if (chance(5)) history.clear();
    if (!chance(15)) history.push_back(said());  // else the same again
    return history;
  }

  RawSpan call(int number, const RawResource* resource, const RawScope* scope) {
    RawSpan span{.resource = resource, .scope = scope};
    std::string id(8, '\1');
    id[0] = static_cast<char>(number + 1);
    span.trace_id = "0123456789abcdef";
    span.span_id = arena_.copy(id);
    span.name = "chat";
    span.start_time_unix_nano = 1'700'000'000'000'000'000ull + static_cast<uint64_t>(number) * 10;
    span.end_time_unix_nano = span.start_time_unix_nano + 5;
    std::vector<KeyValue> attributes = {{"gen_ai.operation.name", Value::of_string("chat")},
                                        {"gen_ai.conversation.id", Value::of_string("talk")}};
    const auto add = [&](std::string_view key, const std::string& value) {
      attributes.push_back({key, Value::of_string(arena_.copy(value))});
    };
    History& history = next_history();
    if (!chance(5)) add("gen_ai.input.messages", list_of(history));
    // Some instructions are none: whoever writes them may put anything there.
    if (chance(20))
      add("gen_ai.system_instructions", chance(30) ? list_of({said(), said()}) : "[" + text(words()) + "]");
    if (!chance(15)) {
      const auto [told, repeated] = answer();
      add("gen_ai.output.messages", "[" + told + "]");
      if (!chance(15)) history.push_back(repeated);
    }
    span.attributes = arena_.copy_array(std::span<const KeyValue>(attributes));
    return span;
  }

  std::mt19937 random_;
  Arena& arena_;
  std::vector<History> histories_;
  std::vector<RawSpan> spans_;
};

Sample conversations(uint32_t seed) {
  Sample sample{.name = "conversations " + std::to_string(seed)};
  sample.batches.push_back(std::make_shared<RawBatch>());
  sample.spans = Talk(seed, *sample.batches.back()->arena).spans();
  return sample;
}

// What is shown, and where it points to: messages that are equal may be written in two ways.
void expect_same(const Transcript& quick, const Transcript& slow) {
  ASSERT_EQ(quick.entries.size(), slow.entries.size());
  for (size_t i = 0; i < quick.entries.size(); ++i) {
    const TranscriptEntry& a = quick.entries[i];
    const TranscriptEntry& b = slow.entries[i];
    EXPECT_TRUE(a.span == b.span && a.id == b.id) << i;
    EXPECT_EQ(a.message->role, b.message->role) << i;
    ASSERT_EQ(a.message->parts.size(), b.message->parts.size()) << i;
    for (size_t part = 0; part < a.message->parts.size(); ++part) {
      const Part& x = a.message->parts[part];
      const Part& y = b.message->parts[part];
      EXPECT_TRUE(x.type == y.type && x.text == y.text && x.payload.text == y.payload.text && x.id == y.id) << i;
    }
  }
}

TEST(TranscriptTest, IsThatOfAReaderWhoLooksAtEveryMessageOfEveryCall) {
  std::vector<Sample> samples = captured_samples();
  for (uint32_t seed = 1; seed <= random_samples_max(); ++seed) samples.push_back(random_sample(seed));
  for (uint32_t seed = 1; seed <= k_conversations; ++seed) samples.push_back(conversations(seed));
  size_t entries = 0;
  size_t calls = 0;
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.name);
    TestStore test_store;
    test_store.send(sample.spans);
    store::Store& store = test_store.settled();
    const auto summaries = query::list_sessions(store, {}, k_now);
    ASSERT_TRUE(summaries);
    for (const SessionSummary& summary : *summaries) {
      const auto view = query::load_session(store, summary.id, query::Content::without_sequences, k_now);
      ASSERT_TRUE(view) << view.error().message;
      const auto quick = query::read_transcript(store, *view);
      const auto slow = slow_transcript(store, *view);
      ASSERT_TRUE(quick && slow);
      expect_same(*quick, *slow);
      entries += quick->entries.size();
      calls += static_cast<size_t>(view->summary.llm_calls);
    }
  }
  EXPECT_GT(calls, 800u);
  EXPECT_GT(entries, calls) << "the samples have nothing to tell";
}

}  // namespace
}  // namespace strobe::property
