#include "json/write.h"
#include "view/answers/span_reference.h"
#include "view/answers/verify.h"
#include "view/session_json.h"

namespace strobe::view {

std::string verify_json(const SessionView& session, const analyze::Verification& verification) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_object();
  writer.key("session");
  write_session(writer, session.summary);
  writer.key("verdict").string(name_of(verification.verdict));
  write_ns(writer, "max_gap_ns", verification.max_gap_ns);
  writer.key("checks").begin_array();
  for (const analyze::Check& check : verification.checks) {
    writer.begin_object();
    writer.key("check").string(check.id);
    writer.key("level").string(name_of(check.level));
    writer.key("passed").boolean(check.count == 0);
    writer.key("count").int64(check.count);
    writer.key("meaning").string(check.count == 0 ? check.passed : check.failed);
    writer.key("spans").begin_array();
    for (const int32_t span : check.spans) write_span_reference(writer, session, span);
    writer.end_array();
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return writer.take() + "\n";
}

}  // namespace strobe::view
