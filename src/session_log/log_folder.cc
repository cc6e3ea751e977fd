#include "session_log/log_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/whole_number.h"

namespace strobe::session_log {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_prefix = "trace-";
constexpr std::string_view k_sessions = "debug-logs";
constexpr size_t k_id_digits = 8;
// Of a first line: enough to know whose it is.
constexpr size_t k_head_bytes = size_t{1} << 20;
constexpr size_t k_block_bytes = 4096;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

bool is_plain(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || is_capital(c) || c == '-' || c == '_' || c == '.';
}

// "a_b-a53cd8a5": as log_name() ends the names of other sessions.
bool ends_like_an_id(std::string_view key) {
  if (key.size() <= k_id_digits || key[key.size() - k_id_digits - 1] != '-') return false;
  return std::ranges::all_of(key.substr(key.size() - k_id_digits),
                             [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

// "trace-NAME-123.jsonl" -> "NAME"; empty: no such name.
std::string_view name_in(std::string_view file, std::string_view ending) {
  if (!file.starts_with(k_prefix) || !file.ends_with(ending)) return {};
  file.remove_prefix(k_prefix.size());
  file.remove_suffix(ending.size());
  const size_t dash = file.rfind('-');
  if (dash == std::string_view::npos || dash + 1 == file.size()) return {};
  return std::ranges::all_of(file.substr(dash + 1), is_digit) ? file.substr(0, dash) : std::string_view();
}

template <typename Visit>
void for_each_entry(const std::string& path, Visit visit) {
  std::error_code error;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) visit(at->path());
}

// With the main path of each, and its name.
template <typename Visit>
void for_each_log(const LogFolder& folder, Visit visit) {
  if (folder.layout == LogLayout::folder) {
    for_each_entry(folder.path + "/" + std::string(k_sessions), [&](const fs::path& entry) {
      std::error_code error;
      if (fs::is_directory(fs::symlink_status(entry, error))) {
        visit((entry / k_main_log).string(), entry.filename().string());
      }
    });
    return;
  }
  for_each_entry(folder.path, [&](const fs::path& entry) {
    const std::string file = entry.filename().string();
    if (const std::string_view name = name_in(file, folder.ending); !name.empty()) visit(entry.string(), name);
  });
}

bool is_ours(const LogFolder& folder, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head;
  while (file && head.size() < k_head_bytes) {
    char block[k_block_bytes];
    file.read(block, sizeof block);
    const std::string_view got(block, static_cast<size_t>(file.gcount()));
    const size_t end = got.find('\n');
    head += got.substr(0, end);
    if (end != std::string_view::npos) return is_first_line(folder.signature, head);
  }
  return head.size() >= k_head_bytes && begins_first_line(folder.signature, head);
}

// When it was written last; nothing: it is no plain file.
std::optional<TimeNs> written_at(const std::string& path) {
  constexpr int64_t k_ns_per_second = 1'000'000'000;
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return TimeNs{status.st_mtim.tv_sec * k_ns_per_second + status.st_mtim.tv_nsec};
}

// The main log, or what stands beside it.
std::optional<TimeNs> written_at(const LogFolder& folder, const std::string& path) {
  auto written = written_at(path);
  if (!written || folder.layout == LogLayout::file) return written;
  for_each_entry(fs::path(path).parent_path(), [&](const fs::path& entry) {
    if (is_child_log(entry.filename().string()))
      written = std::max(*written, written_at(entry.string()).value_or(*written));
  });
  return written;
}

struct Log {
  TimeNs written;
  std::string path;
};

bool remove_files(const LogFolder& folder, const std::string& path) {
  std::error_code error;
  if (folder.layout == LogLayout::file) return fs::remove(path, error);
  // The main one last: until it is gone it says whose they are.
  const fs::path parent = fs::path(path).parent_path();
  std::vector<fs::path> beside;
  for_each_entry(parent, [&](const fs::path& entry) {
    if (is_beside_main(entry.filename().string())) beside.push_back(entry);
  });
  for (const fs::path& entry : beside) fs::remove(entry, error);
  const bool is_removed = fs::remove(path, error);
  fs::remove(parent, error);  // stays where something of others is in it
  return is_removed;
}

}  // namespace

std::string log_name(const SessionSummary& session) {
  std::string name;
  bool is_changed = session.key.size() > k_log_name_bytes_max || !session.session_namespace.empty() ||
                    session.key == "." || session.key == ".." || ends_like_an_id(session.key);
  for (const char c : std::string_view(session.key).substr(0, k_log_name_bytes_max)) {
    name += is_plain(c) ? c : '_';
    is_changed = is_changed || !is_plain(c) || is_capital(c);
  }
  if (name.empty()) return session.id.hex();
  return is_changed ? name + "-" + session.id.hex().substr(0, k_id_digits) : name;
}

std::string log_path(const LogFolder& folder, const SessionSummary& session) {
  const std::string name = log_name(session);
  if (folder.layout == LogLayout::folder) {
    return folder.path + "/" + std::string(k_sessions) + "/" + name + "/" + std::string(k_main_log);
  }
  std::string found;
  for_each_log(folder, [&](const std::string& path, std::string_view of) {
    if (of == name && (found.empty() || path < found)) found = path;
  });
  if (!found.empty()) return found;
  constexpr int64_t k_ns_per_ms = 1'000'000;
  const int64_t start_ms = std::max<int64_t>(session.start.ns, 0) / k_ns_per_ms;
  return folder.path + "/" + std::string(k_prefix) + name + "-" + std::to_string(start_ms) + folder.ending;
}

bool is_child_log(std::string_view name) { return name.starts_with("runSubagent-") && name.ends_with(".jsonl"); }

std::optional<int64_t> number_in(std::string_view name, std::string_view stem) {
  constexpr std::string_view k_ending = ".json";
  if (!name.starts_with(stem) || !name.ends_with(k_ending) || name.size() <= stem.size() + k_ending.size()) {
    return std::nullopt;
  }
  name.remove_prefix(stem.size());
  name.remove_suffix(k_ending.size());
  return name.front() == '_' ? whole_number<int64_t>(name.substr(1), 0) : std::nullopt;
}

bool is_beside_main(std::string_view name) {
  if (name.ends_with(k_unfinished_ending)) name.remove_suffix(k_unfinished_ending.size());
  return name == k_models_file || is_child_log(name) ||
         std::ranges::any_of(k_content_stems, [&](auto stem) { return number_in(name, stem).has_value(); });
}

std::optional<TimeNs> newest_log(const LogFolder& folder) {
  std::optional<TimeNs> newest;
  for_each_log(folder, [&](const std::string& path, std::string_view) {
    const auto written = written_at(folder, path);
    if (written && (!newest || *newest < *written) && is_ours(folder, path)) newest = written;
  });
  return newest;
}

bool remove_log(const LogFolder& folder, const std::string& path) {
  // Locked as whoever writes it locks it (log_file.h), until it is gone.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return false;
  struct stat status{};
  const bool is_removed = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
                          ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 && is_ours(folder, path) &&
                          remove_files(folder, path);
  ::close(descriptor);
  return is_removed;
}

int64_t remove_old_logs(const LogFolder& folder, const LogRetention& retention, const std::set<std::string>& open_paths,
                        TimeNs now) {
  if (retention.keep == 0 && retention.days == 0) return 0;
  std::vector<Log> logs;
  for_each_log(folder, [&](const std::string& path, std::string_view) {
    if (const auto written = written_at(folder, path)) logs.push_back({*written, path});
  });
  std::ranges::sort(logs, std::ranges::greater(), [](const Log& log) { return std::pair(log.written, log.path); });
  constexpr int64_t k_ns_per_day = 86'400 * int64_t{1'000'000'000};
  int64_t removed = 0, kept = 0;
  for (const Log& log : logs) {
    if (!is_ours(folder, log.path)) continue;
    const bool is_old = retention.days > 0 && (now - log.written).ns / k_ns_per_day >= retention.days;
    const bool is_beyond = retention.keep > 0 && kept >= retention.keep;
    if ((!is_old && !is_beyond) || open_paths.contains(log.path)) {
      ++kept;
      continue;
    }
    removed += remove_log(folder, log.path) ? 1 : 0;
  }
  return removed;
}

}  // namespace strobe::session_log
