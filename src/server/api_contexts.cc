#include "query/window.h"
#include "server/api_error.h"
#include "server/api_routes.h"
#include "view/session_json.h"

namespace strobe::server {

namespace {

Result<ContextId> context_of(const ApiCall& call) {
  const auto id = ContextId::from_hex(call.arguments.text("context"));
  if (!id) return fail(ErrorCode::invalid, "a context's id has 64 hexadecimal digits");
  return *id;
}

void write_message(json::Writer& writer, const ContextMessage& message, std::optional<size_t> position) {
  writer.begin_object();
  writer.key("id").string(message.id.hex());
  if (position) writer.key("position").uint64(*position);
  view::write_message_content(writer, message.message);
  writer.end_object();
}

}  // namespace

Result<net::Response> show_context(const ApiCall& call) {
  const ContextId id = TRY(context_of(call));
  const size_t begin = TRY(place_of_cursor(call.arguments.text("cursor"), "a context"));
  const auto context = TRY(query::read_context_page(
      call.store, id, {.begin = begin, .limit = limit_of(call), .bytes_max = k_page_bytes_max}));
  json::Writer writer;
  writer.begin_object().key("context").begin_object();
  writer.key("id").string(id.hex());
  writer.key("messages").uint64(context.messages);
  writer.key("system").uint64(context.system);
  writer.key("tools").uint64(context.tools);
  writer.end_object();
  writer.key("messages").begin_array();
  for (size_t i = 0; i < context.page.size(); ++i) write_message(writer, context.page[i], begin + i);
  writer.end_array();
  writer.key("tools").begin_array();
  for (const ContextMessage& tool : context.tool_page) write_message(writer, tool, std::nullopt);
  writer.end_array();
  const size_t end = begin + context.page.size();
  write_next_cursor(
      writer, !context.page.empty() && end < context.messages ? std::optional(std::to_string(end)) : std::nullopt);
  writer.end_object();
  return api_answer(writer.take());
}

Result<net::Response> show_message(const ApiCall& call) {
  const ContextId id = TRY(context_of(call));
  const auto position = static_cast<size_t>(call.arguments.number("position", 0));
  const auto context =
      TRY(query::read_context_page(call.store, id, {.begin = position, .limit = 1, .bytes_max = k_value_bytes_max}));
  if (context.page.empty()) {
    return fail(ErrorCode::not_found, "the context has no message " + std::to_string(position),
                "it has " + std::to_string(context.messages) + ", from 0 on");
  }
  json::Writer writer;
  writer.begin_object().key("message");
  write_message(writer, context.page.front(), position);
  writer.end_object();
  return api_answer(writer.take());
}

}  // namespace strobe::server
