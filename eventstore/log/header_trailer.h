// The end of a stored header: what only the writer knows (fields 15 to 17 of RecordHeader), always 29 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "eventstore/base/clock.h"
#include "eventstore/base/position.h"

namespace throughline {

inline constexpr std::size_t kHeaderTrailerBytes = 29;

struct HeaderTrailer {
    Position position{};
    std::uint64_t writer_epoch = 0;
    Instant recorded_at{};

    bool operator==(const HeaderTrailer&) const = default;
};

/// Appends the serialised fields. Serialised messages may be concatenated: the result is a RecordHeader.
void AppendHeaderTrailer(std::string& header, const HeaderTrailer& trailer);

/// Reads the last 29 bytes of a stored header; nothing where they are no trailer.
[[nodiscard]] std::optional<HeaderTrailer> ReadHeaderTrailer(std::string_view header);

}  // namespace throughline
