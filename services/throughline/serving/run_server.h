// Serves until a signal comes or the store can no longer be trusted: what `serve` and `dev` have in common.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "services/throughline/serving/serve_settings.h"
#include "services/throughline/serving/serving.h"

namespace throughline {

/// Starts logging, opens, calls `when_ready`, and returns once all is taken down after SIGINT or SIGTERM. Where the
/// store can no longer be trusted, it ends the process: exit 7 for what is stored, 74 for the disk.
[[nodiscard]] absl::Status RunServer(const ServeSettings& settings,
                                     const std::function<absl::Status(Serving&)>& when_ready);

}  // namespace throughline
