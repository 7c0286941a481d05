// libsodium's guarded heap.
#include "eventstore/vault/secret.h"

#include <cstdlib>

namespace throughline {

LockedBytes LockedAllocation(std::size_t size) {
    if (sodium_init() < 0) std::abort();
    LockedBytes bytes(static_cast<std::uint8_t*>(sodium_malloc(size)));
    if (!bytes) std::abort();
    sodium_memzero(bytes.get(), size);
    return bytes;
}

}  // namespace throughline
