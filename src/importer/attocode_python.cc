#include "importer/attocode.h"

#include <memory>

#include "importer/attocode_python_session.h"
#include "importer/json_lines.h"
#include "importer/session_map.h"

namespace strobe::importer {

namespace {

class PythonFile final : public LineTaker {
 public:
  explicit PythonFile(const Sink& sink) : writer_(sink, "attocode", "python") {}

  bool take(const LineFields& fields, std::string_view text) override {
    const std::string_view kind = fields.text("kind");
    if (kind.empty()) return false;
    sessions_.make_room(text.size());
    PythonSession& session = session_of(fields.name("session_id"), text);
    auto time = fields.unix_seconds("timestamp");
    if (!time) {
      fields.complain("has no time");
      time = session.last_time();
    }
    session.take({kind, *time, fields, fields.within("data"), text});
    if (sessions_.take_trouble()) fields.complain(k_sessions_forgotten);
    return true;
  }
  Result<void> finish() override {
    sessions_.finish();
    return writer_.flush();
  }
  bool is_over() const override { return writer_.has_failed(); }

 private:
  PythonSession& session_of(const std::string& key, std::string_view text) {
    if (key.empty() && nameless_.empty()) nameless_ = "line:" + short_name(text);
    const std::string& name = key.empty() ? nameless_ : key;
    PythonSession* const found = sessions_.find(name);
    return found != nullptr ? *found : sessions_.put(name, std::make_unique<PythonSession>(writer_, name, key));
  }

  TraceWriter writer_;
  SessionMap<PythonSession> sessions_;
  std::string nameless_;  // the name of the session whose lines do not say which they belong to
};

}  // namespace

Result<Report> import_attocode_python(LineReader& lines, const Sink& sink) {
  PythonFile file(sink);
  return import_json_lines(lines, "attocode python trace", file);
}

}  // namespace strobe::importer
