// Reads a whole log, and says what is wrong in it and where: without keys, and without changing anything.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/uuid.h"
#include "eventstore/ledger/merkle_hash.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/head_file.h"
#include "eventstore/log/log_check_records.h"
#include "eventstore/log/log_check_report.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/store_meta.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace throughline {

struct LogCheckOptions {
    std::string path;  ///< Folder of the log.
    CheckProgress progress{};
    rocksdb::Env* env = nullptr;  ///< For fault injection; absent: the real file system.
};

/// A log as it was at one moment, also while a process writes it. What is wrong with it goes to a report; an error
/// means that it could not be looked at. It holds to docs/storage-format.md, and takes nothing stored for true that it
/// can compute from the headers. For one thread.
class LogCheck {
  public:
    ///   NOT_FOUND            there is no store (NO_STORE)
    ///   FAILED_PRECONDITION  written by a newer version (FORMAT_TOO_NEW)
    ///   UNAVAILABLE          I/O error (IO_ERROR), or more is written than a moment can be caught in (STORE_BUSY)
    [[nodiscard]] static absl::StatusOr<std::unique_ptr<LogCheck>> Open(LogCheckOptions options, CheckReport& report);

    /// Which store it is; absent where that cannot be read.
    [[nodiscard]] const std::optional<StoreMeta>& meta() const { return meta_; }
    [[nodiscard]] const ErasedSubjects& erased() const { return erased_; }

    /// Looks at everything, once. `observer`, where there is one, sees each record; `root_at` is a number of records
    /// whose root is wanted.
    ///   UNAVAILABLE          I/O error (IO_ERROR)
    [[nodiscard]] absl::Status Run(RecordObserver* observer, std::optional<std::uint64_t> root_at);

    /// False where the database does not open; then Run() does nothing.
    [[nodiscard]] bool opened() const { return families_.has_value(); }

    /// After Run(): the log's length as far as it can be read, and the root that was wanted, computed from the headers;
    /// nothing where there are not so many records, or one of them is missing.
    [[nodiscard]] Position end() const { return end_; }
    [[nodiscard]] const std::optional<TreeHash>& root() const { return root_; }
    /// False where something stands behind end() that cannot be read.
    [[nodiscard]] bool end_is_certain() const { return end_is_certain_; }

  private:
    LogCheck(LogCheckOptions options, CheckReport& report) : options_(std::move(options)), report_(report) {}

    [[nodiscard]] absl::Status ReadHead();
    [[nodiscard]] absl::Status OpenDatabase();
    [[nodiscard]] absl::Status ReadMeta();
    void CheckHead();

    const LogCheckOptions options_;
    CheckReport& report_;
    std::optional<HeadState> head_;
    std::optional<LogFamilies> families_;  // Absent where the database does not open; that was reported.
    std::optional<StoreMeta> meta_;
    ErasedSubjects erased_;
    Position end_{};
    bool end_is_certain_ = true;
    std::optional<TreeHash> root_;
};

}  // namespace throughline
