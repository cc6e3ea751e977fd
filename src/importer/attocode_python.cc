#include "importer/attocode.h"

#include <map>
#include <memory>

#include "importer/attocode_python_session.h"
#include "importer/json_lines.h"

namespace strobe::importer {

namespace {

constexpr size_t k_sessions_max = 1000;  // of one file that are kept in mind at once

class PythonFile {
 public:
  explicit PythonFile(const Sink& sink) : writer_(sink, "attocode", "python") {}

  bool take(const LineFields& fields, std::string_view text) {
    const std::string_view kind = fields.text("kind");
    if (kind.empty()) return false;
    PythonSession& session = session_of(fields.name("session_id"), text);
    auto time = fields.unix_seconds("timestamp");
    if (!time) {
      fields.complain("has no time");
      time = session.last_time();
    }
    session.take({kind, *time, fields, fields.within("data"), text});
    return true;
  }
  Result<void> finish() {
    for (auto& [key, session] : sessions_) session->finish();
    return writer_.flush();
  }
  bool is_over() const { return writer_.has_failed(); }

 private:
  PythonSession& session_of(const std::string& key, std::string_view text) {
    if (key.empty() && nameless_.empty()) nameless_ = "line:" + short_name(text);
    const std::string& name = key.empty() ? nameless_ : key;
    const auto found = sessions_.find(name);
    if (found != sessions_.end()) return *found->second;
    if (sessions_.size() >= k_sessions_max) {
      for (auto& [other, session] : sessions_) session->finish();
      sessions_.clear();
    }
    return *sessions_.emplace(name, std::make_unique<PythonSession>(writer_, name, key)).first->second;
  }

  TraceWriter writer_;
  std::map<std::string, std::unique_ptr<PythonSession>> sessions_;
  std::string nameless_;  // the name of the session whose lines do not say which they belong to
};

}  // namespace

Result<Report> import_attocode_python(LineReader& lines, const Sink& sink) {
  Report report{.format = "attocode python trace"};
  PythonFile file(sink);
  TRY_VOID(read_json_lines(
      lines, report, [&](const LineFields& fields, std::string_view text) { return file.take(fields, text); },
      [&] { return file.is_over(); }));
  TRY_VOID(file.finish());
  if (report.documents == 0) return fail(ErrorCode::invalid, "no line of it could be understood");
  return report;
}

}  // namespace strobe::importer
