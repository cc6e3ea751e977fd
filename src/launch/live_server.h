#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace strobe::launch {

// Who listens for a store. Any process may write a store, but only one listens: it holds a lock on the file
// "<store>.server", whose content is its URL. The lock goes with the process, so a crash leaves no false trace.
class ServerLock {
 public:
  // Errors: conflict ("http://127.0.0.1:4318 serves this store already"), io.
  static Result<ServerLock> acquire(const std::string& store_path);
  ServerLock(ServerLock&& other) noexcept;
  ServerLock& operator=(ServerLock&&) = delete;
  ~ServerLock();

  Result<void> publish(const std::string& url);
  // Nobody shall send here any more; the lock stays.
  void withdraw();

 private:
  ServerLock(int fd, std::string path);
  int fd_;
  std::string path_;
};

// The URL of the server that listens for the store now, if one does.
std::optional<std::string> find_live_server(const std::string& store_path);

}  // namespace strobe::launch
