// Sized first, then written once.
#include "eventstore/vault/associated_data.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace throughline {
namespace {

constexpr std::string_view kLabel = "throughline/v1/body";
constexpr std::size_t kNumberBytes = 4;

std::size_t PrefixedSize(std::string_view text) {
    return kNumberBytes + text.size();
}

char* PutNumber(char* at, std::uint32_t number) {
    for (unsigned shift = 32; shift > 0; shift -= 8) *at++ = static_cast<char>(number >> (shift - 8));
    return at;
}

char* PutPrefixed(char* at, std::string_view text) {
    at = PutNumber(at, static_cast<std::uint32_t>(text.size()));
    return std::copy(text.begin(), text.end(), at);
}

}  // namespace

AssociatedData::AssociatedData(const RecordHeaderView& header, std::string_view key_id) {
    std::size_t size = PrefixedSize(kLabel) + PrefixedSize(header.event_id) + PrefixedSize(header.type) + kNumberBytes +
                       kNumberBytes + PrefixedSize(key_id);
    for (const std::string_view tag : header.tags) size += PrefixedSize(tag);
    bytes_.resize(size);
    char* at = bytes_.data();
    at = PutPrefixed(at, kLabel);
    at = PutPrefixed(at, header.event_id);
    at = PutPrefixed(at, header.type);
    at = PutNumber(at, static_cast<std::uint32_t>(header.tags.size()));
    for (const std::string_view tag : header.tags) at = PutPrefixed(at, tag);
    at = PutNumber(at, header.schema_version);
    PutPrefixed(at, key_id);
}

}  // namespace throughline
