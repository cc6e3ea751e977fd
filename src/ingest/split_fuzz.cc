#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "context/pack.h"
#include "context/piece_map.h"
#include "context/split.h"
#include "dialect/dialect.h"
#include "otlp/otlp.h"

// Any spans through the dialects and the splitter: taken apart, packed, unpacked, and the same again, byte for byte.
// The first byte says how the rest is to be read: as an OTLP request, or as a list of attributes (see read_spans).

namespace strobe {
namespace {

constexpr std::string_view k_keys[] = {
    "gen_ai.operation.name",
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "gen_ai.tool.definitions",
    "gen_ai.tool.call.arguments",
    "gen_ai.tool.call.result",
    "openinference.span.kind",
    "input.value",
    "input.mime_type",
    "output.value",
    "llm.input_messages.0.message.role",
    "llm.input_messages.0.message.content",
    "llm.input_messages.1.message.contents.0.message_content.text",
    "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments",
    "llm.tools.0.tool.json_schema",
    "ai.prompt",
    "ai.prompt.messages",
    "ai.prompt.tools",
    "ai.response.text",
    "ai.response.toolCalls",
    "ai.toolCall.args",
    "ai.toolCall.result",
    "ai.operationId",
    "llm.request.type",
    "gen_ai.prompt.0.role",
    "gen_ai.prompt.0.content",
    "gen_ai.prompt.1.tool_calls.0.arguments",
    "gen_ai.completion.0.content",
    "llm.request.functions.0.parameters",
    "gen_ai.tool.definitions.0.name",
    "gen_ai.prompt",
    "gen_ai.completion",
    "langsmith.span.kind",
    "langfuse.observation.type",
    "langfuse.observation.input",
    "langfuse.observation.output",
    "mlflow.spanType",
    "mlflow.spanInputs",
    "mlflow.spanOutputs",
    "genkit:metadata:subtype",
    "genkit:input",
    "lmnr.span.input",
    "anything",
};
constexpr size_t k_spans_max = 32;

// Takes bytes off the front.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool empty() const { return bytes_.empty(); }
  unsigned byte() {
    const unsigned value = bytes_.empty() ? 0 : static_cast<unsigned char>(bytes_[0]);
    bytes_.remove_prefix(bytes_.empty() ? 0 : 1);
    return value;
  }
  std::string_view text(size_t size) {
    const std::string_view text = bytes_.substr(0, size);
    bytes_.remove_prefix(text.size());
    return text;
  }

 private:
  std::string_view bytes_;
};

Value read_value(Reader& reader, Arena& arena, int depth) {
  const unsigned kind = reader.byte();
  const unsigned low = reader.byte();
  const std::string_view text = reader.text(low | reader.byte() << 8);
  if (depth > 3) return Value::of_string(text);
  switch (kind % 8) {
    case 1: return Value::of_bytes(text);
    case 2: return Value::of_int64(static_cast<int64_t>(text.size()) - 7);
    case 3: return Value::of_bool(text.size() % 2 == 0);
    case 4: {
      const auto items = arena.allocate_array<Value>(1 + low % 4);
      items[0] = Value::of_string(text);
      for (size_t i = 1; i < items.size(); ++i) items[i] = read_value(reader, arena, depth + 1);
      return Value::of_array(items);
    }
    case 5: {
      const auto members = arena.allocate_array<KeyValue>(1 + low % 4);
      for (KeyValue& member : members) member = {text.substr(0, 8), read_value(reader, arena, depth + 1)};
      return Value::of_kvlist(members);
    }
    default: return Value::of_string(text);
  }
}

// A key's number (255 ends the span), a kind, two bytes of length, that many bytes; and so on.
std::vector<RawSpan> read_spans(Reader reader, Arena& arena) {
  std::vector<RawSpan> spans;
  std::vector<KeyValue> attributes;
  const auto finish = [&] {
    RawSpan span;
    span.trace_id = "0123456789abcdef";
    span.span_id = "01234567";
    span.attributes = arena.copy_array(std::span<const KeyValue>(attributes));
    spans.push_back(span);
    attributes.clear();
  };
  while (!reader.empty() && spans.size() < k_spans_max) {
    const unsigned key = reader.byte();
    if (key == 255) {
      finish();
    } else {
      attributes.push_back({k_keys[key % std::size(k_keys)], read_value(reader, arena, 0)});
    }
  }
  finish();
  return spans;
}

void check(const std::vector<RawSpan>& spans) {
  context::Splitter splitter({.parser = dialect::parse_element});
  context::PieceMap pieces;
  for (const RawSpan& span : spans) {
    if (span.trace_id.size() != TraceId::k_size || span.span_id.size() != SpanId::k_size) continue;
    Arena arena;
    const NormalSpan normal = dialect::normalise(span, {}, arena);
    const context::SplitRecord record = splitter.split(span, normal);
    const auto output = splitter.take_output();
    for (const context::Piece& piece : output.pieces) pieces.add(piece);
    context::PieceMapSource source(pieces, record.packed.refs, arena);
    const auto again = context::unpack_span(record.packed.bytes, source, context::Fetch::everything, arena);
    STROBE_ASSERT(again.has_value());
    STROBE_ASSERT(context::pack_span(*again, nullptr) == context::pack_span(span, nullptr));
  }
}

void check(std::string_view input) {
  if (input.empty()) return;
  const std::string_view rest = input.substr(1);
  if (input[0] % 2 == 0) {
    const auto batch = otlp::decode_protobuf(otlp::Signal::traces, std::make_shared<const std::string>(rest));
    if (batch) check(batch->spans);
  } else {
    Arena arena;
    check(read_spans(Reader(rest), arena));
  }
}

}  // namespace
}  // namespace strobe

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  strobe::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
