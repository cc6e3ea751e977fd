#include "session_log/session_log.h"

#include <algorithm>
#include <cstdio>
#include <ranges>

#include "base/clock.h"
#include "context/canonical.h"
#include "derive/session_names.h"
#include "query/query.h"
#include "view/phrases.h"

namespace strobe::session_log {

namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

// After a change, for what comes with it.
constexpr milliseconds k_delay{250};
// Reading a session takes at most one part in eleven of the thread's time.
constexpr int k_rest_factor = 10;
// How long lines wait for what stands above them in their trace, and a file for the first call to a model.
constexpr milliseconds k_hold{5000};
// An ended session that does not change for so long has ended.
constexpr milliseconds k_quiet{1500};
constexpr milliseconds k_look_every{1000};
constexpr milliseconds k_retry{2000};
constexpr std::chrono::hours k_retire_every{1};
constexpr size_t k_look_back_max = 1000;
constexpr size_t k_traces_looked_at = 4;

}  // namespace

SessionLog::SessionLog(OpenStore open_store, SessionLogOptions options)
    : open_store_(std::move(open_store)),
      options_(std::move(options)),
      form_(form_of(options_.format)),
      thread_([this] { run(); }) {}

SessionLog::~SessionLog() { finish(std::chrono::seconds(0)); }

void SessionLog::note(std::span<const SessionId> sessions) {
  const SteadyTime now = Steady::now();
  {
    MutexLock lock(mutex_);
    for (const SessionId& id : sessions) {
      const auto known = waiting_.find(id);
      if (known != waiting_.end()) {
        known->second.noted = now;
        known->second.due = std::min(known->second.due, now + k_delay);
      } else if (waiting_.size() < k_log_sessions_waiting_max) {
        waiting_[id] = {now + k_delay, now};
      } else {
        ++stats_.left_out;
      }
    }
  }
  changed_.notify_one();
}

