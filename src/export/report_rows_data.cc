#include <algorithm>
#include <string>
#include <unordered_map>

#include "base/trimmed.h"
#include "export/report_data.h"
#include "view/phrases.h"

namespace strobe::exporter {

namespace {

// Writes the rows, and the messages that they name.
class RowWriter {
 public:
  RowWriter(json::Writer& writer, const SessionView& session, const ReportRows& rows, const ReportLimits& limits,
            ReportTexts& texts)
      : writer_(writer), session_(session), rows_(rows), limits_(limits), texts_(texts) {
    number_messages();
    for (const ReportRow& row : rows_.rows) {
      for (const int32_t tool : row.tools) {
        const std::string_view id = session_.spans[tool].span.facts.tool_call_id;
        if (!id.empty()) tool_of_call_.emplace(id, tool);
      }
    }
  }

  void write_messages();
  void write_row(const ReportRow& row, const std::vector<int32_t>& findings);

 private:
  void number_messages();
  void write_text(std::string_view key, std::string_view text) {
    if (text.empty()) return;
    texts_.write(writer_.key(key), text);
  }
  void write_payload(std::string_view key, const std::optional<Payload>& payload);
  void write_message(const Message& message);
  void write_part(const Part& part);
  bool write_known_result(const Part& part);
  void write_span(const SpanView& span);
  void write_call(const SpanView& span);
  void write_tool(int32_t index);
  void write_message_numbers(std::string_view key, const std::vector<int32_t>& messages);

