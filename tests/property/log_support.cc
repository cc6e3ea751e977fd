#include "property/log_support.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "dialect/dialect.h"
#include "ingest/stages.h"
#include "property/upkeep_support.h"
#include "store/sqlite/sqlite_store.h"

namespace strobe::property {

namespace {

constexpr uint64_t k_start_ns = 1'700'000'000'000'000'000;
constexpr uint64_t k_turn_ns = 1'000'000'000;

// Makes the conversations of a sample. Messages of conversation n and turn t depend on these alone.
class Teller {
 public:
  Teller(ToldSample& sample, Telling telling) : sample_(sample), arena_(*sample.arena), telling_(telling) {
    resource_ = arena_.make<RawResource>();
    const KeyValue service{"service.name", Value::of_string("told")};
    resource_->attributes = arena_.copy_array(std::span<const KeyValue>(&service, 1));
    scope_ = arena_.make<RawScope>();
    scope_->name = "told";
  }

  void trace(int number, int turns) {
    history_.clear();
    trace_id_ = id(number, 16);
    say("user", "question " + std::to_string(number) + " " + long_text(number));
    RawSpan root = span(id(number * 1000, 8), k_start_ns, static_cast<uint64_t>(turns) * k_turn_ns);
    root.parent_span_id = {};
    root.name = "invoke_agent told";
    root.attributes = list({{"gen_ai.operation.name", Value::of_string("invoke_agent")}});
    sample_.spans.push_back(root);
    for (int turn = 0; turn < turns; ++turn) call(number, turn);
  }

 private:
  struct Said {
    std::string_view role, text;
  };

  std::string_view id(int number, size_t bytes) {
    std::string text(bytes, '\x21');
    for (size_t i = 0; i < 4; ++i) text[i] = static_cast<char>(number >> (8 * i));
    return arena_.copy(text);
  }
  // Shared by conversations, so that what one leaves behind another one needs.
  static std::string long_text(int number) {
    std::string text;
    for (int i = 0; i < 60; ++i) text += "line " + std::to_string(i * (number % 2 + 1)) + " of what is long; ";
    return text;
  }
  void say(std::string_view role, const std::string& text) { history_.push_back({role, arena_.copy(text)}); }

  std::span<const KeyValue> list(std::vector<KeyValue> attributes) {
    return arena_.copy_array(std::span<const KeyValue>(attributes));
  }
  RawSpan span(std::string_view span_id, uint64_t start, uint64_t duration) {
    RawSpan span;
    span.resource = resource_;
    span.scope = scope_;
    span.trace_id = trace_id_;
    span.span_id = span_id;
    span.start_time_unix_nano = start;
    span.end_time_unix_nano = start + duration;
    return span;
  }