void SessionLog::finish(std::chrono::seconds at_most) {
  {
    MutexLock lock(mutex_);
    if (!is_finishing_) finish_until_ = Steady::now() + at_most;
    is_finishing_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

SessionLogStats SessionLog::stats() const {
  MutexLock lock(mutex_);
  return stats_;
}

std::string SessionLog::summary() const {
  const SessionLogStats now = stats();
  std::string text = "session logs in " + view::safe(options_.folder.path) + ": " + view::amount(now.files, "file") +
                     ", " + view::amount(now.lines, "line");
  if (now.cut > 0) text += ", " + view::amount(now.cut, "text") + " cut";
  if (now.left_out > 0) text += ", " + view::amount(now.left_out, "session") + " left out";
  if (now.failures > 0) text += ", " + view::amount(now.failures, "attempt") + " to write failed";
  return text;
}

bool SessionLog::is_finishing() const {
  MutexLock lock(mutex_);
  return is_finishing_;
}

void SessionLog::run() {
  look_back();
  while (true) {
    look_for_sessions();
    retire();
    const auto due = next();
    if (due) {
      work(due->first, due->second);
      continue;
    }
    MutexLock lock(mutex_);
    if (is_finishing_ && (waiting_.empty() || Steady::now() >= finish_until_)) break;
  }
  retire_next_ = Steady::now();
  retire();
}

std::optional<std::pair<SessionId, SessionLog::Waiting>> SessionLog::next() {
  MutexLock lock(mutex_);
  const SteadyTime now = Steady::now();
  auto first = waiting_.end();
  for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
    if (first == waiting_.end() || at->second.due < first->second.due) first = at;
  }
  const bool is_due = first != waiting_.end() && (is_finishing_ ? now < finish_until_ : first->second.due <= now);
  if (!is_due) {
    if (is_finishing_) return std::nullopt;
    SteadyTime until = now + k_look_every;
    if (first != waiting_.end()) until = std::min(until, first->second.due);
    changed_.wait_until(mutex_, until);
    return std::nullopt;
  }
  const auto found = *first;
  waiting_.erase(first);
  return found;
}

void SessionLog::wait_again(const SessionId& id, Waiting waiting, milliseconds delay, bool was_last) {
  MutexLock lock(mutex_);
  if (is_finishing_ && was_last) return;
  waiting.due = is_finishing_ ? Steady::now() : Steady::now() + delay;
  const auto [known, is_new] = waiting_.emplace(id, waiting);
  // Noted again meanwhile, which does not make it rest less.
  if (!is_new) known->second.due = std::max(known->second.due, waiting.due);
}

void SessionLog::look_back() {
  if (options_.look_back.count() == 0 || !need_store()) return;
  // However long nobody was there to repair what a killed writer left.
  const TimeNs now = system_clock().now();
  const TimeNs last_there = std::min(now, newest_log(options_.folder).value_or(now));
  const TimeNs since{last_there.ns - std::chrono::nanoseconds(options_.look_back).count()};
  const auto rows = store_->sessions({.filter = {}, .after = {}, .limit = k_look_back_max});
  if (!rows) return;
  std::vector<SessionId> recent;
  // Those whose files would be removed again need none.
  const auto most = options_.retention.keep > 0 ? static_cast<size_t>(options_.retention.keep) : rows->size();
  for (const auto& row : std::span(*rows).first(std::min(most, rows->size()))) {
    if (row.heard_of >= since) recent.push_back(row.summary.id);
  }
  note(recent);
}

void SessionLog::look_for_sessions() {
  const SteadyTime now = Steady::now();
  if (!options_.find_sessions || now < look_next_ || is_finishing() || !need_store()) return;
  look_next_ = now + k_look_every;
  const auto found = options_.find_sessions(*store_);
  if (!found) return;
  std::vector<SessionId> changed;
  for (const SessionId& id : *found) {
    const auto known = written_.find(id);
    const auto row = store_->session(id);
    const bool is_same =
        known != written_.end() && known->second.is_complete && row && row->summary.spans == known->second.spans;
    if (!is_same) changed.push_back(id);
  }
  note(changed);
}

Result<void> SessionLog::need_store() {
  if (!store_) store_ = TRY(open_store_());
  return {};
}

void SessionLog::work(const SessionId& id, const Waiting& waiting) {
  // Asked once: whoever ends us while this session is read wants its last lines too, in another attempt.
  const bool is_last = is_finishing();
  if (!is_last && options_.is_memory_short && options_.is_memory_short()) {
    wait_again(id, waiting, k_retry, is_last);
    return;
  }
  const auto written = write(id, waiting, is_last);
  const bool is_pruned = !written && written.error().code == ErrorCode::not_found;
  tell(id, written || is_pruned ? nullptr : &written.error());
  if (is_pruned) return;
  if (!written) {
    {
      MutexLock lock(mutex_);
      ++stats_.failures;
    }
    if (const auto known = written_.find(id); known != written_.end()) {
      known->second.files.reset();  // what they have is read again
      known->second.rest_until = {};
    }
    wait_again(id, waiting, k_retry, is_last);
  } else if (*written) {
    wait_again(id, waiting, **written, is_last);
  }
}

Result<SessionView> SessionLog::load(const SessionId& id) const {
  const TimeNs now = system_clock().now();
  SessionView view = TRY(query::load_session(*store_, id, form_.content, now));
  if (form_.needs_contexts) TRY_VOID(query::load_contexts(*store_, view));
  return view;
}

Result<std::optional<milliseconds>> SessionLog::write(const SessionId& id, const Waiting& waiting, bool is_last) {
  TRY_VOID(need_store());
  const SteadyTime begin = Steady::now();
  auto scope = TRY(store_->read_scope());
  const auto row = TRY(store_->session(id));
  if (row.summary.spans > k_log_spans_max) {
    leave_out(row.summary);
    return std::nullopt;
  }
  Written& written = *TRY(written_of(id, row.summary));
  if (!is_last && begin < written.rest_until) {
    return std::chrono::ceil<milliseconds>(written.rest_until - begin);
  }
  const SessionView view = TRY(load(id));
  scope.reset();
  const Made made = lines_for(view, written, waiting, is_last);
  const auto appended = written.files->append(made.lines);
  count(*written.files);
  TRY_VOID(appended);
  if (has_ended(view.summary.status) && !made.lines.empty()) TRY_VOID(written.files->sync());
  written.spans = view.summary.spans;
  if (written.traces != view.summary.traces && !view.spans.empty()) {
    remove_superseded(view.summary, view.spans.front().span.facts.run_id);
  }
  written.traces = view.summary.traces;
  written.is_complete = !made.has_held && !made.wants_end;
  const SteadyTime end = Steady::now();
  written.rest_until = end + (end - begin) * k_rest_factor;
  if (made.has_held) return k_hold / 4;
  return made.wants_end ? std::optional(k_quiet) : std::nullopt;
}

void SessionLog::count(SessionFiles& files) {
  const SessionFiles::Count count = files.take_count();
  MutexLock lock(mutex_);
  stats_.lines += count.lines;
  stats_.cut += count.cut;
}

Result<SessionLog::Written*> SessionLog::written_of(const SessionId& id, const SessionSummary& summary) {
  const SteadyTime now = Steady::now();
  auto known = written_.find(id);
  if (known != written_.end() && known->second.files && known->second.files->is_gone()) {
    written_.erase(known);
    known = written_.end();
  }
  if (known == written_.end() || !known->second.files) {
    close_oldest();
    auto files = TRY(SessionFiles::open(options_.folder, summary));
    if (known == written_.end()) {
      forget_oldest();
      known = written_.try_emplace(id).first;
      known->second.first_seen = now;
      retire_next_ = now;
      MutexLock lock(mutex_);
      ++stats_.files;
    }
    known->second.path = files->path();
    known->second.files = std::move(files);
  }
  known->second.used = now;
  return &known->second;
}

SessionLog::Made SessionLog::lines_for(const SessionView& view, Written& written, const Waiting& waiting,
                                       bool is_last) const {
  const SteadyTime now = Steady::now();
  SessionFiles& files = *written.files;
  Made made;
  if (form_.start != nullptr) {
    exporter::LogLine start = form_.start(view, options_.lines);
    // Who the session is shows with its first call to a model; an agent's first tool may arrive before.
    const bool is_known = view.summary.llm_calls > 0 || has_ended(view.summary.status);
    const bool is_new = !files.has(start.key);
    if (is_new && form_.has_first_call_in_start && !is_known && !is_last && now - written.first_seen < k_hold) {
      made.has_held = true;
      return made;
    }
    if (is_new) made.lines.push_back(std::move(start));
  }
  for (exporter::LogLine& line : form_.lines(view, options_.lines, files)) {
    if (!line.is_settled && !is_last) {
      const SteadyTime since = written.held.try_emplace(line.key, now).first->second;
      if (now - since < k_hold) {
        made.has_held = true;
        continue;
      }
    }
    written.held.erase(line.key);
    made.lines.push_back(std::move(line));
  }
  if (form_.end == nullptr || !has_ended(view.summary.status) || made.has_held) return made;
  exporter::LogLine end = form_.end(view);
  if (made.lines.empty() && files.last_key() == end.key) return made;
  made.wants_end = !is_last && now - waiting.noted < k_quiet;
  if (!made.wants_end) made.lines.push_back(std::move(end));
  return made;
}

// A session has its trace's name until a span arrives that names it, mostly the last one: then it is another session,
// with a file of its own, and the first one's would tell everything twice.
void SessionLog::remove_superseded(const SessionSummary& summary, const std::string& run_id) {
  std::map<std::string, SessionId> files;
  for (const auto& [id, written] : written_) {
    const bool shares_trace = std::ranges::any_of(
        written.traces, [&](const TraceId& trace) { return std::ranges::binary_search(summary.traces, trace); });
    if (id != summary.id && shares_trace) files.emplace(written.path, id);
  }
  // Before we were started, perhaps.
  std::vector<std::pair<std::string, std::string>> names;
  for (const TraceId& trace : std::span(summary.traces).first(std::min(summary.traces.size(), k_traces_looked_at))) {
    names.emplace_back(derive::k_trace_namespace, trace.hex());
  }
  if (!run_id.empty()) names.emplace_back(derive::k_run_namespace, run_id);
  for (const auto& [session_namespace, key] : names) {
    SessionSummary unnamed;
    unnamed.session_namespace = session_namespace;
    unnamed.key = key;
    unnamed.id = context::session_id(session_namespace, key);
    if (unnamed.id != summary.id) files.emplace(log_path(options_.folder, unnamed), unnamed.id);
  }
  for (const auto& [path, id] : files) {
    const auto row = store_->session(id);
    if (row || row.error().code != ErrorCode::not_found) continue;
    written_.erase(id);
    remove_log(options_.folder, path);
  }
}

// Only its files: what waits in it goes on waiting.
void SessionLog::close_oldest() {
  const auto is_open = [](const auto& entry) { return entry.second.files != nullptr; };
  auto open = written_ | std::views::filter(is_open);
  if (static_cast<size_t>(std::ranges::distance(open)) < k_log_files_max) return;
  std::ranges::min_element(open, {}, [](const auto& entry) { return entry.second.used; })->second.files.reset();
}

void SessionLog::forget_oldest() {
  if (written_.size() < k_log_sessions_remembered_max) return;
  written_.erase(std::ranges::min_element(
      written_, {}, [](const auto& entry) { return std::pair(!entry.second.is_complete, entry.second.used); }));
}

void SessionLog::retire() {
  const SteadyTime now = Steady::now();
  if (now < retire_next_) return;
  retire_next_ = now + k_retire_every;
  if (options_.retention.keep == 0 && options_.retention.days == 0) return;
  std::set<std::string> open_paths;
  for (auto& [id, written] : written_) {
    if (written.is_complete) {
      written.files.reset();  // open ones are not removed
    } else {
      open_paths.insert(written.path);
    }
  }
  remove_old_logs(options_.folder, options_.retention, open_paths, system_clock().now());
}

void SessionLog::tell(const SessionId& id, const Error* error) {
  const bool had_trouble = !failing_.empty();
  if (error != nullptr) {
    failing_.insert(id);
  } else {
    failing_.erase(id);
  }
  // Of several troubles in a row the first: what follows it is mostly more of the same.
  if (had_trouble == !failing_.empty()) return;
  say(had_trouble ? "session logs are written again"
                  : "cannot write session logs, recording goes on: " + view::safe(error->message));
}

void SessionLog::leave_out(const SessionSummary& summary) {
  if (!left_out_.insert(summary.id).second) return;
  const std::string id = view::short_id(summary);
  say("session " + id + " has more than " + view::count(k_log_spans_max) +
      " spans: its session log ends here, recording goes on (strobe export " + id + " writes all of it)");
  MutexLock lock(mutex_);
  ++stats_.left_out;
}

void SessionLog::say(const std::string& line) const {
  if (options_.say) return options_.say(line);
  std::fprintf(stderr, "strobe: %s\n", line.c_str());
}

}  // namespace strobe::session_log
