// A body on its way into the log, and what its header must say of it.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace throughline {

/// What sealing gives. The header's key id is the subject's id.
struct SealedBody {
    std::string bytes;
    std::uint32_t cipher = 0;  ///< A throughline.eventstore.v1.Cipher.
    std::array<char, 32> key_commitment{};
    std::array<char, 32> sha256{};  ///< Of `bytes`.
};

}  // namespace throughline
