// Batch by batch, through the same interface that the log's gRPC face reads with.
#include "tests/bench/store_scan.h"

#include <algorithm>
#include <vector>

#include "services/throughline/serving/opened_store.h"

namespace throughline {
namespace {

using SteadyClock = std::chrono::steady_clock;

absl::Status ScanSealed(RecordLog& records, StoreScanned& scanned) {
    ReadOptions options;
    do {
        const absl::StatusOr<ReadProgress> progress = records.Visit(options, [&](const RecordView& record) {
            ++scanned.records;
            scanned.header_bytes += record.header.size();
            scanned.body_bytes += record.sealed_body.size();
        });
        if (!progress.ok()) return progress.status();
        options.from = progress->next;
    } while (options.from);
    return absl::OkStatus();
}

absl::Status ScanOpened(RecordLog& records, EventLog& log, StoreScanned& scanned) {
    ReadOptions options;
    std::string body;
    absl::Status status;
    do {
        const absl::StatusOr<ReadProgress> progress = records.Visit(options, [&](const RecordView& record) {
            body.clear();
            const absl::StatusOr<bool> opened = log.OpenBody(record, body);
            if (!opened.ok()) status.Update(opened.status());
            ++scanned.records;
            scanned.header_bytes += record.header.size();
            scanned.body_bytes += body.size();
        });
        if (!progress.ok()) return progress.status();
        options.from = progress->next;
    } while (options.from && status.ok());
    return status;
}

}  // namespace

absl::StatusOr<StoreScanned> ScanStore(const StoreScan& scan) {
    const auto store = OpenedStore::Open(StoreFolder{scan.store}, scan.key_file, [](const absl::Status&) {});
    if (!store.ok()) return store.status();
    std::vector<StoreScanned> passes;
    for (int pass = 0; pass < scan.passes; ++pass) {
        StoreScanned& scanned = passes.emplace_back();
        const SteadyClock::time_point began = SteadyClock::now();
        const absl::Status status = scan.sealed ? ScanSealed((*store)->records(), scanned)
                                                : ScanOpened((*store)->records(), (*store)->log(), scanned);
        if (!status.ok()) return status;
        scanned.time = SteadyClock::now() - began;
    }
    std::sort(passes.begin(), passes.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    return passes[passes.size() / 2];
}

}  // namespace throughline
