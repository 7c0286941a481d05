// Numbers asked for on the spot: nothing here has to remember to count.
#include "services/throughline/metrics/store_metrics.h"

#include <string>

#include <prometheus/metric_family.h>

namespace throughline {
namespace {

prometheus::MetricFamily Gauge(const std::string& name, const std::string& help) {
    prometheus::MetricFamily family;
    family.name = name;
    family.help = help;
    family.type = prometheus::MetricType::Gauge;
    return family;
}

void Add(prometheus::MetricFamily& family, double value, const std::string& follower = "") {
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    metric.gauge.value = value;
    if (!follower.empty()) metric.label.push_back({"follower", follower});
}

prometheus::MetricFamily Counter(const std::string& name, const std::string& help, std::uint64_t value) {
    prometheus::MetricFamily family;
    family.name = name;
    family.help = help;
    family.type = prometheus::MetricType::Counter;
    family.metric.emplace_back().counter.value = static_cast<double>(value);
    return family;
}

}  // namespace

std::vector<prometheus::MetricFamily> StoreMetrics::Collect() const {
    const std::uint64_t end = sources_.records();
    auto records = Gauge("throughline_log_records", "Records in the log.");
    Add(records, static_cast<double>(end));
    const LogCounters log = sources_.log();
    auto commits = Counter("throughline_log_commits_total",
                           "Commits since the start, each synced once; several appends may share one.", log.commits);
    auto appends = Counter("throughline_log_appends_total", "Appends in those commits.", log.appends);
    auto writable = Gauge("throughline_log_writable", "1 where the log takes appends, 0 where the disk is too full.");
    Add(writable, sources_.writable() ? 1 : 0);
    auto streams = Gauge("throughline_streams", "Reads and subscriptions that are open.");
    Add(streams, static_cast<double>(sources_.streams()));
    auto taken_in = Gauge("throughline_follower_records", "Records that a view or the publisher has taken in.");
    auto behind =
        Gauge("throughline_follower_behind_records", "Records that a view or the publisher is behind the log.");
    auto parked = Gauge("throughline_follower_parked_groups", "Groups of a view that stand still.");
    auto trouble =
        Gauge("throughline_follower_trouble", "1 where something keeps a view or the publisher from going on.");
    for (const auto& source : sources_.followers) {
        const views::v1::FollowerStatus follower = source();
        Add(taken_in, static_cast<double>(follower.records()), follower.name());
        Add(behind, follower.records() < end ? static_cast<double>(end - follower.records()) : 0, follower.name());
        Add(parked, follower.parked_size(), follower.name());
        Add(trouble, follower.trouble().empty() ? 0 : 1, follower.name());
    }
    return {std::move(records),  std::move(commits), std::move(appends), std::move(writable), std::move(streams),
            std::move(taken_in), std::move(behind),  std::move(parked),  std::move(trouble)};
}

}  // namespace throughline
