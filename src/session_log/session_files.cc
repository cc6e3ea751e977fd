#include "session_log/session_files.h"

#include <algorithm>
#include <filesystem>
#include <ranges>

#include "codec/sha256.h"

namespace strobe::session_log {

namespace {

namespace fs = std::filesystem;

// A file of content is smaller: export/copilot_content.h has its limit.
constexpr size_t k_content_file_bytes_max = size_t{16} << 20;

// The session's own folder. Without a main log it must have nothing that we would write: it is another program's then.
Result<std::unique_ptr<OpenFolder>> open_own_folder(const std::string& path) {
  auto folder = TRY(OpenFolder::open(path));
  if (!folder->has(k_main_log) && std::ranges::any_of(TRY(folder->names()), is_beside_main)) {
    return fail(ErrorCode::conflict, path + " has files but no session log of Strobe's: left alone");
  }
  return folder;
}

}  // namespace

Result<std::unique_ptr<SessionFiles>> SessionFiles::open(const LogFolder& folder, const SessionSummary& session) {
  const std::string path = log_path(folder, session);
  const fs::path own_folder = fs::path(path).parent_path();
  const bool has_folder = folder.layout == LogLayout::folder;
  std::error_code error;  // opening the log tells what is wrong
  fs::create_directories(has_folder ? own_folder.parent_path() : fs::path(folder.path), error);
  std::unique_ptr<OpenFolder> opened;
  if (has_folder) opened = TRY(open_own_folder(own_folder.string()));
  std::unique_ptr<SessionFiles> files(new SessionFiles(path, std::move(opened), TRY(LogKeys::create())));
  const LogPlace place = has_folder ? files->place_of(std::string(k_main_log)) : LogPlace{.path = path};
  files->main_ = TRY(SessionLogFile::open(place, folder.signature, files->keys_));
  if (has_folder) TRY_VOID(files->read_folder(folder.signature));
  return files;
}

Result<void> SessionFiles::read_folder(const LogSignature& signature) {
  // Whichever line of a sub-agent's log comes first: the main log has said whose they are.
  const LogSignature any_line{.key_of = signature.key_of};
  for (const std::string& name : TRY(folder_->names())) {
    if (is_child_log(name)) {
      const auto log = SessionLogFile::open(place_of(name), any_line, keys_);
      children_.emplace(name, log ? Result<void>() : Result<void>(std::unexpected(log.error())));
    }
    for (const std::string_view stem : k_content_stems) {
      const auto number = number_in(name, stem);
      if (!number) continue;
      Content& contents = contents_[std::string(stem)];
      contents.next = std::max(contents.next, *number < INT64_MAX ? *number + 1 : *number);
      // One that cannot be read gets a twin.
      const auto text = folder_->read(name, k_content_file_bytes_max);
      if (text && contents.names.size() < k_content_files_max) contents.names.emplace(codec::sha256(*text), name);
    }
  }
  return {};
}

std::set<std::string, std::less<>> SessionFiles::child_logs() const {
  const auto names = std::views::keys(children_);
  return {names.begin(), names.end()};
}

bool SessionFiles::is_gone() const {
  if (main_->is_gone()) return true;
  if (!folder_) return false;
  return folder_->is_gone() ||
         std::ranges::any_of(children_, [&](const auto& child) { return !folder_->has(child.first); });
}

Result<void> SessionFiles::append(std::vector<exporter::LogLine> lines) {
  if (!trouble_) {
    auto trouble = std::move(trouble_);
    trouble_ = {};
    return trouble;
  }
  std::ranges::stable_sort(lines, {}, &exporter::LogLine::file);
  Result<void> result;
  for (size_t begin = 0, end = 0; begin < lines.size(); begin = end) {
    const std::string& name = lines[begin].file;
    while (end < lines.size() && lines[end].file == name) ++end;
    const auto appended = append(name, std::span(lines).subspan(begin, end - begin));
    if (!appended && name.empty()) return appended;
    if (!appended && result) result = appended;
  }
  return result;
}

Result<void> SessionFiles::append(const std::string& name, std::span<const exporter::LogLine> lines) {
  TRY_VOID(name.empty() ? main_->append(lines) : append_to_child(name, lines));
  count_.lines += static_cast<int64_t>(lines.size());
  for (const exporter::LogLine& line : lines) count_.cut += line.cut;
  return {};
}

Result<void> SessionFiles::append_to_child(const std::string& name, std::span<const exporter::LogLine> lines) {
  const auto known = children_.find(name);
  if (known == children_.end()) {
    const auto log = TRY(SessionLogFile::create(place_of(name), keys_));
    children_.emplace(name, Result<void>());
    return log->append(lines);
  }
  TRY_VOID(known->second);
  return TRY(SessionLogFile::open_again(place_of(name), keys_))->append(lines);
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
  const auto written = folder_->write(name, content);
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
  const auto written = folder_->write(name, content);
  note_trouble(written);
  if (written) known->second = hash;
}

}  // namespace strobe::session_log
