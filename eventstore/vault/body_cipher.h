// The bytes of a sealed body: nonce, padded and encrypted body, tag.
#pragma once

#include <string>
#include <string_view>

#include "eventstore/vault/secret.h"

namespace throughline {

/// nonce (12 random bytes) ‖ AES-256-GCM of the padded body ‖ tag (16 bytes).
[[nodiscard]] std::string EncryptBody(KeyView seal_key, std::string_view associated, std::string_view body);

/// Appends the body to `out`. False where key, associated data or bytes are not those it was encrypted with; nothing
/// is appended then.
[[nodiscard]] bool DecryptBody(KeyView seal_key, std::string_view associated, std::string_view sealed,
                               std::string& out);

}  // namespace throughline
