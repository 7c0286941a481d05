// The tree over the headers as the log holds it: roots of stored subtrees in rows, leaves in the headers themselves.
#pragma once

#include <vector>

#include <rocksdb/write_batch.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/ledger/subtree.h"
#include "eventstore/ledger/tree_reader.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/log_families.h"

namespace throughline {

/// Safe from many threads. What it is given must outlive it. Ask it only for what is durable.
class LogTree final : public TreeSource {
  public:
    LogTree(const LogFamilies& families, const ErasedSubjects& erased) : families_(families), erased_(erased) {}

    /// DATA_LOSS (CORRUPTION) where a row or a header is missing or damaged.
    [[nodiscard]] absl::StatusOr<std::vector<TreeHash>> Hashes(unsigned level, std::uint64_t first,
                                                               std::uint64_t count) const override;

  private:
    [[nodiscard]] absl::StatusOr<std::vector<TreeHash>> Leaves(std::uint64_t first, std::uint64_t count) const;

    const LogFamilies& families_;
    const ErasedSubjects& erased_;
};

/// Puts a subtree's row.
[[nodiscard]] rocksdb::Status PutSubtree(rocksdb::WriteBatch& batch, const LogFamilies& families,
                                         const CompleteSubtree& subtree);

}  // namespace throughline
