// A frame: the headers of one commit, with a table that finds each of them and its body without reading the others.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/base/position.h"
#include "eventstore/base/uuid.h"

namespace throughline {

/// Puts a frame together, record by record.
class FrameBuilder {
  public:
    /// `request_delta`: how many records of the frame stand before the first of this record's request.
    void Add(std::string_view header, SubjectId subject, std::uint32_t request_delta);

    [[nodiscard]] std::uint32_t count() const { return count_; }
    [[nodiscard]] std::string Finish() const;

  private:
    std::uint32_t count_ = 0;
    std::map<SubjectId, std::uint32_t> subject_indexes_;
    std::string subjects_;
    std::string table_;
    std::string headers_;
};

/// Reads a frame in place; the bytes must outlive it.
class FrameView {
  public:
    /// DATA_LOSS (CORRUPTION) where the bytes are no frame.
    [[nodiscard]] static absl::StatusOr<FrameView> Parse(Position first, std::string_view bytes);

    [[nodiscard]] Position first() const { return first_; }
    [[nodiscard]] Position end() const { return Next(first_, count_); }
    [[nodiscard]] bool Holds(Position position) const { return first_ <= position && position < end(); }

    /// The record must be in the frame.
    [[nodiscard]] std::string_view Header(Position position) const;
    [[nodiscard]] SubjectId Subject(Position position) const;
    [[nodiscard]] Position RequestFirst(Position position) const;

  private:
    struct Row {
        std::uint32_t header_end = 0;
        std::uint32_t request_delta = 0;
        std::uint32_t subject_index = 0;
    };

    [[nodiscard]] Row RowAt(std::uint64_t index) const;
    [[nodiscard]] bool RowsAgree() const;

    Position first_{};
    std::uint32_t count_ = 0;
    std::string_view subjects_;
    std::string_view table_;
    std::string_view headers_;
};

}  // namespace throughline
