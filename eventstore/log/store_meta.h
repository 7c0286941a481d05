// The rows that say what store this is: its id, its mark, its format, its writer's epoch, its types, its erased
// subjects.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <rocksdb/write_batch.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/base/uuid.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/type_ids.h"

namespace throughline {

struct StoreMeta {
    Uuid store_id;
    bool synthetic = false;
    Instant created_at{};
    std::uint64_t writer_epoch = 0;
};

/// Adds the rows of a new store.
[[nodiscard]] rocksdb::Status PutStoreMeta(rocksdb::WriteBatch& batch, const LogFamilies& families,
                                           const StoreMeta& meta);
[[nodiscard]] rocksdb::Status PutWriterEpoch(rocksdb::WriteBatch& batch, const LogFamilies& families,
                                             std::uint64_t epoch);
[[nodiscard]] rocksdb::Status PutType(rocksdb::WriteBatch& batch, const LogFamilies& families, std::string_view type,
                                      std::uint32_t id);
[[nodiscard]] rocksdb::Status PutErasedSubject(rocksdb::WriteBatch& batch, const LogFamilies& families,
                                               SubjectId subject);

/// Reads the store's rows.
///   NOT_FOUND            `init` did not finish
///   FAILED_PRECONDITION  written by a newer version (FORMAT_TOO_NEW)
///   DATA_LOSS            rows are missing or damaged
[[nodiscard]] absl::StatusOr<StoreMeta> ReadStoreMeta(const LogFamilies& families);

/// Fills in the rows that come many times.
[[nodiscard]] absl::Status LoadTypes(const LogFamilies& families, TypeIds& types);
[[nodiscard]] absl::Status LoadErasedSubjects(const LogFamilies& families, ErasedSubjects& erased);

}  // namespace throughline
