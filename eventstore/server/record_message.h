// One message of a stream, written as bytes straight from what the log shows: a message object would cost a copy and
// two allocations a record.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "eventstore/base/position.h"

namespace throughline {

/// Makes a throughline.eventstore.v1.ReadResponse, or a SubscribeResponse where it has a position, as protobuf
/// serialises them.
class RecordMessage {
  public:
    /// Makes room for so many bytes at once.
    void Reserve(std::size_t bytes) { bytes_.reserve(bytes); }

    /// Adds a record; an erased one has no body.
    void Add(std::string_view header, std::string_view body, bool erased);

    /// Everything up to here was looked at. Once, after all records.
    void SetPosition(Position position);

    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] std::string Take() && { return std::move(bytes_); }

  private:
    std::string bytes_;
};

}  // namespace throughline
