// Reads records that stand here and there, some at a time: while one is shown, the next ones are on their way.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <rocksdb/slice.h>

#include "absl/status/status.h"
#include "eventstore/base/query.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/frame_tables.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/posting.h"
#include "eventstore/log/record_log.h"
#include "eventstore/log/stored_record.h"

namespace throughline {

/// For one thread and one read. What it is given must outlive it.
class RecordFetch {
  public:
    /// Places that are worth fetching at once: their rows may be held while they are shown.
    static constexpr std::size_t kPlacesMax = 128;

    RecordFetch(const LogFamilies& families, const ErasedSubjects& erased, std::shared_ptr<const FrameTableSet> tables,
                const Query& query, bool with_bodies)
        : families_(families), erased_(erased), tables_(std::move(tables)), query_(query), with_bodies_(with_bodies) {}

    /// Shows the records at `places`, which `query` found, in the order given. At most kPlacesMax.
    ///   DATA_LOSS    there is no such record, it is damaged, or it does not match
    [[nodiscard]] absl::Status Show(std::span<const Place> places, RecordVisitor visitor);

  private:
    /// Places in one frame.
    struct Part {
        std::span<const Place> places;
        FrameTableSet::Spot spot;

        [[nodiscard]] Position frame() const { return places.front().frame; }
    };

    [[nodiscard]] absl::Status ShowFromRocks(std::span<const Part> parts, RecordVisitor visitor) const;
    [[nodiscard]] absl::Status ShowPart(const Part& part, std::string_view row, RecordVisitor visitor) const;

    const LogFamilies& families_;
    const ErasedSubjects& erased_;
    const std::shared_ptr<const FrameTableSet> tables_;
    const Query& query_;
    const bool with_bodies_;
    std::vector<Part> parts_;
};

}  // namespace throughline
