// UUIDs, and the ids made from them that do not convert into each other.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace throughline {

/// A UUID as 16 bytes in network order.
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const Uuid&) const = default;

    /// The 16 bytes, for keys and protobuf `bytes` fields.
    [[nodiscard]] std::string_view AsBytes() const;
};

/// A random UUID, version 4 (RFC 9562 §5.4).
[[nodiscard]] Uuid RandomUuid();

/// A UUID, version 7, from milliseconds since the Unix epoch and 74 random bits (RFC 9562 §5.7).
[[nodiscard]] Uuid TimeOrderedUuid(std::int64_t unix_ms);

/// Lower-case text of 36 characters.
[[nodiscard]] std::string ToString(const Uuid& uuid);

/// Reads the 36-character form, either case; nothing for anything else, or for the nil UUID.
[[nodiscard]] std::optional<Uuid> ParseUuid(std::string_view text);

/// Reads 16 bytes; nothing for any other length.
[[nodiscard]] std::optional<Uuid> UuidFromBytes(std::string_view bytes);

/// An id of one kind of thing; ids of different kinds do not convert into each other.
template <class Kind>
struct Id {
    Uuid uuid;

    auto operator<=>(const Id&) const = default;
    [[nodiscard]] std::string_view AsBytes() const { return uuid.AsBytes(); }
};

template <class Kind>
[[nodiscard]] std::string ToString(const Id<Kind>& id) {
    return ToString(id.uuid);
}

/// One record.
using EventId = Id<struct EventIdKind>;
/// Whom records are about: a pupil's case, a safeguarding file, a school, the store. Also the id of its key.
using SubjectId = Id<struct SubjectIdKind>;
/// One request, chosen by its caller.
using CommandId = Id<struct CommandIdKind>;

}  // namespace throughline
