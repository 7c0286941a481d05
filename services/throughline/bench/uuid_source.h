// Ids for a load, written as text into place: the kernel's random numbers would cost more than the request around them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "eventstore/base/uuid.h"

namespace throughline {

/// Ids from a generator that is seeded once. Good against collisions, no secret. Not safe from many threads.
class UuidSource {
  public:
    static constexpr std::size_t kTextBytes = 36;

    explicit UuidSource(const Uuid& seed = RandomUuid());

    /// Writes 36 characters of a UUID, version 7.
    void WriteTimeOrdered(std::int64_t unix_ms, char* text);

    /// Writes 36 characters of a random UUID, version 4.
    void WriteRandom(char* text);

    /// Writes 36 characters that are the same for the same number everywhere, in no order: UUID version 8.
    static void WriteNumbered(std::uint64_t number, char* text);

    /// A random number below `bound`, which is at least 1.
    [[nodiscard]] std::uint64_t Below(std::uint64_t bound);

  private:
    std::mt19937_64 random_;
};

}  // namespace throughline
