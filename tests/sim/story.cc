#include "sim/story.h"

#include <algorithm>
#include <iterator>

#include "otlp/otlp.h"
#include "sim/request_body.h"

namespace strobe::sim {

namespace {

constexpr uint64_t k_old_start_ns = 1'550'000'000'000'000'000;
constexpr uint64_t k_start_ns = 1'790'000'000'000'000'000;
constexpr uint64_t k_turn_ns = 1'000'000'000;

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// Text that several sessions have in common, `kilobytes` long.
std::string shared_text(uint64_t number, uint64_t kilobytes) {
  std::string text;
  while (text.size() < kilobytes * 1024) {
    text += "rule " + std::to_string(text.size() * (number + 1)) + ": look before you leap; ";
  }
  return text;
}

// One conversation is one trace. What it consists of, before it is cut into requests.
class Conversation {
 public:
  Conversation(Random& random, Arena& arena, int teller, int number) : random_(random), arena_(arena) {
    is_old_ = random_.chance(40);
    trace_id_ = id(teller, number, 0, 16);
    teller_ = teller;
    number_ = number;
    resource_ = arena_.make<RawResource>();
    const std::string key = "s" + std::to_string(teller) + "-" + std::to_string(number / 2) + (is_old_ ? "old" : "");
    resource_->attributes = list(
        {{"service.name", Value::of_string("agent")}, {"gen_ai.conversation.id", Value::of_string(arena_.copy(key))}});
    scope_ = arena_.make<RawScope>();
    scope_->name = "simulated";
    begin_ns_ =
        (is_old_ ? k_old_start_ns : k_start_ns) + static_cast<uint64_t>(teller * 1000 + number) * 3'600'000'000'000;
    root_id_ = id(teller, number, 1, 8);
    say("system", shared_text(random_.below(3), random_.between(1, 6)));
    const int turns = static_cast<int>(random_.between(1, 5));
    for (int turn = 0; turn < turns; ++turn) add_turn(turn);
    add_root(static_cast<uint64_t>(turns));
    if (random_.chance(30)) add_hostile();
  }

  bool is_old() const { return is_old_; }
  std::vector<RawSpan>& spans() { return spans_; }
  std::vector<RawLog>& logs() { return logs_; }
  std::vector<RawMetric>& metrics() { return metrics_; }

 private:
  std::string_view id(int teller, int number, int place, size_t bytes) {
    std::string text(bytes, '\x31');
    text[0] = static_cast<char>(teller + 1);
    text[1] = static_cast<char>(number);
    text[2] = static_cast<char>(place);
    return arena_.copy(text);
  }
  std::span<const KeyValue> list(const std::vector<KeyValue>& attributes) {
    return arena_.copy_array(std::span<const KeyValue>(attributes));
  }
  Value keep(const std::string& text) { return Value::of_string(arena_.copy(text)); }

  void say(const std::string& role, const std::string& text) {
    history_.push_back("{\"role\":" + quoted(role) + ",\"parts\":[{\"type\":\"text\",\"content\":" + quoted(text) +
                       "}]}");
  }
  std::string history() const {
    std::string text = "[";
    for (const std::string& message : history_) text += (text.size() > 1 ? "," : "") + message;
    return text + "]";
  }

  RawSpan span(int place, uint64_t begin, uint64_t duration) {
    RawSpan span;
    span.resource = resource_;
    span.scope = scope_;
    span.trace_id = trace_id_;
    span.span_id = id(teller_, number_, place, 8);
    span.parent_span_id = root_id_;
    span.start_time_unix_nano = begin_ns_ + begin;
    span.end_time_unix_nano = begin_ns_ + begin + duration;
    span.kind = 3;
    return span;
  }

  RawLog log(const RawSpan& of, std::string_view event_name) {
    RawLog log;
    log.resource = resource_;
    log.scope = scope_;
    log.trace_id = of.trace_id;
    log.span_id = of.span_id;
    log.time_unix_nano = of.end_time_unix_nano + logs_.size();
    log.severity_number = 9;
    log.event_name = event_name;
    return log;
  }

