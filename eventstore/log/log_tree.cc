// A row is a key of level and index, and the 32 bytes of a root.
#include "eventstore/log/log_tree.h"

#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/log/keys.h"
#include "eventstore/log/log_scan.h"

namespace throughline {

absl::StatusOr<std::vector<TreeHash>> LogTree::Hashes(unsigned level, std::uint64_t first, std::uint64_t count) const {
    if (level == 0) return Leaves(first, count);
    const std::unique_ptr<rocksdb::Iterator> rows = families_.Iterate(families_.tree());
    std::vector<TreeHash> hashes;
    rows->Seek(TreeKey(level, first));
    for (std::uint64_t i = 0; i < count; ++i, rows->Next()) {
        if (!rows->Valid() && !rows->status().ok()) return FromRocks(rows->status(), "reading the tree");
        if (!rows->Valid() || rows->key() != TreeKey(level, first + i) || rows->value().size() != kTreeHashBytes) {
            return WithReason(absl::DataLossError(fmt::format(
                                  "the tree's hash {} of level {} is missing or damaged; restore the log from a backup",
                                  first + i, level)),
                              "CORRUPTION");
        }
        std::copy_n(rows->value().data(), kTreeHashBytes, hashes.emplace_back().begin());
    }
    return hashes;
}

absl::StatusOr<std::vector<TreeHash>> LogTree::Leaves(std::uint64_t first, std::uint64_t count) const {
    LogScan scan(families_, erased_, nullptr, Walk{Position{first}, Position{first + count - 1}, false}, false);
    std::vector<TreeHash> leaves;
    leaves.reserve(count);
    RecordView record;
    while (leaves.size() < count) {
        if (absl::Status read = scan.NextRecord(record); !read.ok()) return read;
        leaves.push_back(LeafHash(record.header));
    }
    return leaves;
}

rocksdb::Status PutSubtree(rocksdb::WriteBatch& batch, const LogFamilies& families, const CompleteSubtree& subtree) {
    const std::string key = TreeKey(subtree.level, subtree.index);
    return batch.Put(families.tree(), key,
                     rocksdb::Slice(reinterpret_cast<const char*>(subtree.root.data()), subtree.root.size()));
}

}  // namespace throughline
