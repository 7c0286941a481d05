// A posting: which records of one commit carry a tag, or are of a type, and which frame each stands in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/base/position.h"

namespace throughline {

/// Where a record stands: its position, and the first one of its frame, under which its rows are found.
struct Place {
    Position position{};
    Position frame{};

    bool operator==(const Place&) const = default;
};

/// One record in a posting. Type ids are given by the log, see TypeIds.
struct PostingEntry {
    Place place;
    std::uint32_t type_id = 0;

    bool operator==(const PostingEntry&) const = default;
};

/// Puts a posting's value together; its key holds the first position.
class PostingBuilder {
  public:
    /// Positions must ascend.
    void Add(const PostingEntry& entry);

    [[nodiscard]] Position first() const { return first_; }
    [[nodiscard]] Position last() const { return last_; }
    [[nodiscard]] const std::string& value() const { return value_; }

  private:
    Position first_{};
    Position last_{};
    std::string value_;
};

/// Reads a value into `entries`, which it clears first; false where the bytes are no posting.
[[nodiscard]] bool ParsePosting(Position first, std::string_view value, std::vector<PostingEntry>& entries);

}  // namespace throughline
