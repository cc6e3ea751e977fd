#include "net/response_head.h"

#include <algorithm>
#include <array>

namespace strobe::net {
namespace {

struct Reason {
  int status;
  std::string_view phrase;
};

constexpr std::array k_reasons = {
    Reason{200, "OK"},
    Reason{201, "Created"},
    Reason{202, "Accepted"},
    Reason{204, "No Content"},
    Reason{206, "Partial Content"},
    Reason{301, "Moved Permanently"},
    Reason{302, "Found"},
    Reason{303, "See Other"},
    Reason{304, "Not Modified"},
    Reason{307, "Temporary Redirect"},
    Reason{308, "Permanent Redirect"},
    Reason{400, "Bad Request"},
    Reason{401, "Unauthorized"},
    Reason{403, "Forbidden"},
    Reason{404, "Not Found"},
    Reason{405, "Method Not Allowed"},
    Reason{406, "Not Acceptable"},
    Reason{408, "Request Timeout"},
    Reason{409, "Conflict"},
    Reason{410, "Gone"},
    Reason{413, "Content Too Large"},
    Reason{415, "Unsupported Media Type"},
    Reason{417, "Expectation Failed"},
    Reason{422, "Unprocessable Content"},
    Reason{429, "Too Many Requests"},
    Reason{431, "Request Header Fields Too Large"},
    Reason{500, "Internal Server Error"},
    Reason{501, "Not Implemented"},
    Reason{503, "Service Unavailable"},
    Reason{504, "Gateway Timeout"},
    Reason{507, "Insufficient Storage"},
};

// Not strftime: its names of days follow the locale.
std::string http_date(std::time_t now) {
  constexpr std::string_view k_days = "SunMonTueWedThuFriSat";
  constexpr std::string_view k_months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  std::tm utc{};
  gmtime_r(&now, &utc);
  const auto digits = [](int value, int count) {
    std::string text = std::to_string(value);
    return std::string(static_cast<size_t>(std::max(0, count - static_cast<int>(text.size()))), '0') + text;
  };
  std::string out(k_days.substr(static_cast<size_t>(utc.tm_wday) * 3, 3));
  out += ", " + digits(utc.tm_mday, 2) + ' ';
  out += k_months.substr(static_cast<size_t>(utc.tm_mon) * 3, 3);
  out += ' ' + digits(utc.tm_year + 1900, 4) + ' ' + digits(utc.tm_hour, 2) + ':' + digits(utc.tm_min, 2) + ':' +
         digits(utc.tm_sec, 2) + " GMT";
  return out;
}

bool is_own_header(std::string_view name) {
  const auto is = [&](std::string_view other) {
    return std::equal(name.begin(), name.end(), other.begin(), other.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
  };
  return is("content-length") || is("transfer-encoding") || is("connection") || is("date");
}

void add(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

}  // namespace

std::string_view reason_phrase(int status) {
  const auto at = std::find_if(k_reasons.begin(), k_reasons.end(), [&](const Reason& r) { return r.status == status; });
  return at == k_reasons.end() ? std::string_view("Status") : at->phrase;
}

bool status_has_body(int status) { return status >= 200 && status != 204 && status != 304; }

bool is_header_text(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == '\t'; });
}

std::string format_response_head(const Response& response, AfterAnswer after, std::time_t now) {
  std::string out;
  out.reserve(256);
  out += "HTTP/1.1 " + std::to_string(response.status) + ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  add(out, "Date", http_date(now));
  const bool has_body = status_has_body(response.status);
  if (has_body && !response.content_type.empty() && is_header_text(response.content_type)) {
    add(out, "Content-Type", response.content_type);
  }
  for (const auto& [name, value] : response.headers) {
    const bool clean = !name.empty() && is_header_text(name) && name.find_first_of(": \t") == std::string::npos;
    if (clean && is_header_text(value) && !is_own_header(name)) add(out, name, value);
  }
  if (has_body) add(out, "Content-Length", std::to_string(response.body.size()));
  // HTTP/1.0 clients keep the connection only when they are told; the others do not mind.
  add(out, "Connection", after == AfterAnswer::keep ? "keep-alive" : "close");
  out += "\r\n";
  return out;
}

}  // namespace strobe::net