  void add_turn(int turn) {
    const uint64_t begin = static_cast<uint64_t>(turn) * k_turn_ns;
    RawSpan call = span(10 + 2 * turn, begin, k_turn_ns / 2);
    call.name = "chat model-s";
    const std::string word = word_of(std::string(trace_id_) + std::string(call.span_id));
    say("user", "question " + std::to_string(turn) + " about " + word + " " +
                    shared_text(10 + random_.below(4), random_.chance(20) ? 9 : 0));
    std::vector<KeyValue> attributes = {{"gen_ai.operation.name", Value::of_string("chat")},
                                        {"gen_ai.request.model", Value::of_string("model-s")},
                                        {"gen_ai.usage.input_tokens", Value::of_int64(10 * (turn + 1))},
                                        {"gen_ai.usage.output_tokens", Value::of_int64(7)}};
    const std::string answer = "answer " + std::to_string(turn) + " of trace " + std::to_string(number_);
    const Value input = keep(history());
    const Value output =
        keep("[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":" + quoted(answer) + "}]}]");
    if (random_.chance(25)) {
      RawLog details = log(call, "gen_ai.client.inference.operation.details");
      details.attributes = list({{"gen_ai.input.messages", input}, {"gen_ai.output.messages", output}});
      logs_.push_back(details);
    } else {
      attributes.push_back({"gen_ai.input.messages", input});
      attributes.push_back({"gen_ai.output.messages", output});
    }
    call.attributes = list(attributes);
    spans_.push_back(call);
    say("assistant", answer);
    add_tool(turn, begin + k_turn_ns / 2);
    if (random_.chance(50)) {
      RawLog line = log(call, "");
      line.body = keep("turn " + std::to_string(turn) + " is done");
      logs_.push_back(line);
    }
    if (random_.chance(50)) add_point(turn);
  }

  void add_tool(int turn, uint64_t begin) {
    RawSpan tool = span(11 + 2 * turn, begin, k_turn_ns / 4);
    tool.name = "execute_tool read";
    const std::string result = shared_text(20 + random_.below(5), random_.chance(10) ? 60 : random_.below(5));
    tool.attributes = list({{"gen_ai.operation.name", Value::of_string("execute_tool")},
                            {"gen_ai.tool.name", Value::of_string("read")},
                            {"gen_ai.tool.call.result", keep(result)}});
    spans_.push_back(tool);
    say("tool", result);
    if (!random_.chance(10)) return;
    // Told before it ended, and told again: the later end wins.
    tool.end_time_unix_nano += k_turn_ns / 8;
    spans_.push_back(tool);
  }

  void add_root(uint64_t turns) {
    RawSpan root = span(1, 0, turns * k_turn_ns);
    root.parent_span_id = {};
    root.name = "invoke_agent";
    root.attributes = list({{"gen_ai.operation.name", Value::of_string("invoke_agent")}});
    spans_.push_back(root);
  }

  void add_point(int turn) {
    RawMetric metric;
    metric.resource = resource_;
    metric.scope = scope_;
    metric.name = arena_.copy("tokens." + std::to_string(teller_) + "." + std::to_string(number_));
    metric.type = MetricType::gauge;
    RawMetricPoint point;
    point.time_unix_nano = begin_ns_ + static_cast<uint64_t>(turn);
    point.number_type = RawExemplar::NumberType::int64;
    point.as_int = static_cast<int64_t>(random_.below(1000));
    metric.points = arena_.copy_array(std::span<const RawMetricPoint>(&point, 1));
    metrics_.push_back(metric);
  }

  // Cycles, ends before beginnings, keys twice, bytes that are no text, no ids.
  void add_hostile() {
    RawSpan odd = span(100, 5, 10);
    odd.parent_span_id = odd.span_id;
    spans_.push_back(odd);
    RawSpan there = span(101, 5, 10);
    RawSpan back = span(102, 5, 10);
    there.parent_span_id = back.span_id;
    back.parent_span_id = there.span_id;
    spans_.push_back(there);
    spans_.push_back(back);
    odd = span(103, 50, 0);
    odd.end_time_unix_nano = odd.start_time_unix_nano - 20;
    odd.attributes = list({{"twice", Value::of_int64(1)}, {"twice", keep(shared_text(3, 20))}, {"", Value()}});
    spans_.push_back(odd);
    odd = span(104, 60, 1);
    odd.name = arena_.copy(std::string_view("\xff\xfe\x80\0\x1b[2J", 8));
    odd.parent_span_id = id(99, 99, 99, 8);
    spans_.push_back(odd);
    odd.span_id = std::string_view("\0\0\0\0\0\0\0\0", 8);
    spans_.push_back(odd);
  }

  Random& random_;
  Arena& arena_;
  bool is_old_ = false;
  int teller_ = 0, number_ = 0;
  std::string_view trace_id_, root_id_;
  uint64_t begin_ns_ = 0;
  RawResource* resource_ = nullptr;
  RawScope* scope_ = nullptr;
  std::vector<std::string> history_;
  std::vector<RawSpan> spans_;
  std::vector<RawLog> logs_;
  std::vector<RawMetric> metrics_;
};

