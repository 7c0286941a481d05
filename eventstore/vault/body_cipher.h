// The cipher of sealed bodies, and what of the header is bound to them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "eventstore/vault/secret.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {

/// What is bound to a body: event id, type, tags, schema version and key id, unambiguously encoded.
[[nodiscard]] std::string AssociatedData(const eventstore::v1::RecordHeader& header);

/// nonce (12 random bytes) ‖ AES-256-GCM of the padded body ‖ tag (16 bytes).
[[nodiscard]] std::string EncryptBody(KeyView seal_key, std::string_view associated, std::string_view body);

/// The body, or nothing where key, associated data or bytes are not those it was encrypted with.
[[nodiscard]] std::optional<std::string> DecryptBody(KeyView seal_key, std::string_view associated,
                                                     std::string_view sealed);

}  // namespace throughline
