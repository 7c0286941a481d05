// Rows of the log: the headers of some records that stand one after the other, and their sealed bodies beside them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/slice.h>
#include <rocksdb/status.h>
#include <rocksdb/write_batch.h>

#include "absl/status/statusor.h"
#include "eventstore/base/position.h"

namespace throughline {

/// A frame and the row of bodies beside it in the making: as many records as make a row that is read quickly.
class FrameBuilder {
  public:
    explicit FrameBuilder(Position first) : first_(first) {}

    void Add(std::string_view header, std::string_view sealed_body);

    [[nodiscard]] Position first() const { return first_; }
    [[nodiscard]] std::uint32_t count() const { return count_; }
    [[nodiscard]] Position end() const { return Next(first_, count_); }
    /// Whether the next record begins a new frame.
    [[nodiscard]] bool full() const;

    /// Puts both rows, and begins a new frame behind this one.
    [[nodiscard]] rocksdb::Status PutRows(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* frames,
                                          rocksdb::ColumnFamilyHandle* bodies);

  private:
    Position first_;
    std::uint32_t count_ = 0;
    std::string header_sizes_;
    std::string headers_;
    std::string body_sizes_;
    std::string bodies_;
};

/// A row of either kind, cut into its parts; points into bytes that must outlive it.
class FrameView {
  public:
    /// Nothing where the bytes are no such row.
    [[nodiscard]] static std::optional<FrameView> Parse(Position first, std::string_view row);

    [[nodiscard]] Position first() const { return first_; }
    [[nodiscard]] Position end() const { return Next(first_, parts_.size()); }
    [[nodiscard]] bool Holds(Position position) const { return first_ <= position && position < end(); }

    /// The header, or the sealed body, of a record that the row holds.
    [[nodiscard]] std::string_view At(Position position) const { return parts_[ToUint64(position) - ToUint64(first_)]; }

  private:
    Position first_{};
    std::vector<std::string_view> parts_;
};

/// A row of bodies without some of them: `keeps` says of each place whether it stays.
[[nodiscard]] std::string WithoutBodies(const FrameView& bodies, const std::vector<bool>& keeps);

/// What is said of a row that cannot be read.
[[nodiscard]] absl::Status FrameDamaged(Position first);

}  // namespace throughline