template <typename T>
void shuffle(Random& random, std::vector<T>& list) {
  for (size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[random.below(i)]);
}

// Cuts a list into pieces of one to a few entries.
template <typename T, typename Make>
void cut(Random& random, const std::vector<T>& list, size_t most, std::vector<Request>& requests, Make&& make) {
  for (size_t at = 0; at < list.size();) {
    const size_t count = std::min<size_t>(random.between(1, most), list.size() - at);
    requests.push_back(make(std::span(list).subspan(at, count)));
    at += count;
  }
}

void add_odd_requests(Random& random, std::vector<Request>& requests) {
  const size_t count = requests.size();
  for (size_t i = 0; i < count; ++i) {
    if (random.chance(8)) requests.push_back(requests[random.below(count)]);
    if (!random.chance(3)) continue;
    Request cut_short{.body = std::make_shared<const std::string>("\x0a\x7f" + std::string(random.below(20), 'x')),
                      .is_unreadable = true};
    requests.push_back(std::move(cut_short));
  }
}

}  // namespace

std::string word_of(const std::string& span_key) {
  const auto byte = [&](size_t at) { return std::to_string(static_cast<uint8_t>(span_key[at])); };
  const int place = static_cast<uint8_t>(span_key[TraceId::k_size + 2]);
  const bool is_call = place >= 10 && place < 100 && place % 2 == 0;
  return is_call ? "zq" + byte(0) + "t" + byte(1) + "n" + std::to_string(place) : "";
}

std::vector<Request> tell_story(Random random, int teller) {
  Arena arena;
  std::vector<Request> requests;
  const int conversations = static_cast<int>(random.between(1, 4));
  for (int number = 0; number < conversations; ++number) {
    Conversation told(random, arena, teller, number);
    if (random.chance(50)) shuffle(random, told.spans());
    const size_t begin = requests.size();
    cut(random, told.spans(), 5, requests, [&](auto part) {
      return request_of_spans(part, random.chance(30) ? ingest::Encoding::json : ingest::Encoding::protobuf,
                              told.is_old());
    });
    cut(random, told.logs(), 3, requests, [&](auto part) { return request_of_logs(part, told.is_old()); });
    cut(random, told.metrics(), 3, requests, [&](auto part) { return request_of_points(part, told.is_old()); });
    // Half of the conversations are told side by side with the one before.
    std::vector<Request> now(std::make_move_iterator(requests.begin() + static_cast<ptrdiff_t>(begin)),
                             std::make_move_iterator(requests.end()));
    requests.resize(begin);
    if (random.chance(40)) shuffle(random, now);
    for (Request& request : now) {
      const size_t back = random.chance(30) ? std::min<size_t>(requests.size(), random.below(6)) : 0;
      requests.insert(requests.end() - static_cast<ptrdiff_t>(back), std::move(request));
    }
  }
  add_odd_requests(random, requests);
  return requests;
}

}  // namespace strobe::sim
