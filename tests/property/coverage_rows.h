#pragma once

#include <map>
#include <string>
#include <vector>

#include "reference.pb.h"
#include "store/store.h"

namespace strobe::property {

// What `export` gives for each session, by the trace id of its first span. Each session is expected to be one trace.
std::map<std::string, reference::TracesData> exported_traces(store::Store& store);

// Logs and metric points as their rows in the file at `path` say, each a request of its own, in the order in which they
// came. `store` is the same file; contents are fetched from it. Nothing in the product reads these rows back yet.
std::vector<reference::LogsData> stored_logs(const std::string& path, store::Store& store);
std::vector<reference::MetricsData> stored_points(const std::string& path, store::Store& store);

}  // namespace strobe::property
