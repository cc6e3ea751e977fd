#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "net/http.h"

namespace strobe::net {

enum class AfterAnswer { keep, close };

// What precedes the body: status line, the response's headers, Date, Content-Length and Connection. Headers that
// contain control characters, or that are the server's own to say, are left out: traced text may end up in them.
std::string format_response_head(const Response& response, AfterAnswer after, std::time_t now);

// False for answers that have no body by definition (RFC 9110 section 6.4.1): 1xx, 204, 304.
bool status_has_body(int status);

std::string_view reason_phrase(int status);

// True when nothing in `value` could end a header line.
bool is_header_text(std::string_view value);

}  // namespace strobe::net
