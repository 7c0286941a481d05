// Keys in memory: wiped when they go, and locked out of swap where they stay for long.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <sodium.h>

namespace throughline {

inline constexpr std::size_t kKeyBytes = 32;

using KeyView = std::span<const std::uint8_t, kKeyBytes>;
using KeySpan = std::span<std::uint8_t, kKeyBytes>;

/// 32 secret bytes on the stack, wiped when they go.
class SecretKey {
  public:
    SecretKey() = default;
    SecretKey(const SecretKey&) = default;
    SecretKey& operator=(const SecretKey&) = default;
    ~SecretKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

    [[nodiscard]] KeyView view() const { return bytes_; }
    [[nodiscard]] KeySpan span() { return bytes_; }

  private:
    std::array<std::uint8_t, kKeyBytes> bytes_{};
};

struct SodiumFree {
    void operator()(std::uint8_t* bytes) const { sodium_free(bytes); }
};

/// Bytes between guard pages, locked into memory as far as RLIMIT_MEMLOCK allows, and wiped when they go.
using LockedBytes = std::unique_ptr<std::uint8_t[], SodiumFree>;

/// Aborts where there is no memory.
[[nodiscard]] LockedBytes LockedAllocation(std::size_t size);

}  // namespace throughline
