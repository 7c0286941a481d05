// Opening a log: everything that must be true before the first append.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <rocksdb/env.h>
#include <rocksdb/listener.h>

#include "absl/status/statusor.h"
#include "eventstore/ledger/frontier.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/head_file.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/log_tail.h"
#include "eventstore/log/store_meta.h"
#include "eventstore/log/type_ids.h"

namespace throughline {

/// A log that was found whole, with its new writer's epoch durable.
struct OpenedLog {
    LogFamilies families;
    StoreMeta meta;
    LogTail tail;
    Frontier tree;  ///< Of all records.
    std::unique_ptr<TypeIds> types;
    std::unique_ptr<ErasedSubjects> erased;
    std::unique_ptr<HeadFile> head;
    HeadState head_state;
};

/// Errors as RocksLog::Open.
[[nodiscard]] absl::StatusOr<OpenedLog> OpenLog(const std::string& path, rocksdb::Env* env,
                                                std::vector<std::shared_ptr<rocksdb::EventListener>> listeners);

}  // namespace throughline
