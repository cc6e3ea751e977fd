#pragma once

#include <string_view>

#include "base/result.h"
#include "net/http.h"

namespace strobe::server {

// An answer of the API. It belongs to the caller alone: kept by no cache, guessed at by no browser.
net::Response api_answer(std::string body, std::string content_type = "application/json");

// {"error":{"code","message","hint"}}. `hint` empty: null. 503 carries Retry-After.
net::Response api_error(int status, std::string_view message, std::string_view hint = {});
// An operation's Error: invalid is 400, not_found 404, conflict 409, too_large 422, timeout and unavailable 503, else
// 500.
net::Response api_error(const Error& error);

// "invalid" for 400, "not_found" for 404, ...: the same words in every error this program sends.
std::string_view error_word(int status);

}  // namespace strobe::server
