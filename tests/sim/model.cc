#include "sim/model.h"

#include "otlp/otlp.h"

namespace strobe::sim {

namespace {

void print(std::string& out, const Value& value);

void print(std::string& out, std::span<const KeyValue> attributes) {
  out += '{';
  for (const KeyValue& attribute : attributes) {
    out += std::string(attribute.key) + "=";
    print(out, attribute.value);
    out += ',';
  }
  out += '}';
}

void print(std::string& out, const Value& value) {
  switch (value.type) {
    case ValueType::string:
    case ValueType::bytes: out += "'" + std::string(value.as_text()) + "'"; break;
    case ValueType::boolean: out += value.boolean ? "true" : "false"; break;
    case ValueType::int64: out += std::to_string(value.int64); break;
    case ValueType::float64: out += std::to_string(value.float64); break;
    case ValueType::kvlist: print(out, value.as_kvlist()); break;
    case ValueType::array:
      for (const Value& item : value.as_array()) {
        print(out, item);
        out += ';';
      }
      break;
    case ValueType::empty: out += "nothing"; break;
    case ValueType::stored: out += "not fetched"; break;
  }
}

}  // namespace

std::string span_key(const TraceId& trace, const SpanId& span) {
  return std::string(trace.view()) + std::string(span.view());
}

Record span_record(const RawSpan& span, bool is_old) {
  return {.kind = Record::Kind::span,
          .trace = *TraceId::from_bytes(span.trace_id),
          .key = std::string(span.trace_id) + std::string(span.span_id),
          .text = otlp::encode_protobuf(std::span(&span, 1)),
          .rank = span.end_time_unix_nano,
          .is_old = is_old};
}

std::string print_log(const RawLog& log) {
  std::string out = std::to_string(log.time_unix_nano) + " " + std::to_string(log.observed_time_unix_nano) + " " +
                    std::to_string(log.severity_number) + " " + to_hex(log.trace_id) + " " + to_hex(log.span_id) + " " +
                    std::string(log.event_name) + " ";
  print(out, log.body);
  print(out, log.attributes);
  print(out, log.resource->attributes);
  return out + std::string(log.scope->name);
}

void Model::sent(const Record& record) {
  Known& known = known_[static_cast<size_t>(record.kind)][record.key];
  known.sent.insert(record.text);
  known.is_old = record.is_old;
  if (record.kind != Record::Kind::point) traces_[record.trace] = record.is_old;
}

void Model::acknowledged(const Record& record) {
  Known& known = known_[static_cast<size_t>(record.kind)].at(record.key);
  if (!known.is_acknowledged || record.rank >= known.best_rank) {
    known.best = record.text;
    known.best_rank = record.rank;
  }
  acknowledged_count_ += known.is_acknowledged ? 0 : 1;
  known.is_acknowledged = true;
}

}  // namespace strobe::sim