  Value messages(std::span<const Said> said, bool as_values) {
    if (as_values) {
      std::vector<Value> items;
      for (const Said& one : said) {
        const Value part =
            Value::of_kvlist(list({{"type", Value::of_string("text")}, {"content", Value::of_string(one.text)}}));
        const Value parts = Value::of_array(arena_.copy_array(std::span<const Value>(&part, 1)));
        items.push_back(Value::of_kvlist(list({{"role", Value::of_string(one.role)}, {"parts", parts}})));
      }
      return Value::of_array(arena_.copy_array(std::span<const Value>(items)));
    }
    std::string json = "[";
    for (const Said& one : said) {
      if (json.size() > 1) json += ",";
      json += R"({"role":")" + std::string(one.role) + R"(","parts":[{"type":"text","content":")" +
              std::string(one.text) + R"("}]})";
    }
    return Value::of_string(arena_.copy(json + "]"));
  }

  RawLog log(const RawSpan& of, std::string_view name, uint64_t time) {
    RawLog log;
    log.resource = resource_;
    log.scope = scope_;
    log.trace_id = of.trace_id;
    log.span_id = of.span_id;
    log.event_name = name;
    log.time_unix_nano = time;
    return log;
  }

  Telling telling_of(int turn) const {
    if (telling_ != Telling::mixed) return telling_;
    constexpr Telling k_each[] = {Telling::details, Telling::on_spans, Telling::values, Telling::role_events};
    return k_each[turn % 4];
  }

  std::vector<KeyValue> content(const Said& answer, Telling telling) {
    const bool as_values = telling == Telling::values;
    return {{"gen_ai.input.messages", messages(history_, as_values)},
            {"gen_ai.output.messages", messages(std::span(&answer, 1), as_values)},
            {"gen_ai.usage.input_tokens", Value::of_int64(static_cast<int64_t>(10 * history_.size()))},
            {"gen_ai.usage.output_tokens", Value::of_int64(7)}};
  }

  void add_role_events(const RawSpan& call, const Said& answer) {
    uint64_t time = call.start_time_unix_nano;
    for (const Said& said : history_) {
      RawLog event = log(call, arena_.copy("gen_ai." + std::string(said.role) + ".message"), ++time);
      event.body = Value::of_kvlist(list({{"content", Value::of_string(said.text)}}));
      sample_.logs.push_back(event);
    }
    RawLog choice = log(call, "gen_ai.choice", call.end_time_unix_nano);
    const Value message =
        Value::of_kvlist(list({{"role", Value::of_string("assistant")}, {"content", Value::of_string(answer.text)}}));
    choice.body = Value::of_kvlist(
        list({{"index", Value::of_int64(0)}, {"finish_reason", Value::of_string("stop")}, {"message", message}}));
    sample_.logs.push_back(choice);
  }

  void call(int number, int turn) {
    const uint64_t start = k_start_ns + static_cast<uint64_t>(turn) * k_turn_ns;
    RawSpan llm = span(id(number * 1000 + turn + 1, 8), start, k_turn_ns / 2);
    llm.parent_span_id = sample_.spans[sample_.spans.size() - 1 - static_cast<size_t>(turn)].span_id;
    llm.name = "chat m";
    llm.kind = 3;
    std::vector<KeyValue> attributes = {
        {"gen_ai.operation.name", Value::of_string("chat")},
        {"gen_ai.request.model", Value::of_string("m")},
        {"gen_ai.conversation.id", Value::of_string(arena_.copy("told-" + std::to_string(number)))}};
    const Said answer{
        "assistant", arena_.copy("answer " + std::to_string(turn) + " of " + std::to_string(number) + long_text(turn))};
    const Telling telling = telling_of(turn);
    if (telling == Telling::on_spans) {
      const auto more = content(answer, telling);
      attributes.insert(attributes.end(), more.begin(), more.end());
    } else if (telling == Telling::role_events) {
      add_role_events(llm, answer);
    } else {
      RawLog details = log(llm, "gen_ai.client.inference.operation.details", llm.end_time_unix_nano);
      details.attributes = list(content(answer, telling));
      sample_.logs.push_back(details);
    }
    if (telling_ == Telling::mixed) {
      RawLog note = log(llm, "app.note", start);
      note.body = Value::of_string("tells nothing of the call");
      sample_.logs.push_back(note);
    }
    llm.attributes = list(attributes);
    sample_.spans.push_back(llm);
    history_.push_back(answer);
    say("user", "and then " + std::to_string(turn));
  }

  ToldSample& sample_;
  Arena& arena_;
  const Telling telling_;
  RawResource* resource_ = nullptr;
  RawScope* scope_ = nullptr;
  std::string_view trace_id_;
  std::vector<Said> history_;
};

}  // namespace

ToldSample told_sample(Telling telling, int traces, int turns) {
  ToldSample sample;
  Teller teller(sample, telling);
  for (int number = 1; number <= traces; ++number) teller.trace(number, turns);
  return sample;
}

Writer::Writer(const std::string& path) : splitter_({.parser = dialect::parse_element, .verify = true}) {
  auto store = store::open_sqlite({.path = path, .clock = &clock_});
  EXPECT_TRUE(store) << store.error().message;
  store_ = *std::move(store);
}

void Writer::commit(const std::vector<RawSpan>& spans, const std::vector<RawLog>& logs) {
  RawBatch raw;
  raw.spans = spans;
  raw.logs = logs;
  store::Batch batch{.normaliser_version = dialect::k_normaliser_version};
  const auto prepared = ingest::prepare(raw, splitter_, batch);
  ASSERT_EQ(prepared.rejected, 0);
  batch.content = splitter_.take_output();
  const auto done = store_->commit(batch);
  ASSERT_TRUE(done) << done.error().message;
}

void Writer::settle() {
  constexpr size_t k_traces_at_once = 100;
  for (size_t done = 1; done > 0;) {
    const auto some = ingest::derive_dirty_traces(*store_, k_traces_at_once, splitter_);
    ASSERT_TRUE(some) << some.error().message;
    done = *some;
  }
}

NewFile::NewFile() {
  static std::atomic<int> counter{0};
  path_ = std::filesystem::temp_directory_path() /
          ("strobe_told_" + std::to_string(::getpid()) + "_" + std::to_string(counter++) + ".db");
}

NewFile::~NewFile() {
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
}

std::map<SessionId, std::string> shown_at_once(const ToldSample& sample) {
  const NewFile file;
  Writer writer(file.path());
  writer.commit(sample.spans, sample.logs);
  writer.settle();
  return shown_by_session(writer.store());
}

}  // namespace strobe::property
