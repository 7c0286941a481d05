// A table of places and ends, then the bodies one after the other.
#include "eventstore/log/body_row.h"

#include "eventstore/log/number_bytes.h"

namespace throughline {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kTableRowBytes = 2 * kUint32Bytes;

}  // namespace

void BodyRowBuilder::Add(std::uint32_t delta, std::string_view sealed_body) {
    bodies_ += sealed_body;
    AppendUint32(table_, delta);
    AppendUint32(table_, static_cast<std::uint32_t>(bodies_.size()));
    ++count_;
}

std::string BodyRowBuilder::Finish() const {
    std::string row(1, kVersion);
    AppendUint32(row, count_);
    row += table_;
    row += bodies_;
    return row;
}

std::optional<std::uint32_t> CountBodies(std::string_view row) {
    const auto version = TakeBytes(row, 1);
    if (!version || version->front() != kVersion) return std::nullopt;
    return TakeUint32(row);
}

std::optional<std::string_view> FindBody(std::string_view row, std::uint32_t delta) {
    const auto count = CountBodies(row);
    if (!count) return std::nullopt;
    row.remove_prefix(1 + kUint32Bytes);
    auto table = TakeBytes(row, std::size_t{*count} * kTableRowBytes);
    if (!table) return std::nullopt;
    std::uint32_t start = 0;
    for (std::uint32_t i = 0; i < *count; ++i) {
        const auto place = TakeUint32(*table);
        const auto end = TakeUint32(*table);
        if (*end < start || *end > row.size()) return std::nullopt;
        if (*place == delta) return row.substr(start, *end - start);
        start = *end;
    }
    return std::nullopt;
}

}  // namespace throughline
