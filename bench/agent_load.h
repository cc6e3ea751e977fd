#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "bench/conversation.h"
#include "model/raw.h"

namespace strobe::bench {

// How an agent treats its history, and in which words it tells of it.
enum class Shape {
  append,              // each call sends what the one before sent and two messages more
  clock,               // append, and a line in the middle of the system prompt says the time of the call
  window,              // the last 40 messages only
  cleared,             // tool results older than 10 turns are replaced by a short text
  tools_change,        // every 10 turns a tool definition is changed or added
  told,                // clock, but the messages come in a log record that tells of the span
  told_as_values,      // the same, as arrays and maps of OTLP instead of JSON texts
  openinference,       // append in OpenInference's flattened attributes
  openinference_body,  // the same, and the request's body once more in input.value
};
std::string_view name_of(Shape shape);

struct AgentOptions {
  Shape shape = Shape::append;
  uint64_t seed = 1;   // content, sizes and ids of the session
  uint64_t agent = 0;  // sessions of one agent share the head
};

// The agent load: a deterministic agent, one session in one trace. A head of 28 KB (8 KB system prompt, 20 KB tool
// definitions), some 3.3 KB a turn in two messages (what the model said with the tool call it made; the tool's result,
// of log-normal size), and the whole history in each LLM span. Each turn is an LLM span and a tool span below one agent
// span, which comes last.
class AgentLoad {
 public:
  // `corpus` must outlive the load.
  AgentLoad(const Corpus& corpus, AgentOptions options);

  // The spans of the next `turns` turns, and the log records that tell of them. The batch must not outlive the load.
  RawBatch next(int turns);
  // The agent span.
  RawBatch end();

  // What the session so far would take if each piece of it were kept once and without any overhead: the system prompt,
  // each tool definition and each message once, as its JSON text in OTel GenAI. The payloads of tool spans stand in the
  // messages and do not count again, nor does an output beside the message that it becomes; ids, names, times and token
  // counts of spans do not count at all, nor does what only a shape adds (clock lines, cleared results, changed
  // definitions): a conservative number, the same for every shape and dialect.
  size_t unique_bytes() const { return unique_bytes_; }

 private:
  void begin_head();
  RawSpan llm_span(Arena& arena, const Turn& turn);
  RawSpan tool_span(Arena& arena, const Turn& turn);
  RawSpan span(std::string_view span_id, std::string_view name, uint64_t nanoseconds);
  void remember(const Turn& turn);
  void change_tools();
  void add_otel(std::vector<KeyValue>& attributes, Arena& arena, const Turn& turn);
  std::vector<KeyValue> otel_content(Arena& arena, const Turn& turn) const;
  RawLog details_log(Arena& arena, const Turn& turn, const RawSpan& llm) const;
  void add_openinference(std::vector<KeyValue>& attributes, Arena& arena, const Turn& turn);
  void remember_flat(const Turn& turn);
  std::string system_text() const;
  bool is_told() const { return options_.shape == Shape::told || options_.shape == Shape::told_as_values; }
  bool is_openinference() const { return options_.shape >= Shape::openinference; }

  const Corpus& corpus_;
  const AgentOptions options_;
  Random random_;
  Conversation conversation_;
  Head head_;
  Arena kept_{size_t{1} << 20};  // ids and flattened attributes: what spans of all batches share

  std::string_view trace_id_, root_id_, session_id_;
  RawResource resource_;
  RawScope scope_;
  std::vector<std::string> tools_;            // elements of gen_ai.tool.definitions
  std::vector<std::string> history_;          // elements of gen_ai.input.messages
  std::vector<std::string> result_call_ids_;  // of each turn
  std::vector<KeyValue> flat_;                // llm.tools.* and llm.input_messages.*
  std::vector<std::string> body_tools_, body_history_;
  size_t flat_messages_ = 0;
  size_t unique_bytes_ = 0;
  size_t history_bytes_ = 0;
  size_t turns_ = 0;
  uint64_t started_ = 0;
  uint64_t now_ = 0;
};

}  // namespace strobe::bench
