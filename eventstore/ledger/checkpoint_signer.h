// Who signs checkpoints: a seam, because the private key lives with the other secrets and not here.
#pragma once

#include <string>
#include <string_view>

#include "eventstore/ledger/note_key.h"

namespace throughline {

/// Holds a log's Ed25519 key. Safe from many threads.
class CheckpointSigner {
  public:
    virtual ~CheckpointSigner() = default;

    /// The log's origin and its key's name; IsNoteName. Never changes.
    [[nodiscard]] virtual std::string name() const = 0;

    /// Never changes.
    [[nodiscard]] virtual NotePublicKey public_key() const = 0;

    /// Signs whatever it is given. Source: RFC 8032.
    [[nodiscard]] virtual NoteSignatureBytes Sign(std::string_view message) const = 0;
};

}  // namespace throughline
