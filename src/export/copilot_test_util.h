#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "export/copilot_line.h"
#include "export/copilot_lines.h"
#include "json/parse.h"

// Lines of Copilot's form in a folder in memory, and what stands in them.

namespace strobe::exporter {

// A folder in memory.
struct Folder {
  std::map<std::string, std::string> files;  // name by content
  std::set<std::string, std::less<>> keys;
  std::set<std::string, std::less<>> child_logs;

  CopilotFolder face() {
    return {.is_written = [this](std::string_view key) { return keys.contains(key); },
            .file_of =
                [this](std::string_view stem, std::string_view content) {
                  const std::string name = std::string(stem) + "_" + std::to_string(files.size()) + ".json";
                  return files.try_emplace(std::string(content), name).first->second;
                },
            .child_logs = child_logs};
  }
  std::vector<LogLine> write(const SessionView& session, const LogLineOptions& options = {}) {
    auto lines = copilot_lines(session, options, face());
    for (const LogLine& line : lines) {
      EXPECT_TRUE(keys.insert(line.key).second) << line.key;
      EXPECT_EQ(copilot_key_of(line.text), line.key);
      if (!line.file.empty()) child_logs.insert(line.file);
    }
    return lines;
  }
};

inline std::string string_in(const LogLine& line, std::string_view key, std::string_view inner = {}) {
  Arena arena;
  const auto node = json::parse(line.text, arena);
  if (!node) return "broken: " + line.text;
  const json::Node* found = node->find(key);
  if (found != nullptr && !inner.empty()) found = found->find(inner);
  return found == nullptr ? "-" : std::string(inner.empty() ? node->string_at(key) : node->find(key)->string_at(inner));
}

// "llm_request", and where it stands when that is not the main log: "llm_request@FILE".
inline std::vector<std::string> types_of(const std::vector<LogLine>& lines) {
  std::vector<std::string> types;
  for (const LogLine& line : lines) {
    types.push_back(string_in(line, "type") + (line.file.empty() ? "" : "@" + line.file));
  }
  return types;
}

// What the attribute of that name is, in all lines of that type.
inline std::vector<std::string> told(const std::vector<LogLine>& lines, std::string_view type, std::string_view key) {
  std::vector<std::string> found;
  for (const LogLine& line : lines) {
    if (string_in(line, "type") == type) found.push_back(string_in(line, "attrs", key));
  }
  return found;
}

inline const LogLine& line_of(const std::vector<LogLine>& lines, std::string_view type, size_t number = 0) {
  for (const LogLine& line : lines) {
    if (string_in(line, "type") == type && number-- == 0) return line;
  }
  ADD_FAILURE() << "no " << type;
  static const LogLine k_none;
  return k_none;
}

inline void expect_in(const LogLine& line, std::string_view text) {
  EXPECT_NE(line.text.find(text), std::string::npos) << text << " in " << line.text;
}

}  // namespace strobe::exporter
