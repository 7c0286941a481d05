// Random bytes drawn ahead: a nonce or an id needs few, and asking the kernel for them one by one costs more than the
// cipher.
#pragma once

#include <cstdint>
#include <span>

namespace throughline {

/// Fills `out` from the kernel's generator, a block ahead for each thread. No byte is given out twice, in a child of
/// fork() neither, and none stays in memory once it is given out. For nonces and ids; a key is not to wait in a buffer.
void FillRandom(std::span<std::uint8_t> out);

}  // namespace throughline
