// Batch by batch, through the same interfaces that casework and views read with.
#include "tests/bench/store_scan.h"

#include <algorithm>
#include <vector>

#include "services/throughline/serving/opened_store.h"

namespace throughline {
namespace {

using SteadyClock = std::chrono::steady_clock;

absl::Status ScanSealed(RecordLog& log, StoreScanned& scanned) {
    ReadOptions options;
    do {
        const absl::StatusOr<ReadBatch> batch = log.Read(options);
        if (!batch.ok()) return batch.status();
        for (const StoredRecord& record : batch->records) {
            scanned.header_bytes += record.header.size();
            scanned.body_bytes += record.sealed_body.size();
        }
        scanned.records += batch->records.size();
        options.from = batch->next;
    } while (options.from);
    return absl::OkStatus();
}

absl::Status ScanOpened(EventLog& log, StoreScanned& scanned) {
    ReadOptions options;
    do {
        const absl::StatusOr<RecordBatch> batch = log.Read(options);
        if (!batch.ok()) return batch.status();
        for (const Record& record : batch->records) scanned.body_bytes += record.body ? record.body->size() : 0;
        scanned.records += batch->records.size();
        options.from = batch->next;
    } while (options.from);
    return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StoreScanned> ScanStore(const StoreScan& scan) {
    const auto store = OpenedStore::Open(StoreFolder{scan.store}, scan.key_file, [](const absl::Status&) {});
    if (!store.ok()) return store.status();
    std::vector<StoreScanned> passes;
    for (int pass = 0; pass < scan.passes; ++pass) {
        StoreScanned& scanned = passes.emplace_back();
        const SteadyClock::time_point began = SteadyClock::now();
        const absl::Status status =
            scan.sealed ? ScanSealed((*store)->records(), scanned) : ScanOpened((*store)->log(), scanned);
        if (!status.ok()) return status;
        scanned.time = SteadyClock::now() - began;
    }
    std::sort(passes.begin(), passes.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    return passes[passes.size() / 2];
}

}  // namespace throughline
