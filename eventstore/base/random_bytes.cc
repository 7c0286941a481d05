// A block of the kernel's random bytes a thread, through libsodium. Twelve bytes take 0.04 µs so, and 0.26 µs alone.
#include "eventstore/base/random_bytes.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>

#include <pthread.h>
#include <sodium.h>

namespace throughline {
namespace {

constexpr std::size_t kBlockBytes = 1024;

// Goes up in a child: what its parent has drawn ahead is the parent's.
std::atomic<std::uint64_t> forks{0};

void WatchForks() {
    [[maybe_unused]] static const bool watching = [] {
        const bool ready = sodium_init() >= 0 &&
                           pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); }) == 0;
        if (!ready) std::abort();
        return ready;
    }();
}

class Block {
  public:
    Block() { WatchForks(); }

    void Take(std::span<std::uint8_t> out) {
        const std::uint64_t now = forks.load(std::memory_order_relaxed);
        if (left_ < out.size() || drawn_after_ != now) {
            randombytes_buf(bytes_.data(), bytes_.size());
            left_ = bytes_.size();
            drawn_after_ = now;
        }
        left_ -= out.size();
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(left_), out.size(), out.begin());
        sodium_memzero(bytes_.data() + left_, out.size());
    }

  private:
    std::array<std::uint8_t, kBlockBytes> bytes_;
    std::size_t left_ = 0;
    std::uint64_t drawn_after_ = 0;
};

}  // namespace

void FillRandom(std::span<std::uint8_t> out) {
    thread_local Block block;
    if (out.size() <= kBlockBytes) {
        block.Take(out);
    } else {
        randombytes_buf(out.data(), out.size());
    }
}

}  // namespace throughline
