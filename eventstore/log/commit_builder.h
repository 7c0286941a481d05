// One commit: all rows of a group of appends in one batch, so that they become durable together or not at all.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/write_batch.h>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/ledger/frontier.h"
#include "eventstore/log/frame.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/posting.h"
#include "eventstore/log/prepared_append.h"
#include "eventstore/log/type_ids.h"

namespace throughline {

/// For the writer's thread. What it is given must outlive it.
class CommitBuilder {
  public:
    /// `tree` is that of all records before the commit.
    CommitBuilder(const LogFamilies& families, const TypeIds& types, const Frontier& tree, std::uint64_t writer_epoch,
                  Instant recorded_at);

    /// Adds an append; its events stand at end() and after.
    ///   RESOURCE_EXHAUSTED   more types than a store may hold (TOO_MANY_TYPES); nothing was added
    [[nodiscard]] absl::Status Add(const PreparedAppend& prepared);

    [[nodiscard]] bool empty() const { return end() == Position{first_}; }
    [[nodiscard]] Position end() const { return frame_.end(); }

    /// The batch to write; only once.
    [[nodiscard]] absl::StatusOr<rocksdb::WriteBatch> Finish();

    /// What the commit adds to memory once it is durable.
    [[nodiscard]] const std::map<std::string, std::uint32_t, std::less<>>& new_types() const { return new_types_; }
    [[nodiscard]] const absl::flat_hash_map<Label, PostingBuilder>& postings() const { return postings_; }
    [[nodiscard]] const Frontier& tree() const { return tree_; }

  private:
    [[nodiscard]] absl::Status NumberTypes(const PreparedAppend& prepared);
    [[nodiscard]] std::uint32_t TypeId(std::string_view type) const;
    [[nodiscard]] rocksdb::Status AddRecord(const SealedEvent& event, const PreparedEvent& prepared);

    const LogFamilies& families_;
    const TypeIds& types_;
    const std::uint64_t first_;
    const std::uint64_t writer_epoch_;
    const Instant recorded_at_;
    rocksdb::WriteBatch batch_;
    FrameBuilder frame_;
    Frontier tree_;
    std::vector<CompleteSubtree> subtrees_;
    absl::flat_hash_map<Label, PostingBuilder> postings_;
    std::map<std::string, std::uint32_t, std::less<>> new_types_;
    std::string header_;  ///< Kept for its room.
};

}  // namespace throughline
