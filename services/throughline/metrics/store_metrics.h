// How far the log goes and what follows it, asked for at each scrape.
#pragma once

#include <functional>
#include <vector>

#include <prometheus/collectable.h>

#include "eventstore/log/record_log.h"
#include "throughline/views/v1/status_service.pb.h"

namespace throughline {

/// Gives the same numbers as the status service, as gauges, and what the log counts. Safe from many threads.
class StoreMetrics final : public prometheus::Collectable {
  public:
    struct Sources {
        std::function<std::uint64_t()> records;
        std::function<LogCounters()> log;
        std::function<bool()> writable;
        std::function<std::size_t()> streams;
        std::vector<std::function<views::v1::FollowerStatus()>> followers;
    };

    explicit StoreMetrics(Sources sources) : sources_(std::move(sources)) {}

    [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

  private:
    const Sources sources_;
};

}  // namespace throughline
