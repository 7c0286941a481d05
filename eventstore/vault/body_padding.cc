// Buckets, and the marker that ends a body.
#include "eventstore/vault/body_padding.h"

#include <bit>

namespace throughline {
namespace {

constexpr std::size_t kSmallestStep = 64;
constexpr std::size_t kSmallSizesUpTo = 512;

}  // namespace

std::size_t SealedSize(std::size_t size) {
    const std::size_t least = size + 1 + kSealOverheadBytes;
    const std::size_t step = least <= kSmallSizesUpTo ? kSmallestStep : std::bit_floor(least) / 8;
    return (least + step - 1) / step * step;
}

std::optional<std::size_t> UnpaddedSize(std::string_view padded) {
    const std::size_t marker = padded.find_last_not_of('\0');
    if (marker == std::string_view::npos || padded[marker] != '\x80') return std::nullopt;
    return marker;
}

}  // namespace throughline
