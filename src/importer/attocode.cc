#include "importer/attocode.h"

#include <map>
#include <memory>

#include "importer/attocode_session.h"
#include "importer/json_lines.h"

namespace strobe::importer {

namespace {

// Sessions of one file that are kept in mind at once.
constexpr size_t k_sessions_max = 1000;

// Tells the sessions of a file apart: by traceId where lines have one, else a session lasts until the next begins.
class AttocodeFile {
 public:
  explicit AttocodeFile(const Sink& sink) : writer_(sink, "attocode", "typescript") {}

  bool take(const LineFields& fields, std::string_view text) {
    const std::string_view type = fields.text("_type");
    if (type.empty()) return false;
    AttocodeSession& session = session_of(type, fields, text);
    auto time = fields.moment("_ts");
    if (!time) {
      fields.complain("has no time");
      time = session.last_time();
    }
    session.take({type, *time, fields, text});
    return true;
  }
  Result<void> finish() {
    for (auto& [name, session] : sessions_) session->finish();
    return writer_.flush();
  }
  bool is_over() const { return writer_.has_failed(); }

 private:
  // Sessions begin with session.start, or with the file. Lines of traces that no session began with go on with the one
  // before them: a session may have several.
  AttocodeSession& session_of(std::string_view type, const LineFields& fields, std::string_view text) {
    std::string name = fields.name("traceId");
    const std::string key = fields.name("sessionId");
    // A sub-agent writes into the session that it was spawned in, whatever it calls its own trace.
    const bool is_subagent = !fields.text("subagentId").empty();
    const bool begins = type == "session.start" && !is_subagent;
    if (name.empty() && begins && !key.empty()) name = session_name(key);
    const auto found = is_subagent ? sessions_.end() : sessions_.find(name);
    if (found != sessions_.end()) {
      current_ = found->second.get();
      // A trace that goes on with another session.
      const bool is_another = begins && !current_->key().empty() && current_->key() != key;
      if (!is_another) return *current_;
      current_->finish();
      return begin(name, name + "\n" + session_name(key));
    }
    if (current_ != nullptr && (!begins || name.empty())) return *current_;
    if (name.empty()) name = "line:" + short_name(text);
    return begin(name, name);
  }
  // `unique` tells it apart from other files' sessions.
  AttocodeSession& begin(const std::string& name, const std::string& unique) {
    if (sessions_.size() >= k_sessions_max) {
      for (auto& [other, session] : sessions_) session->finish();
      sessions_.clear();
    }
    auto& session = sessions_[name];
    session = std::make_unique<AttocodeSession>(writer_, unique);
    current_ = session.get();
    return *current_;
  }

  TraceWriter writer_;
  std::map<std::string, std::unique_ptr<AttocodeSession>> sessions_;
  AttocodeSession* current_ = nullptr;
};

}  // namespace

Result<Report> import_attocode(LineReader& lines, const Sink& sink) {
  Report report{.format = "attocode trace"};
  AttocodeFile file(sink);
  TRY_VOID(read_json_lines(
      lines, report, [&](const LineFields& fields, std::string_view text) { return file.take(fields, text); },
      [&] { return file.is_over(); }));
  TRY_VOID(file.finish());
  if (report.documents == 0) return fail(ErrorCode::invalid, "no line of it could be understood");
  return report;
}

}  // namespace strobe::importer
