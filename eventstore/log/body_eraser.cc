// Row by row: a range deletion would leave the bytes to a compaction that may never come.
#include "eventstore/log/body_eraser.h"

#include <memory>

#include <rocksdb/write_batch.h>

#include "eventstore/base/status_details.h"
#include "eventstore/log/body_row.h"
#include "eventstore/log/keys.h"

namespace throughline {
namespace {

constexpr std::uint32_t kRowsPerBatch = 1'000;

}  // namespace

absl::StatusOr<std::uint64_t> EraseBodies(LogFamilies& families, SubjectId subject) {
    std::uint64_t erased = 0;
    const std::string lowest = BodyKeyLowest(subject);
    const std::string highest = BodyKeyHighest(subject);
    {
        const std::unique_ptr<rocksdb::Iterator> rows(families.db().NewIterator({}, families.bodies()));
        rocksdb::WriteBatch batch;
        rocksdb::Status status;
        for (rows->Seek(lowest); rows->Valid() && rows->key().compare(highest) <= 0 && status.ok(); rows->Next()) {
            const auto count = CountBodies({rows->value().data(), rows->value().size()});
            erased += count.value_or(0);
            status = batch.Delete(families.bodies(), rows->key());
            if (status.ok() && batch.Count() >= kRowsPerBatch) {
                status = families.db().Write(Synced(), &batch);
                batch.Clear();
            }
        }
        if (status.ok()) status = rows->status();
        if (status.ok()) status = families.db().Write(Synced(), &batch);
        if (!status.ok()) return FromRocks(status, "deleting bodies");
    }
    if (absl::Status gone = CompactAway(families.rocks, families.bodies(), lowest, highest); !gone.ok()) return gone;
    return erased;
}

}  // namespace throughline
