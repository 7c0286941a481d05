// Serves /metrics over HTTP on a port of its own, for Prometheus to scrape.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <prometheus/collectable.h>

#include "absl/status/statusor.h"

namespace throughline {

/// One small HTTP/1.1 server: GET /metrics, and nothing else. One thread; at most 16 connections, each for at most
/// 10 seconds; requests of at most 8 KiB. Metrics name methods, codes and views, never anybody.
class MetricsEndpoint {
  public:
    /// Listens on `host` (an IP address) and `port`; 0 is any free port. UNAVAILABLE where the port is taken.
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Open(
        const std::string& host, std::uint16_t port, std::vector<std::shared_ptr<prometheus::Collectable>> sources);
    ~MetricsEndpoint();

    /// The port it listens on.
    [[nodiscard]] std::uint16_t port() const;

  private:
    class Impl;
    explicit MetricsEndpoint(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace throughline
