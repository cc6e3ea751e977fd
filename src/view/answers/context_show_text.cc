#include "view/answers/context_phrases.h"
#include "view/answers/context_why.h"
#include "view/answers/origin_phrases.h"
#include "view/phrases.h"
#include "view/table.h"

namespace strobe::view {

namespace {

using analyze::ContextContents;

constexpr size_t k_text_bytes_max = 400;
constexpr size_t k_rows_max = 2'000;
constexpr size_t k_calls_named_max = 5;

class Rows {
 public:
  Rows(const SessionView& session, const ContextContents& contents) : session_(session), contents_(contents) {}

  // `letter`: what the numbers begin with.
  void add(const std::vector<int32_t>& messages, std::string_view letter) {
    for (size_t i = 0; i < messages.size(); ++i) {
      if (rows_.size() == k_rows_max) {
        ++left_out_;
        continue;
      }
      const ContextMessage& message = session_.contexts.messages[messages[i]];
      const analyze::Origin& origin = contents_.origins[messages[i]];
      rows_.push_back({std::string(letter) + std::to_string(i + 1), short_id(message.id),
                       count(contents_.estimates[messages[i]]), origin_name(session_, origin),
                       std::string(analyze::name_of(origin.how)), message_text(message.message, k_text_bytes_max)});
    }
  }
  std::string text(const TextStyle& style) const {
    const std::vector<Column> columns = {
        {"#", true},          {"Message"}, {"Tokens", true}, {"From", false, true}, {"How", false, false, true},
        {"Text", false, true}};
    std::string out = render_table(columns, rows_, style);
    if (left_out_ > 0) out += "… " + amount(left_out_, "more message") + "; --json has all\n";
    return out;
  }

 private:
  const SessionView& session_;
  const ContextContents& contents_;
  std::vector<std::vector<std::string>> rows_;
  int64_t left_out_ = 0;
};

std::string seen_by(const SessionView& session, const ContextContents& contents) {
  std::string text = "Seen by ";
  for (size_t i = 0; i < std::min(contents.calls.size(), k_calls_named_max); ++i) {
    text += (i > 0 ? ", " : "") + call_name(session.spans[contents.calls[i]]);
  }
  if (contents.calls.size() > k_calls_named_max) {
    text += " and " + amount(static_cast<int64_t>(contents.calls.size() - k_calls_named_max), "more call");
  }
  return text;
}

}  // namespace

std::string context_show_text(const SessionView& session, const ContextContents& contents, const TextStyle& style) {
  const std::string id = session.contexts.contexts[contents.context].id.hex().substr(0, 12);
  std::string head = "Context " + id + "  " + amount(static_cast<int64_t>(contents.tools.size()), "tool") + ", " +
                     amount(static_cast<int64_t>(contents.system.size()), "system message") + ", " +
                     amount(static_cast<int64_t>(contents.messages.size()), "message") + ", ~" +
                     amount(contents.tokens(), "token");
  std::string out = colored(style, Color::bold, head) + "\n";
  std::string seen = seen_by(session, contents);
  const SpanFacts& first = session.spans[contents.calls.front()].span.facts;
  if (first.has_usage) seen += "; the first reports " + count(first.usage.total_input()) + " input tokens";
  if (first.basis != ContextBasis::complete) seen += "; not all of it is known: " + std::string(name_of(first.basis));
  out += paragraph(seen, style) + "\n";
  Rows rows(session, contents);
  rows.add(contents.tools, "T");
  rows.add(contents.system, "S");
  rows.add(contents.messages, "");
  out += rows.text(style);
  return out + "\n" +
         paragraph(
             "T: tool definitions, S: system prompt. Tokens are estimated by length. Next: strobe "
             "context why " +
                 name_in_commands(session.summary, style) + " MESSAGE",
             style);
}

}  // namespace strobe::view
