#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/session_health.h"
#include "view/text.h"

// `doctor`: what it says of a store and of a session, as text and as JSON.

namespace strobe::view {

struct StoreDiagnosis {
  struct Table {
    std::string name;
    int64_t rows = 0, bytes = 0;
  };
  struct Doubtful {
    std::string session;
    int64_t calls = 0;  // whose context is not known completely
  };
  std::string path;
  std::string strobe_version, sqlite_version;
  int64_t schema_version = 0, canonical_version = 0, normaliser_version = 0;
  int64_t file_bytes = 0, free_bytes = 0;
  bool quick = false;
  std::vector<std::string> problems;
  std::vector<Table> tables;
  std::vector<std::pair<int, int64_t>> traces_by_normaliser;
  int64_t spans_indexed = 0, spans_waiting = 0;
  std::vector<std::pair<std::string, int64_t>> counts;
  std::vector<Doubtful> doubtful;
  struct Large {
    std::string session;
    int64_t bytes = 0;
  };
  std::vector<Large> largest;
};

std::string store_diagnosis_text(const StoreDiagnosis& diagnosis, const TextStyle& style);
std::string store_diagnosis_json(const StoreDiagnosis& diagnosis);
std::string session_health_text(const SessionHealth& health, const TextStyle& style);
std::string session_health_json(const SessionHealth& health);

// What a counter of the store means, as a sentence; empty for one that is not known here.
std::string_view meaning_of_count(std::string_view name);

}  // namespace strobe::view
