// Both forms of a report, from the same figures.
#include "services/throughline/bench/bench_report.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace throughline {
namespace {

using Json = nlohmann::ordered_json;

double Seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

double Micros(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

double Rate(std::uint64_t count, const LoadResult& load) {
    return load.time.count() <= 0 ? 0 : static_cast<double>(count) / Seconds(load.time);
}

double MegabytesRate(const BenchReport& report) {
    const RecordsRead& read = report.read;
    if (read.records == 0) return 0;
    const auto bytes = static_cast<double>(read.header_bytes + read.body_bytes) / static_cast<double>(read.records);
    return bytes * Rate(report.load.facts, report.load) / 1e6;
}

bool Reads(BenchWork work) {
    return work == BenchWork::kRead || work == BenchWork::kQuery;
}

std::optional<double> SyncsARequest(const BenchReport& report) {
    const bool appends = report.settings.work == BenchWork::kAppend;
    if (!appends || !report.commits || report.load.requests_ever == 0) return std::nullopt;
    return static_cast<double>(*report.commits) / static_cast<double>(report.load.requests_ever);
}

/// "1234567" as "1,234,567".
std::string Grouped(double value) {
    std::string digits = fmt::format("{:.0f}", value);
    for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, ",");
    return digits;
}

std::string Duration(std::chrono::nanoseconds time) {
    if (time >= std::chrono::seconds(1)) return fmt::format("{:.2f} s", Seconds(time));
    if (time >= std::chrono::milliseconds(1)) return fmt::format("{:.2f} ms", Micros(time) / 1e3);
    return fmt::format("{:.0f} µs", Micros(time));
}

std::string Errors(const LoadResult& load) {
    std::string text;
    for (const auto& [name, count] : load.errors) {
        text += fmt::format("{}{} × {}", text.empty() ? "" : ", ", Grouped(static_cast<double>(count)), name);
    }
    return text.empty() ? "none" : text;
}

std::string TagsText(const AppendShape& shape) {
    if (shape.tags == 0) return "no tags";
    const std::string tags = shape.tags == 1 ? "one tag" : fmt::format("{} tags", shape.tags);
    if (shape.spread != 0) return fmt::format("{} each, in turn from {}", tags, shape.spread);
    return shape.one_tag ? tags + " that they share" : tags + " each";
}

std::string WorkText(const BenchSettings& settings) {
    const AppendShape& shape = settings.shape;
    switch (settings.work) {
        case BenchWork::kAppend:
            return fmt::format("append {} of {} bytes a request, {}, condition {}",
                               shape.facts == 1 ? "one fact" : fmt::format("{} facts", shape.facts), shape.bytes,
                               TagsText(shape), settings.condition);
        case BenchWork::kRead:
            return settings.sealed ? "read the log, sealed" : "read the log, opened";
        case BenchWork::kQuery:
            return settings.sealed ? "read the facts of one tag, sealed" : "read the facts of one tag, opened";
        case BenchWork::kEmpty:
            return fmt::format("empty calls with the bytes of one {}", settings.like);
        case BenchWork::kStall:
            if (settings.idle) return "subscriptions that nothing comes to";
            return settings.subscribe ? "subscriptions that are not read" : "reads that are not read";
    }
    return settings.work_word;
}

Json LatencyJson(const Latencies& latencies) {
    return {{"mean", Micros(latencies.Mean())},
            {"p50", Micros(latencies.Quantile(0.5))},
            {"p99", Micros(latencies.Quantile(0.99))},
            {"p99_9", Micros(latencies.Quantile(0.999))},
            {"max", Micros(latencies.max())}};
}

}  // namespace

std::string BenchTable(const BenchReport& report) {
    const LoadResult& load = report.load;
    const Latencies& took = load.latencies;
    std::string text = fmt::format("work       {}\n", WorkText(report.settings));
    text += fmt::format("callers    {} on {} connection{}\n", report.settings.callers, report.settings.connections,
                        report.settings.connections == 1 ? "" : "s");
    text += fmt::format("requests   {} in {:.2f} s\n", Grouped(static_cast<double>(load.requests)), Seconds(load.time));
    text += fmt::format("rate       {} requests/s", Grouped(Rate(load.requests, load)));
    if (load.facts > 0) text += fmt::format(", {} facts/s", Grouped(Rate(load.facts, load)));
    if (Reads(report.settings.work)) text += fmt::format(", {:.1f} MB/s", MegabytesRate(report));
    text += fmt::format("\nlatency    p50 {}, p99 {}, p99.9 {}, max {}\n", Duration(took.Quantile(0.5)),
                        Duration(took.Quantile(0.99)), Duration(took.Quantile(0.999)), Duration(took.max()));
    text += fmt::format("errors     {}\n", Errors(load));
    if (const auto syncs = SyncsARequest(report)) text += fmt::format("syncs      {:.3f} a request\n", *syncs);
    if (report.disk_sync) {
        text += fmt::format("disk sync  p50 {}, p99 {}, for 4 KiB appended and synced\n",
                            Duration(report.disk_sync->Quantile(0.5)), Duration(report.disk_sync->Quantile(0.99)));
    }
    text += fmt::format("client     {:.2f} of a processor\n",
                        Seconds(load.client_cpu) / std::max(Seconds(load.time), 1e-9));
    return text;
}

std::string BenchJson(const BenchReport& report) {
    const BenchSettings& settings = report.settings;
    const LoadResult& load = report.load;
    Json json{{"work", settings.work_word}, {"callers", settings.callers}, {"connections", settings.connections}};
    if (settings.work == BenchWork::kAppend) {
        json["facts_a_request"] = settings.shape.facts;
        json["bytes"] = settings.shape.bytes;
        json["tags"] = settings.shape.tags;
        json["one_tag"] = settings.shape.one_tag;
        json["spread"] = settings.shape.spread;
        json["condition"] = settings.condition;
    }
    if (report.request_bytes > 0) json["request_bytes"] = report.request_bytes;
    json["seconds"] = Seconds(load.time);
    json["requests"] = load.requests;
    json["facts"] = load.facts;
    json["requests_per_second"] = Rate(load.requests, load);
    json["facts_per_second"] = Rate(load.facts, load);
    json["latency_us"] = LatencyJson(load.latencies);
    json["errors"] = Json::object();
    for (const auto& [name, count] : load.errors) json["errors"][name] = count;
    if (Reads(settings.work)) {
        json["sealed"] = settings.sealed;
        json["records"] = report.read.records;
        json["header_bytes"] = report.read.header_bytes;
        json["body_bytes"] = report.read.body_bytes;
    }
    if (const auto syncs = SyncsARequest(report)) json["syncs_per_request"] = *syncs;
    if (report.disk_sync) json["disk_sync_us"] = LatencyJson(*report.disk_sync);
    json["client_processors"] = Seconds(load.client_cpu) / std::max(Seconds(load.time), 1e-9);
    return json.dump();
}

}  // namespace throughline
