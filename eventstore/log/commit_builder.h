// One commit: all rows of a group of appends in one batch, so that they become durable together or not at all.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <rocksdb/write_batch.h>

#include "absl/status/status.h"
#include "eventstore/base/clock.h"
#include "eventstore/log/frame.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/record_log.h"
#include "eventstore/log/type_ids.h"

namespace throughline {

/// For the writer's thread. What it is given must outlive it.
class CommitBuilder {
  public:
    CommitBuilder(const LogFamilies& families, const TypeIds& types, Position first, std::uint64_t writer_epoch,
                  Instant recorded_at);

    /// Adds an append; its events stand at end() and after.
    ///   RESOURCE_EXHAUSTED   more types than a store may hold (TOO_MANY_TYPES); nothing was added
    [[nodiscard]] absl::Status Add(const SealedAppend& append);

    [[nodiscard]] bool empty() const { return frame_.count() == 0; }
    [[nodiscard]] Position end() const { return Next(first_, frame_.count()); }

    /// The batch to write; only once.
    [[nodiscard]] absl::StatusOr<rocksdb::WriteBatch> Finish();

    /// What the commit adds to memory once it is durable.
    [[nodiscard]] const std::map<std::string, std::uint32_t, std::less<>>& new_types() const { return new_types_; }
    [[nodiscard]] const std::vector<std::pair<std::string, Position>>& last_positions() const {
        return last_positions_;
    }

  private:
    [[nodiscard]] absl::Status NumberTypes(const SealedAppend& append);
    [[nodiscard]] std::uint32_t TypeId(std::string_view type) const;
    void AddHeaders(const SealedAppend& append, Position first);
    [[nodiscard]] rocksdb::Status PutBodies(const SealedAppend& append, Position first);
    [[nodiscard]] rocksdb::Status PutPostings(const SealedAppend& append, Position first);
    [[nodiscard]] rocksdb::Status PutCommand(const SealedAppend& append, Position first);

    const LogFamilies& families_;
    const TypeIds& types_;
    const Position first_;
    const std::uint64_t writer_epoch_;
    const Instant recorded_at_;
    rocksdb::WriteBatch batch_;
    FrameBuilder frame_;
    std::map<std::string, std::uint32_t, std::less<>> new_types_;
    std::vector<std::pair<std::string, Position>> last_positions_;
};

}  // namespace throughline
