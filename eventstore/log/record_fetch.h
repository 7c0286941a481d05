// Reads records that stand here and there, some at a time, so that their rows are looked up together.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <rocksdb/slice.h>

#include "absl/status/status.h"
#include "eventstore/base/query.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/posting.h"
#include "eventstore/log/record_log.h"
#include "eventstore/log/second_reader.h"
#include "eventstore/log/stored_record.h"

namespace throughline {

/// For one thread and one read. What it is given must outlive it.
class RecordFetch {
  public:
    /// Places that are worth fetching at once: their rows are held while they are shown.
    static constexpr std::size_t kPlacesMax = 128;

    RecordFetch(const LogFamilies& families, const ErasedSubjects& erased, SecondReader& second, const Query& query,
                bool with_bodies)
        : families_(families),
          erased_(erased),
          second_(second),
          reader_(second),
          query_(query),
          with_bodies_(with_bodies) {}

    /// Shows the records at `places`, which `query` found, in the order given. At most kPlacesMax.
    ///   DATA_LOSS    there is no such record, it is damaged, or it does not match
    [[nodiscard]] absl::Status Show(std::span<const Place> places, RecordVisitor visitor);

  private:
    /// Places that share no frame with those before or after them, with their frames and rows.
    struct Part {
        std::span<const Place> places;
        std::vector<Position> frames;
        std::vector<rocksdb::PinnableSlice> rows;
        absl::Status status;
    };

    void Get(Part& part) const;
    [[nodiscard]] absl::Status Show(const Part& part, RecordVisitor visitor) const;

    const LogFamilies& families_;
    const ErasedSubjects& erased_;
    SecondReader& second_;
    const SecondReader::Reader reader_;
    const Query& query_;
    const bool with_bodies_;
};

}  // namespace throughline
