// When a batch of a read is full: after so many records or so many bytes, whichever comes first.
#pragma once

#include <algorithm>
#include <cstdint>

#include "eventstore/base/limits.h"
#include "eventstore/log/record_log.h"

namespace throughline {

class BatchBound {
  public:
    explicit BatchBound(const ReadOptions& options)
        : records_left_(options.limit == 0 ? limits::kReadBatchRecordsMax
                                           : std::min<std::uint64_t>(options.limit, limits::kReadBatchRecordsMax)),
          bytes_max_(options.bytes_max == 0 ? limits::kReadBatchBytesMax
                                            : std::min(options.bytes_max, limits::kReadBatchBytesMax)) {}

    void Count(const RecordView& record) {
        --records_left_;
        bytes_ += record.header.size() + record.sealed_body.size();
    }

    [[nodiscard]] std::uint64_t records_left() const { return records_left_; }

    /// The last record counted may have gone beyond the bytes, so that one at least always fits.
    [[nodiscard]] bool reached() const { return records_left_ == 0 || bytes_ >= bytes_max_; }

  private:
    std::uint64_t records_left_;
    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
};

}  // namespace throughline
