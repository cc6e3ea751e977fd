#include "session_log/session_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "codec/sha256.h"

namespace strobe::session_log {

namespace {

namespace fs = std::filesystem;

// A file of content is smaller: export/copilot_content.h has its limit.
constexpr size_t k_content_file_bytes_max = size_t{16} << 20;

// All of it or nothing, for its owner alone.
Result<void> write_whole(const std::string& path, std::string_view content) {
  const auto failure = [&] { return fail(ErrorCode::io, "cannot write " + path + ": " + std::strerror(errno)); };
  const std::string temporary = path + std::string(k_unfinished_ending);
  constexpr mode_t k_owner_only = 0600;
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, k_owner_only);
  if (descriptor < 0) return failure();
  bool is_written = true;
  while (is_written && !content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written >= 0) content.remove_prefix(static_cast<size_t>(written));
    is_written = written >= 0 || errno == EINTR;
  }
  if (is_written) is_written = ::rename(temporary.c_str(), path.c_str()) == 0;
  const auto result = is_written ? Result<void>() : Result<void>(failure());
  ::close(descriptor);
  if (!result) ::unlink(temporary.c_str());
  return result;
}

}  // namespace

Result<std::unique_ptr<SessionFiles>> SessionFiles::open(const LogFolder& folder, const SessionSummary& session,
                                                         const SessionLogFile::KeyOf& key_of) {
  const std::string path = log_path(folder, session);
  std::string own_folder;
  std::error_code error;
  fs::create_directories(folder.path, error);
  if (folder.layout == LogLayout::folder) {
    own_folder = fs::path(path).parent_path().string();
    constexpr mode_t k_owner_only = 0700;
    fs::create_directories(fs::path(own_folder).parent_path(), error);
    ::mkdir(own_folder.c_str(), k_owner_only);  // opening the log tells what is wrong with it
    if (fs::is_symlink(fs::symlink_status(own_folder, error))) {
      return fail(ErrorCode::io, own_folder + " is a link");
    }
  }
  std::unique_ptr<SessionFiles> files(new SessionFiles(path, own_folder, TRY(LogKeys::create())));
  files->main_ = TRY(SessionLogFile::open(path, key_of, files->keys_));
  if (!own_folder.empty()) TRY_VOID(files->read_folder(key_of));
  return files;
}

Result<void> SessionFiles::read_folder(const SessionLogFile::KeyOf& key_of) {
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (is_child_log(name)) {
      TRY(SessionLogFile::open(at->path().string(), key_of, keys_));
      ++child_logs_;
    }
    for (const std::string_view stem : k_content_stems) {
      const auto number = number_in(name, stem);
      if (!number) continue;
      Content& contents = contents_[std::string(stem)];
      contents.next = std::max(contents.next, *number < INT64_MAX ? *number + 1 : *number);
      // One that cannot be read gets a twin.
      const auto text = read_file(at->path().string(), k_content_file_bytes_max);
      if (text && contents.names.size() < k_content_files_max) contents.names.emplace(codec::sha256(*text), name);
    }
  }
  return {};
}

Result<void> SessionFiles::append(std::vector<exporter::LogLine> lines) {
  if (!trouble_) {
    auto trouble = std::move(trouble_);
    trouble_ = {};
    return trouble;
  }
  std::ranges::stable_sort(lines, {}, &exporter::LogLine::file);
  for (size_t begin = 0, end = 0; begin < lines.size(); begin = end) {
    const std::string& name = lines[begin].file;
    while (end < lines.size() && lines[end].file == name) ++end;
    TRY_VOID(append(name, std::span(lines).subspan(begin, end - begin)));
  }
  return {};
}

Result<void> SessionFiles::append(const std::string& name, std::span<const exporter::LogLine> lines) {
  if (name.empty()) return main_->append(lines);
  const std::string path = folder_ + "/" + name;
  child_logs_ += fs::exists(path) ? 0 : 1;
  const auto log = TRY(SessionLogFile::open_again(path, keys_));
  return log->append(lines);
}

void SessionFiles::note_trouble(const Result<void>& done) {
  if (!done && trouble_) trouble_ = done;
}

std::string SessionFiles::file_of(std::string_view stem, std::string_view content) {
  Content& contents = contents_[std::string(stem)];
  const Hash256 hash = codec::sha256(content);
  if (const auto known = contents.names.find(hash); known != contents.names.end()) return known->second;
  if (contents.names.size() >= k_content_files_max) return {};
  const std::string name = std::string(stem) + "_" + std::to_string(contents.next) + ".json";
  const auto written = write_whole(folder_ + "/" + name, content);
  note_trouble(written);
  if (!written) return {};
  ++contents.next;
  contents.names.emplace(hash, name);
  return name;
}

void SessionFiles::replace(std::string_view name, const std::string& content) {
  const Hash256 hash = codec::sha256(content);
  const auto [known, is_new] = replaced_.try_emplace(std::string(name), Hash256{});
  if (known->second == hash) return;
  const auto written = write_whole(folder_ + "/" + std::string(name), content);
  note_trouble(written);
  if (written) known->second = hash;
}

}  // namespace strobe::session_log
