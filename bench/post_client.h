#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace strobe::bench {

// Clients in processes of their own, so that what they cost is not counted as the server's: each sends its requests
// over one connection, the next after the answer to the one before. Fork them while the process has a single thread.
class PostClients {
 public:
  // requests[n] are the protobuf bodies that client n posts to /v1/traces. Errors: io.
  static Result<PostClients> fork_all(const std::vector<std::vector<std::string>>& requests);
  PostClients(PostClients&&) = default;
  PostClients& operator=(PostClients&&) = delete;

  // Lets them connect to 127.0.0.1:port, and waits until all have every answer. Errors: unavailable, when one of them
  // saw anything but 200 (a 503 is tried again).
  Result<void> run(uint16_t port);

 private:
  PostClients() = default;
  std::vector<pid_t> children_;
  std::vector<int> starters_;  // pipes on which the children wait for the port
};

}  // namespace strobe::bench
