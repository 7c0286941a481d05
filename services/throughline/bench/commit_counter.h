// How many commits a server has made, from its metrics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace throughline {

/// The value of `throughline_log_commits_total` in a page of Prometheus metrics; nothing where it has none.
[[nodiscard]] std::optional<std::uint64_t> CommitsIn(std::string_view metrics);

/// Asks the server's metrics at `address` (an IP address and a port) over HTTP. Each commit is one sync.
///   INVALID_ARGUMENT   no such address (BAD_SETTINGS)
///   UNAVAILABLE        nobody answers there
///   UNIMPLEMENTED      the server does not count its commits
[[nodiscard]] absl::StatusOr<std::uint64_t> ReadCommits(const std::string& address);

}  // namespace throughline
