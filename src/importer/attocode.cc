#include "importer/attocode.h"

#include <memory>

#include "importer/attocode_session.h"
#include "importer/json_lines.h"
#include "importer/session_map.h"

namespace strobe::importer {

namespace {

// Tells the sessions of a file apart: by traceId where lines have one, else a session lasts until the next begins.
class AttocodeFile final : public LineTaker {
 public:
  explicit AttocodeFile(const Sink& sink) : writer_(sink, "attocode", "typescript") {}

  bool take(const LineFields& fields, std::string_view text) override {
    const std::string_view type = fields.text("_type");
    if (type.empty()) return false;
    if (sessions_.make_room(text.size())) current_ = nullptr;
    AttocodeSession& session = session_of(type, fields, text);
    auto time = fields.moment("_ts");
    if (!time) {
      fields.complain("has no time");
      time = session.last_time();
    }
    session.take({type, *time, fields, text});
    if (sessions_.take_trouble()) fields.complain(k_sessions_forgotten);
    return true;
  }
  Result<void> finish() override {
    sessions_.finish();
    return writer_.flush();
  }
  bool is_over() const override { return writer_.has_failed(); }

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
    AttocodeSession* const found = is_subagent ? nullptr : sessions_.find(name);
    if (found != nullptr) {
      current_ = found;
      // A trace that goes on with another session.
      const bool is_another = begins && !current_->key().empty() && current_->key() != key;
      if (!is_another) return *current_;
      return begin(name, name + "\n" + session_name(key));
    }
    if (current_ != nullptr && (!begins || name.empty())) return *current_;
    if (name.empty()) name = "line:" + short_name(text);
    return begin(name, name);
  }
  // `unique` tells it apart from other files' sessions.
  AttocodeSession& begin(const std::string& name, const std::string& unique) {
    current_ = &sessions_.put(name, std::make_unique<AttocodeSession>(writer_, unique));
    return *current_;
  }

  TraceWriter writer_;
  SessionMap<AttocodeSession> sessions_;
  AttocodeSession* current_ = nullptr;
};

}  // namespace

Result<Report> import_attocode(LineReader& lines, const Sink& sink) {
  AttocodeFile file(sink);
  return import_json_lines(lines, "attocode trace", file);
}

}  // namespace strobe::importer
