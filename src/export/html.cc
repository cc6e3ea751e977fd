#include "export/html.h"

#include <algorithm>

#include "base/base64.h"
#include "codec/sha256.h"
#include "export/report_assets.h"
#include "export/report_data.h"

namespace strobe::exporter {

namespace {

// As a policy names a script or a style that it allows: by what it is.
std::string source_of(std::string_view text) {
  const Hash256 hash = codec::sha256(text);
  return "'sha256-" + to_base64(std::string_view(reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size())) +
         "'";
}

std::string policy() {
  return "default-src 'none'; script-src " + source_of(report_script()) + "; style-src " + source_of(report_style()) +
         "; base-uri 'none'; form-action 'none'";
}

std::string title_of(const SessionSummary& summary) {
  const std::string& who = summary.agent.empty() ? summary.service : summary.agent;
  return html_escaped((who.empty() ? "session" : who) + " " + summary.id.hex().substr(0, 12)) + " · Strobe report";
}

// The page with each @NAME@ in place. What is put in is not looked at again.
std::string filled(std::string_view page, std::span<const std::pair<std::string_view, std::string_view>> values) {
  std::string out;
  while (!page.empty()) {
    const size_t mark = page.find('@');
    out += page.substr(0, mark);
    if (mark == std::string_view::npos) break;
    page.remove_prefix(mark);
    const auto value = std::ranges::find_if(values, [&](const auto& pair) { return page.starts_with(pair.first); });
    if (value == values.end()) {
      out += '@';
      page.remove_prefix(1);
    } else {
      out += value->second;
      page.remove_prefix(value->first.size());
    }
  }
  return out;
}

}  // namespace

std::string json_for_script(std::string_view json) {
  constexpr std::string_view k_line_separator = "\xE2\x80\xA8";
  constexpr std::string_view k_paragraph_separator = "\xE2\x80\xA9";
  std::string out;
  out.reserve(json.size() + json.size() / 16);
  for (size_t i = 0; i < json.size(); ++i) {
    switch (json[i]) {
      case '<': out += "\\u003c"; break;
      case '>': out += "\\u003e"; break;
      case '&': out += "\\u0026"; break;
      case '\xE2':
        if (json.substr(i, 3) == k_line_separator || json.substr(i, 3) == k_paragraph_separator) {
          out += json.substr(i, 3) == k_line_separator ? "\\u2028" : "\\u2029";
          i += 2;
          break;
        }
        [[fallthrough]];
      default: out += json[i];
    }
  }
  return out;
}

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string to_html(const SessionView& session, std::span<const Finding> findings, const ReportLimits& limits) {
  const std::string title = title_of(session.summary);
  const std::string allowed = policy();
  const std::string data = json_for_script(report_data(session, findings, limits));
  const std::pair<std::string_view, std::string_view> values[] = {{"@TITLE@", title},
                                                                  {"@POLICY@", allowed},
                                                                  {"@STYLE@", report_style()},
                                                                  {"@DATA@", data},
                                                                  {"@SCRIPT@", report_script()}};
  return filled(report_page(), values);
}

}  // namespace strobe::exporter
