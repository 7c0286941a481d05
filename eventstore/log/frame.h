// A row of the log: some records that stand one after the other, their headers and their sealed bodies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/status.h>
#include <rocksdb/write_batch.h>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "eventstore/base/position.h"

namespace throughline {

/// A frame in the making: as many records as make a row that is read quickly.
class FrameBuilder {
  public:
    explicit FrameBuilder(Position first) : first_(first) {}

    void Add(std::string_view header, std::string_view sealed_body);

    [[nodiscard]] Position first() const { return first_; }
    [[nodiscard]] std::uint32_t count() const { return count_; }
    [[nodiscard]] Position end() const { return Next(first_, count_); }
    /// Whether the next record begins a new frame.
    [[nodiscard]] bool full() const;

    /// Puts the row, and begins a new frame behind this one.
    [[nodiscard]] rocksdb::Status PutRow(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* frames);

  private:
    Position first_;
    std::uint32_t count_ = 0;
    std::string sizes_;
    std::string headers_;
    std::string bodies_;
};

/// A row cut into its parts; points into bytes that must outlive it.
class FrameView {
  public:
    /// Nothing where the bytes are no such row.
    [[nodiscard]] static std::optional<FrameView> Parse(Position first, std::string_view row);

    [[nodiscard]] Position first() const { return first_; }
    [[nodiscard]] Position end() const { return Next(first_, parts_.size()); }
    [[nodiscard]] bool Holds(Position position) const { return first_ <= position && position < end(); }

    /// The parts of a record that the row holds. A body that was deleted is empty.
    [[nodiscard]] std::string_view Header(Position position) const { return PartsOf(position).header; }
    [[nodiscard]] std::string_view Body(Position position) const { return PartsOf(position).body; }

    /// The same row without the bodies of some records: `keeps` says of each place whether its body stays.
    [[nodiscard]] std::string WithoutBodies(const std::vector<bool>& keeps) const;

  private:
    struct Parts {
        std::string_view header;
        std::string_view body;
    };

    [[nodiscard]] const Parts& PartsOf(Position position) const {
        return parts_[ToUint64(position) - ToUint64(first_)];
    }

    Position first_{};
    absl::InlinedVector<Parts, 16> parts_;
};

/// What is said of a row that cannot be read.
[[nodiscard]] absl::Status FrameDamaged(Position first);

}  // namespace throughline
