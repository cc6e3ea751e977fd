#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace strobe::importer {

// The sessions of a file that are kept in mind at once, by a name. Bounded: when there are too many, or they hold too
// much memory, all are finished as they stand and forgotten; a line that comes later begins its session anew. `Session`
// has finish(), has_ended() and memory().
template <typename Session>
class SessionMap {
 public:
  // Null: there is none. Pointers hold until the next put() or make_room().
  Session* find(const std::string& name) const {
    const auto found = sessions_.find(name);
    return found == sessions_.end() ? nullptr : found->second.get();
  }
  // In place of another one of that name, which is finished.
  Session& put(const std::string& name, std::unique_ptr<Session> session) {
    if (sessions_.size() >= k_sessions_max) forget();
    auto& place = sessions_[name];
    if (place) place->finish();
    place = std::move(session);
    return *place;
  }
  // Before each line, with its size. True: all were forgotten.
  bool make_room(size_t line_bytes) {
    unwatched_bytes_ += line_bytes + k_line_bytes;
    if (unwatched_bytes_ < k_unwatched_bytes_max) return false;
    unwatched_bytes_ = 0;
    size_t bytes = 0;
    for (const auto& [name, session] : sessions_) bytes += session->memory();
    if (bytes < k_bytes_max) return false;
    forget();
    return true;
  }
  // True once: sessions without an end were forgotten.
  bool take_trouble() { return std::exchange(has_trouble_, false); }
  void finish() {
    for (auto& [name, session] : sessions_) session->finish();
    sessions_.clear();
  }

 private:
  void forget() {
    for (const auto& [name, session] : sessions_) {
      if (session->has_ended() || had_trouble_) continue;
      has_trouble_ = had_trouble_ = true;
    }
    finish();
  }

  static constexpr size_t k_sessions_max = 1000;
  static constexpr size_t k_bytes_max = size_t{512} << 20;
  // Adding it all up takes time: it is done after so many bytes of lines, each of which takes some memory of its own.
  static constexpr size_t k_unwatched_bytes_max = size_t{64} << 20;
  static constexpr size_t k_line_bytes = 4096;

  std::map<std::string, std::unique_ptr<Session>> sessions_;
  size_t unwatched_bytes_ = 0;
  bool has_trouble_ = false, had_trouble_ = false;
};

inline constexpr char k_sessions_forgotten[] =
    "too many sessions at once: those before were closed as they stood, what more is told of them is told apart";

}  // namespace strobe::importer
