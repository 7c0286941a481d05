// A message's fields straight from its bytes, where they are just those that protobuf itself would write: most clients
// do, and then nothing need be made of a request to know that it is the same as another.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace throughline {

/// Reads the fields of one message, in the order of their numbers. Whatever is not as protobuf writes it (another
/// order, a field twice, an unknown one, a default value written out, a number in more bytes than it needs) keeps it
/// from getting to the end. What it gives points into the bytes.
class CanonicalFields {
  public:
    /// Which texts are read. What is not plain ASCII has to be looked at by somebody who knows UTF-8.
    enum class Texts { kAscii, kKnownToBeUtf8 };

    CanonicalFields(std::string_view bytes, Texts texts) : left_(bytes), texts_(texts) {}

    /// A field that is there once or not at all; empty where it is not.
    [[nodiscard]] std::string_view Bytes(std::uint32_t field);
    [[nodiscard]] std::string_view Text(std::uint32_t field);
    /// A number without presence; 0 where it is not there.
    [[nodiscard]] std::uint64_t Number(std::uint32_t field);

    /// One of a repeated field or a message, empty or not; nothing where there is no more.
    [[nodiscard]] std::optional<std::string_view> Next(std::uint32_t field);
    [[nodiscard]] std::optional<std::string_view> NextText(std::uint32_t field);
    /// A number with presence.
    [[nodiscard]] std::optional<std::uint64_t> NextNumber(std::uint32_t field);

    /// True where all was read, and all was canonical.
    [[nodiscard]] bool AtEnd() const { return canonical_ && left_.empty(); }

  private:
    [[nodiscard]] bool StartsField(std::uint32_t field, std::uint32_t wire_type);
    [[nodiscard]] std::uint64_t TakeVarint();
    [[nodiscard]] std::string_view TakeBytes();

    void CheckText(std::string_view text);

    std::string_view left_;
    const Texts texts_;
    bool canonical_ = true;
};

}  // namespace throughline
