#include <algorithm>

#include "query/window.h"
#include "server/api_error.h"
#include "server/api_routes.h"
#include "view/attributes_json.h"

namespace strobe::server {

namespace {

Result<query::WholeSpan> span_of(const ApiCall& call) {
  const auto trace = TraceId::from_hex(call.arguments.text("trace_id"));
  const auto span = SpanId::from_hex(call.arguments.text("span_id"));
  if (!trace || !span) return fail(ErrorCode::invalid, "a trace's id has 32 hexadecimal digits, a span's 16");
  return query::load_whole_span(call.store, *trace, *span);
}

// Attributes `<key>.<rest>`, as an object of the rests: histories of some SDKs come as many flat attributes.
std::vector<KeyValue> group_of(std::span<const KeyValue> attributes, std::string_view key) {
  std::vector<KeyValue> group;
  for (const KeyValue& attribute : attributes) {
    const bool belongs =
        attribute.key.size() > key.size() + 1 && attribute.key.starts_with(key) && attribute.key[key.size()] == '.';
    if (belongs) group.push_back({attribute.key.substr(key.size() + 1), attribute.value});
  }
  return group;
}

bool wants_text(std::string_view accept) {
  return accept.find("text/plain") != std::string_view::npos &&
         accept.find("application/json") == std::string_view::npos;
}

// Never shown as a page of its own, whatever is in it: the text comes from whoever the agent talked to.
net::Response value_answer(std::string body, std::string_view type) {
  net::Response response = api_answer(std::move(body), std::string(type));
  const bool is_json = type == "application/json";
  response.headers.push_back(
      {"Content-Disposition", is_json ? "attachment; filename=\"value.json\"" : "attachment; filename=\"value.txt\""});
  return response;
}

Result<net::Response> attribute_answer(const ApiCall& call, std::span<const KeyValue> attributes) {
  const std::string_view key = call.arguments.text("key");
  const Value* value = find_attribute(attributes, key);
  if (value != nullptr && value->is_string() && wants_text(call.accept)) {
    return value_answer(std::string(value->as_text()), "text/plain; charset=utf-8");
  }
  json::Writer writer;
  if (value != nullptr) {
    view::write_value(writer, *value);
  } else {
    const auto group = group_of(attributes, key);
    if (group.empty())
      return fail(ErrorCode::not_found, "there is no such attribute", "see the span's attributes for those it has");
    view::write_attributes(writer, group);
  }
  std::string body = writer.take();
  if (body.size() > k_value_bytes_max) {
    return fail(ErrorCode::too_large, "the value takes " + std::to_string(body.size()) + " bytes",
                "strobe export writes it to a file");
  }
  return value_answer(std::move(body), "application/json");
}

}  // namespace

Result<net::Response> show_attribute(const ApiCall& call) {
  const query::WholeSpan span = TRY(span_of(call));
  return attribute_answer(call, span.view.raw->attributes);
}

Result<net::Response> show_event_attribute(const ApiCall& call) {
  const query::WholeSpan span = TRY(span_of(call));
  const auto index = static_cast<size_t>(call.arguments.number("event", 0));
  const auto events = span.view.raw->events;
  if (index >= events.size()) {
    return fail(ErrorCode::not_found, "the span has no event " + std::to_string(index),
                "it has " + std::to_string(events.size()) + ", from 0 on");
  }
  return attribute_answer(call, events[index].attributes);
}

}  // namespace strobe::server
