#include "server/api_error.h"

#include "json/write.h"

namespace strobe::server {

namespace {

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid: return 400;
    case ErrorCode::not_found: return 404;
    case ErrorCode::conflict: return 409;
    case ErrorCode::too_large: return 422;
    case ErrorCode::timeout:
    case ErrorCode::unavailable: return 503;
    case ErrorCode::corrupt:
    case ErrorCode::io: break;
  }
  return 500;
}

std::string error_body(std::string_view word, std::string_view message, std::string_view hint) {
  json::Writer writer;
  writer.begin_object().key("error").begin_object();
  writer.key("code").string(word);
  writer.key("message").string(message);
  writer.key("hint");
  hint.empty() ? writer.null() : writer.string(hint);
  writer.end_object().end_object();
  return writer.take();
}

net::Response error_answer(int status, std::string_view word, std::string_view message, std::string_view hint) {
  net::Response response = api_answer(error_body(word, message, hint));
  response.status = status;
  if (status == 503) response.headers.push_back({"Retry-After", "1"});
  return response;
}

}  // namespace

std::string_view error_word(int status) {
  switch (status) {
    case 400: return "invalid";
    case 403: return "forbidden";
    case 404: return "not_found";
    case 405: return "method_not_allowed";
    case 408: return "timeout";
    case 409: return "conflict";
    case 413:
    case 422: return "too_large";
    case 415: return "unsupported_media_type";
    case 431: return "header_too_large";
    case 503: return "unavailable";
    default: return "internal";
  }
}

net::Response api_answer(std::string body, std::string content_type) {
  net::Response response;
  response.content_type = std::move(content_type);
  response.body = std::move(body);
  response.headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  return response;
}

net::Response api_error(int status, std::string_view message, std::string_view hint) {
  return error_answer(status, error_word(status), message, hint);
}

net::Response api_error(const Error& error) {
  const int status = status_of(error.code);
  if (error.code != ErrorCode::timeout) return error_answer(status, error_word(status), error.message, error.hint);
  return error_answer(status, "timeout", "this took too long and was given up",
                      "ask for less: a smaller limit, a shorter time");
}

}  // namespace strobe::server
