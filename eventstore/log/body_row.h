// A row of sealed bodies: those of one request about one subject, so that a subject's bodies can go and all else stays.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace throughline {

class BodyRowBuilder {
  public:
    /// `delta`: the record's place in its request; must ascend.
    void Add(std::uint32_t delta, std::string_view sealed_body);

    [[nodiscard]] std::string Finish() const;

  private:
    std::uint32_t count_ = 0;
    std::string table_;
    std::string bodies_;
};

/// How many bodies a row holds; nothing where the bytes are no such row.
[[nodiscard]] std::optional<std::uint32_t> CountBodies(std::string_view row);

/// The sealed body of the record at `delta`, inside `row`; nothing where the bytes are no such row or hold no such
/// body.
[[nodiscard]] std::optional<std::string_view> FindBody(std::string_view row, std::uint32_t delta);

}  // namespace throughline
