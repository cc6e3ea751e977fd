#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.h"
#include "base/mutex.h"
#include "base/result.h"
#include "export/log_line.h"
#include "session_log/log_folder.h"
#include "session_log/log_form.h"
#include "session_log/session_files.h"
#include "store/store.h"

// Files of sessions that are written while the sessions happen: docs/guide/session_logs.md.

namespace strobe::session_log {

struct SessionLogOptions {
  LogFolder folder;  // log_folder() of the same format
  SessionLogFormat format = SessionLogFormat::attocode;
  exporter::LogLineOptions lines;
  LogRetention retention;
  // Asked every second for sessions that may have changed, where nobody calls note(): another process records.
  std::function<Result<std::vector<SessionId>>(store::Store&)> find_sessions = {};
  // Sessions wait while it says so.
  std::function<bool()> is_memory_short = {};
  // How a line for people is said; empty: on standard error.
  std::function<void(const std::string& line)> say = {};
  // When it starts, sessions are looked at that were heard of since this long before now, or before the newest log was
  // written, if that is earlier: their writer may have been killed. 0: none are.
  std::chrono::seconds look_back = std::chrono::minutes(10);
};

struct SessionLogStats {
  int64_t files = 0, lines = 0;
  int64_t cut = 0;       // texts
  int64_t failures = 0;  // attempts to write a session's lines that failed; they are made again
  int64_t left_out = 0;  // sessions that are too large, or came while too many waited
};

// Sessions that wait to be written; more are left out until they change again.
inline constexpr size_t k_log_sessions_waiting_max = 10'000;
// Spans of a session that is written: each time the whole session is read.
inline constexpr int64_t k_log_spans_max = 200'000;
// Sessions whose files are open. Others are remembered, and opened again when they change.
inline constexpr size_t k_log_files_max = 64;
inline constexpr size_t k_log_sessions_remembered_max = 10'000;

// Owns a thread that reads changed sessions from the store and appends what their files lack. What it cannot do harms
// nobody: it is said once, counted, and tried again.
class SessionLog {
 public:
  // Opens the store that the sessions are in, for reading; called on the thread, again where it failed.
  using OpenStore = std::function<Result<std::unique_ptr<store::Store>>()>;
  SessionLog(OpenStore open_store, SessionLogOptions options);
  ~SessionLog();

  // Any thread, at once: these have changed.
  void note(std::span<const SessionId> sessions);
  // Writes what waits, at most so long, and ends the thread. Idempotent.
  void finish(std::chrono::seconds at_most);
  SessionLogStats stats() const;
  // "session logs in DIR: 3 files, 120 lines"
  std::string summary() const;

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Waiting {
    SteadyTime due, noted;
  };
  // What is remembered of a session. The writer's thread only.
  struct Written {
    std::unique_ptr<SessionFiles> files;     // null: closed, for there are others
    std::string path;                        // of its main log
    std::map<std::string, SteadyTime> held;  // unsettled lines, since when
    std::vector<TraceId> traces;
    SteadyTime first_seen, rest_until, used;
    int64_t spans = 0;  // when it was read last
    bool is_complete = false;
  };
  struct Made {
    std::vector<exporter::LogLine> lines;
    bool has_held = false;   // some lines wait for more of their trace
    bool wants_end = false;  // it has ended, but perhaps goes on
  };

  void run();
  // The next session that is due, or that waits at all once no more will come. Nothing: none, all is done.
  std::optional<std::pair<SessionId, Waiting>> next();
  // `was_last`: the attempt before knew that no more would come, and held nothing back.
  void wait_again(const SessionId& id, Waiting waiting, std::chrono::milliseconds delay, bool was_last);
  void look_for_sessions();
  void look_back();
  void work(const SessionId& id, const Waiting& waiting);
  // How long until it has to be looked at again; nothing: not before it changes.
  Result<std::optional<std::chrono::milliseconds>> write(const SessionId& id, const Waiting& waiting, bool is_last);
  // With its files open.
  Result<Written*> written_of(const SessionId& id, const SessionSummary& summary);
  Result<SessionView> load(const SessionId& id) const;
  Made lines_for(const SessionView& view, Written& written, const Waiting& waiting, bool is_last) const;
  void remove_superseded(const SessionSummary& summary, const std::string& run_id);
  void count(SessionFiles& files);
  void close_oldest();
  void forget_oldest();
  void retire();
  void tell(const SessionId& id, const Error* error);
  // It is too large: said and counted once.
  void leave_out(const SessionSummary& summary);
  void say(const std::string& line) const;
  bool is_finishing() const;
  Result<void> need_store();

  const OpenStore open_store_;
  const SessionLogOptions options_;
  const LogForm& form_;

  // The writer's thread only.
  std::unique_ptr<store::Store> store_;
  std::map<SessionId, Written> written_;
  std::set<SessionId> failing_;   // could not be written the last time
  std::set<SessionId> left_out_;  // too large
  SteadyTime look_next_, retire_next_;

  mutable Mutex mutex_;
  ConditionVariable changed_;
  std::map<SessionId, Waiting> waiting_ STROBE_GUARDED_BY(mutex_);
  bool is_finishing_ STROBE_GUARDED_BY(mutex_) = false;
  SteadyTime finish_until_ STROBE_GUARDED_BY(mutex_);
  SessionLogStats stats_ STROBE_GUARDED_BY(mutex_);

  std::thread thread_;  // last: starts when everything else is there
};

}  // namespace strobe::session_log
