// Sixteen bytes out of two random words, and their text by a table of two digits.
#include "services/throughline/bench/uuid_source.h"

#include <array>

namespace throughline {
namespace {

using Digits = std::array<char, 512>;

constexpr Digits MakeDigits() {
    constexpr char kHex[] = "0123456789abcdef";
    Digits digits{};
    for (std::size_t i = 0; i < 256; ++i) {
        digits[2 * i] = kHex[i >> 4U];
        digits[2 * i + 1] = kHex[i & 15U];
    }
    return digits;
}

constexpr Digits kDigits = MakeDigits();

void WriteBytes(std::uint64_t word, int first, int count, char*& text) {
    for (int i = first; i < first + count; ++i) {
        const std::size_t byte = (word >> (56 - 8 * i)) & 0xFFU;
        *text++ = kDigits[2 * byte];
        *text++ = kDigits[2 * byte + 1];
    }
}

/// RFC 9562 §4: the version stands in the top of byte 6, the variant in the top of byte 8.
void WriteText(std::uint64_t high, std::uint64_t low, std::uint64_t version, char* text) {
    high = (high & ~std::uint64_t{0xF000}) | (version << 12U);
    low = (low & ~(std::uint64_t{3} << 62U)) | (std::uint64_t{2} << 62U);
    WriteBytes(high, 0, 4, text);
    *text++ = '-';
    WriteBytes(high, 4, 2, text);
    *text++ = '-';
    WriteBytes(high, 6, 2, text);
    *text++ = '-';
    WriteBytes(low, 0, 2, text);
    *text++ = '-';
    WriteBytes(low, 2, 6, text);
}

/// Spreads neighbours apart. Source: the finaliser of SplitMix64 (Steele, Lea, Flood, 2014).
std::uint64_t Mixed(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
}

}  // namespace

UuidSource::UuidSource(const Uuid& seed) {
    std::seed_seq words(seed.bytes.begin(), seed.bytes.end());
    random_.seed(words);
}

void UuidSource::WriteTimeOrdered(std::int64_t unix_ms, char* text) {
    const std::uint64_t high = (static_cast<std::uint64_t>(unix_ms) << 16U) | (random_() & 0xFFFFU);
    WriteText(high, random_(), 7, text);
}

void UuidSource::WriteRandom(char* text) {
    const std::uint64_t high = random_();
    WriteText(high, random_(), 4, text);
}

void UuidSource::WriteNumbered(std::uint64_t number, char* text) {
    const std::uint64_t high = Mixed(number);
    WriteText(high, Mixed(high), 8, text);
}

std::uint64_t UuidSource::Below(std::uint64_t bound) {
    return random_() % bound;
}

}  // namespace throughline
