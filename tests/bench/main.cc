// The limits that a store is measured against, one word each; figures on stdout as JSON.
#include <cstdio>
#include <exception>
#include <functional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "services/throughline/bench/disk_sync.h"
#include "services/throughline/process.h"
#include "tests/bench/raw_rocks.h"
#include "tests/bench/store_scan.h"

namespace throughline {
namespace {

using Json = nlohmann::ordered_json;

std::chrono::nanoseconds OfSeconds(double seconds) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds));
}

double Seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

double Micros(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

void Tell(const Json& json) {
    fmt::print("{}\n", json.dump());
    std::fflush(stdout);
}

Json RateJson(const Latencies& took, double seconds) {
    return {{"requests", took.count()},
            {"requests_per_second", static_cast<double>(took.count()) / seconds},
            {"latency_us",
             {{"mean", Micros(took.Mean())},
              {"p50", Micros(took.Quantile(0.5))},
              {"p99", Micros(took.Quantile(0.99))},
              {"max", Micros(took.max())}}}};
}

/// What the words are told.
struct Settings {
    std::string folder;
    std::string key_file;
    std::size_t bytes = 4096;
    std::uint64_t rows = 0;
    int threads = 1;
    int passes = 3;
    double seconds = 5;
    double warm_up = 1;
    bool sealed = false;
};

absl::Status Put(const Settings& settings) {
    RawPuts puts;
    puts.folder = settings.folder;
    puts.threads = settings.threads;
    puts.bytes = settings.bytes;
    puts.warm_up = OfSeconds(settings.warm_up);
    puts.time = OfSeconds(settings.seconds);
    const absl::StatusOr<Latencies> took = PutRows(puts);
    if (!took.ok()) return took.status();
    Tell(RateJson(*took, settings.seconds));
    return absl::OkStatus();
}

absl::Status Scan(const Settings& settings) {
    RawScan scan;
    scan.folder = settings.folder;
    scan.rows = settings.rows;
    scan.bytes = settings.bytes;
    scan.passes = settings.passes;
    const absl::StatusOr<std::chrono::nanoseconds> took = ScanRows(scan);
    if (!took.ok()) return took.status();
    Tell({{"rows", scan.rows},
          {"row_bytes", scan.bytes},
          {"bytes", scan.rows * scan.bytes},
          {"seconds", Seconds(*took)}});
    return absl::OkStatus();
}

absl::Status ScanOfStore(const Settings& settings) {
    const absl::StatusOr<StoreScanned> scanned = ScanStore({.store = settings.folder,
                                                            .key_file = settings.key_file,
                                                            .sealed = settings.sealed,
                                                            .passes = settings.passes});
    if (!scanned.ok()) return scanned.status();
    Tell({{"records", scanned->records},
          {"header_bytes", scanned->header_bytes},
          {"body_bytes", scanned->body_bytes},
          {"seconds", Seconds(scanned->time)},
          {"facts_per_second", static_cast<double>(scanned->records) / std::max(Seconds(scanned->time), 1e-9)}});
    return absl::OkStatus();
}

absl::Status Sync(const Settings& settings) {
    const absl::StatusOr<Latencies> took = MeasureDiskSync(settings.folder, OfSeconds(settings.seconds));
    if (!took.ok()) return took.status();
    Tell(RateJson(*took, settings.seconds));
    return absl::OkStatus();
}

int Main(int argc, char** argv) {
    Settings settings;
    std::function<absl::Status(const Settings&)> chosen;
    CLI::App app("What a store can at most do on this machine.");
    app.require_subcommand(1);
    const auto word = [&](const std::string& name, const std::string& text, absl::Status (*run)(const Settings&)) {
        CLI::App* added = app.add_subcommand(name, text);
        added->callback([&chosen, run] { chosen = run; });
        return added;
    };
    CLI::App* put = word("rocks-put", "One synced Put a request.", Put);
    put->add_option("--folder", settings.folder)->required();
    put->add_option("--threads", settings.threads)->check(CLI::Range(1, 1'024));
    put->add_option("--bytes", settings.bytes);
    put->add_option("--seconds", settings.seconds);
    put->add_option("--warm-up", settings.warm_up);
    CLI::App* scan = word("rocks-scan", "All rows in order.", Scan);
    scan->add_option("--folder", settings.folder)->required();
    scan->add_option("--rows", settings.rows)->required();
    scan->add_option("--bytes", settings.bytes);
    scan->add_option("--passes", settings.passes)->check(CLI::Range(1, 100));
    CLI::App* store = word("store-scan", "All records of a store in order.", ScanOfStore);
    store->add_option("--store", settings.folder)->required();
    store->add_option("--key-file", settings.key_file)->required();
    store->add_flag("--sealed", settings.sealed);
    store->add_option("--passes", settings.passes)->check(CLI::Range(1, 100));
    CLI::App* sync = word("sync", "4 KiB appended and synced.", Sync);
    sync->add_option("--folder", settings.folder)->required();
    sync->add_option("--seconds", settings.seconds);
    CLI11_PARSE(app, argc, argv);
    const absl::Status status = chosen(settings);
    if (status.ok()) return 0;
    const std::string message(status.message());
    fmt::print(stderr, "throughline_baselines: {}\n", message);
    return 1;
}

}  // namespace
}  // namespace throughline

int main(int argc, char** argv) try {
    // As the program itself, so that both are measured alike.
    throughline::DropDeadlockWatch();
    return throughline::Main(argc, argv);
} catch (const std::exception& error) {
    std::fprintf(stderr, "throughline_baselines: %s\n", error.what());
    return 1;
}
