// Buckets, and the marker that ends a body.
#include "eventstore/vault/body_padding.h"

#include <bit>

namespace throughline {
namespace {

constexpr std::size_t kSmallestStep = 64;
constexpr std::size_t kSmallSizesUpTo = 512;

}  // namespace

std::size_t PaddedSize(std::size_t size) {
    const std::size_t marked = size + 1;
    const std::size_t step = marked <= kSmallSizesUpTo ? kSmallestStep : std::bit_floor(marked) / 8;
    return (marked + step - 1) / step * step;
}

std::optional<std::size_t> UnpaddedSize(std::string_view padded) {
    const std::size_t marker = padded.find_last_not_of('\0');
    if (marker == std::string_view::npos || padded[marker] != '\x80') return std::nullopt;
    return marker;
}

}  // namespace throughline
