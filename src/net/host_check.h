#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strobe::net {

// Which Host headers are answered. A web page of a stranger can make a browser look up its own name as 127.0.0.1 and
// talk to us (DNS rebinding), but it cannot make the browser send another Host than that name.
class HostCheck {
 public:
  // `listening` as in HttpServerOptions::host; `allowed` may contain "*".
  HostCheck(std::string_view listening, const std::vector<std::string>& allowed);

  // `host` as in the header, with or without a port. `local_address` is the address the client connected to, as text:
  // when we listen on all addresses it is the one the client means. Loopback names and addresses always pass.
  bool allows(std::string_view host, std::string_view local_address) const;

 private:
  bool all_ = false;
  std::vector<std::string> names_;  // lower case, no port, no brackets
};

// "Example.com.:80" -> "example.com", "[::1]:80" -> "::1"; empty when it is not of such a form.
std::string host_name(std::string_view host);

}  // namespace strobe::net
