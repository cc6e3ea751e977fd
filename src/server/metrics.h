#pragma once

#include "net/http.h"
#include "query/query.h"
#include "server/figures.h"

namespace strobe::server {

// GET /metrics: docs/reference/metrics.md lists every name. With `store` null (nobody had time to read it) the figures
// that only the store knows are left out.
net::Response metrics_answer(const Figures& figures, store::Store* store);

}  // namespace strobe::server