  json::Writer& writer_;
  const SessionView& session_;
  const ReportRows& rows_;
  const ReportLimits& limits_;
  ReportTexts& texts_;
  std::vector<int32_t> shown_;      // messages, in the order of their first row
  std::vector<int32_t> number_of_;  // of each message among them, -1: no row has it
  std::unordered_map<std::string_view, int32_t> tool_of_call_;
};

void RowWriter::number_messages() {
  number_of_.assign(session_.contexts.messages.size(), -1);
  const auto add = [&](const std::vector<int32_t>& messages) {
    for (const int32_t message : messages) {
      if (number_of_[message] >= 0) continue;
      number_of_[message] = static_cast<int32_t>(shown_.size());
      shown_.push_back(message);
    }
  };
  for (const ReportRow& row : rows_.rows) {
    add(row.messages);
    add(row.answers);
  }
}

void RowWriter::write_messages() {
  writer_.key("messages").begin_array();
  for (const int32_t message : shown_) write_message(session_.contexts.messages[message].message);
  writer_.end_array();
}

void RowWriter::write_payload(std::string_view key, const std::optional<Payload>& payload) {
  if (!payload) return;
  texts_.write(writer_.key(key), payload->text);
  if (payload->is_json) writer_.key(std::string(key) + "_json").boolean(true);
}

void RowWriter::write_message(const Message& message) {
  writer_.begin_object();
  write_text("role", message.role);
  write_text("name", message.name);
  if (message.state == ContentState::truncated) writer_.key("state").string("cut by the sender");
  if (message.state == ContentState::redacted) writer_.key("state").string("redacted");
  if (message.state == ContentState::absent) writer_.key("state").string("not recorded");
  writer_.key("parts").begin_array();
  const size_t shown = std::min(message.parts.size(), limits_.message_parts_max);
  for (size_t i = 0; i < shown; ++i) write_part(message.parts[i]);
  writer_.end_array();
  if (shown < message.parts.size()) {
    writer_.key("parts_left_out").int64(static_cast<int64_t>(message.parts.size() - shown));
  }
  writer_.end_object();
}

// A result that stands with its tool already is only named.
bool RowWriter::write_known_result(const Part& part) {
  const auto found = tool_of_call_.find(part.id);
  if (part.type != PartType::tool_result || found == tool_of_call_.end()) return false;
  const std::optional<ToolCall>& tool = session_.spans[found->second].span.tool;
  if (!tool || !tool->result || trimmed(tool->result->text) != trimmed(part.payload.text)) return false;
  writer_.key("of_row").int64(rows_.row_of[found->second]);
  writer_.key("of_tool").int64(rows_.tool_of[found->second]);
  return true;
}

void RowWriter::write_part(const Part& part) {
  writer_.begin_object();
  writer_.key("type").string(name_of(part.type));
  write_text("text", part.text);
  write_text("name", part.name);
  write_text("id", part.id);
  const bool has_payload =
      part.type == PartType::tool_call || part.type == PartType::tool_result || part.type == PartType::other;
  if (has_payload && !write_known_result(part)) write_payload("payload", part.payload);
  if (part.is_error) writer_.key("is_error").boolean(true);
  if (part.type == PartType::media) {
    write_text("mime", part.mime);
    write_text("uri", part.uri);
    writer_.key("bytes").int64(static_cast<int64_t>(part.data.size() / 4 * 3));
  }
  writer_.end_object();
}

void RowWriter::write_span(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  writer_.key("id").string(facts.span_id.hex());
  writer_.key("start").int64(microseconds_into(session_, facts.start));
  writer_.key("duration").int64(facts.duration().ns / 1000);
  if (!view::has_ended(facts)) writer_.key("open").boolean(true);
  if (analyze::has_failed(span)) {
    const std::string failure = failure_of(span);
    texts_.write(writer_.key("error"), failure.empty() ? "failed, without saying why" : failure);
  }
}

void RowWriter::write_call(const SpanView& span) {
  const SpanFacts& facts = span.span.facts;
  write_text("model", facts.model);
  write_text("provider", facts.provider);
  if (facts.has_usage) {
    const Usage& usage = facts.usage;
    writer_.key("usage").begin_array();
    writer_.int64(usage.input).int64(usage.cache_read).int64(usage.cache_write);
    writer_.int64(usage.output).int64(usage.reasoning).end_array();
    write_cost_of(writer_, facts.cost_kind, facts.cost_pico_usd);
  }
  if (span.counted) writer_.key("counted").boolean(true);
  if (facts.ttft) writer_.key("first_token").int64(facts.ttft->ns / 1000);
  if (!span.span.finish_reasons.empty()) {
    std::string reasons;
    for (const std::string& reason : span.span.finish_reasons) reasons += (reasons.empty() ? "" : ", ") + reason;
    write_text("finish", reasons);
  }
  if (facts.basis != ContextBasis::none) writer_.key("basis").string(name_of(facts.basis));
  if (span.lane > 0) writer_.key("lane").int64(span.lane);
}

void RowWriter::write_tool(int32_t index) {
  const SpanView& span = session_.spans[index];
  writer_.begin_object();
  write_text("name", tool_name_of(span.span.facts));
  write_text("about", view::key_argument(span));
  write_span(span);
  if (span.span.tool) {
    write_payload("arguments", span.span.tool->arguments);
    write_payload("result", span.span.tool->result);
  }
  writer_.end_object();
}

void RowWriter::write_message_numbers(std::string_view key, const std::vector<int32_t>& messages) {
  if (messages.empty()) return;
  writer_.key(key).begin_array();
  for (const int32_t message : messages) writer_.int64(number_of_[message]);
  writer_.end_array();
}

void RowWriter::write_row(const ReportRow& row, const std::vector<int32_t>& findings) {
  const SpanView& span = session_.spans[row.span];
  writer_.begin_object();
  writer_.key("type").string(name_of(row.type));
  if (row.type == RowType::step) writer_.key("step").int64(span.step);
  write_text("name", span.span.facts.name);
  write_text("agent", span.span.facts.agent);
  write_span(span);
  if (row.type == RowType::step || row.type == RowType::call) write_call(span);
  writer_.key("tools").begin_array();
  for (const int32_t tool : row.tools) write_tool(tool);
  if (row.type == RowType::tool) write_tool(row.span);
  writer_.end_array();
  if (row.tools_left_out > 0) writer_.key("tools_left_out").int64(row.tools_left_out);
  write_message_numbers("messages", row.messages);
  write_message_numbers("answers", row.answers);
  if (row.messages_left_out > 0) writer_.key("messages_left_out").int64(row.messages_left_out);
  if (row.repeated > 0) writer_.key("repeated").int64(row.repeated);
  if (row.sent_back > 0) writer_.key("sent_back").int64(row.sent_back);
  if (row.sees_unknown) writer_.key("sees_unknown").boolean(true);
  if (!findings.empty()) {
    writer_.key("findings").begin_array();
    for (const int32_t finding : findings) writer_.int64(finding);
    writer_.end_array();
  }
  writer_.end_object();
}

}  // namespace

void write_rows(json::Writer& writer, const SessionView& session, const ReportRows& rows,
                const std::vector<std::vector<int32_t>>& findings_of_row, const ReportLimits& limits,
                ReportTexts& texts) {
  RowWriter row_writer(writer, session, rows, limits, texts);
  row_writer.write_messages();
  writer.key("rows").begin_array();
  for (size_t i = 0; i < rows.rows.size(); ++i) row_writer.write_row(rows.rows[i], findings_of_row[i]);
  writer.end_array();
}

}  // namespace strobe::exporter
