#include "importer/attocode_words.h"

#include "json/write.h"

namespace strobe::importer {

namespace {

// Times are told in milliseconds: a tool may seem to begin a little before the answer that asked for it.
constexpr DurationNs k_rounding{5'000'000};

}  // namespace

std::string user_message(std::string_view text) {
  json::Writer json;
  json.begin_array().begin_object().key("role").string("user").key("parts").begin_array();
  json.begin_object().key("type").string("text").key("content").string(text).end_object();
  json.end_array().end_object().end_array();
  return json.take();
}

std::string session_name(std::string_view key) { return "session:" + std::string(key); }

void set_call(Draft& span, std::string_view model) {
  span.name = model.empty() ? "chat" : "chat " + std::string(model);
  span.set("gen_ai.operation.name", "chat");
  span.set("gen_ai.request.model", model);
}

void set_tool(Draft& span, std::string_view tool) {
  span.name = "execute_tool " + std::string(tool);
  span.set("gen_ai.operation.name", "execute_tool");
  span.set("gen_ai.tool.name", tool);
}

void set_outcome(Draft& span, std::string_view status, std::string_view message) {
  if (status == "success" || status == "completed") span.outcome = Outcome::ok;
  if (status == "error") set_failure(span, "tool_error", message);
  if (status == "failed" || status == "timeout" || status == "blocked") set_failure(span, status, message);
}

void set_failure(Draft& span, std::string_view type, std::string_view message) {
  span.outcome = Outcome::error;
  span.message = message;
  span.set("error.type", type);
}

void place_tool(Draft& tool, const LastCall& call) {
  if (!call.answered || tool.start >= *call.answered) return;
  const bool is_rounding = *call.answered - tool.start <= k_rounding && tool.end && *call.answered <= *tool.end;
  if (is_rounding) {
    tool.start = *call.answered;
  } else {
    tool.parent = call.id;
  }
}

TimeNs end_of_call(const LineFields& fields, TimeNs start, TimeNs end, std::optional<DurationNs> length) {
  if (end >= start) return end;
  fields.complain("the answer stands before its request in time");
  return after(start, length);
}

}  // namespace strobe::importer
