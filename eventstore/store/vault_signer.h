// The store's key for checkpoints: kept by the vault, used by the ledger, which do not know each other.
#pragma once

#include <string>
#include <utility>

#include "eventstore/base/uuid.h"
#include "eventstore/ledger/checkpoint_signer.h"
#include "eventstore/vault/vault.h"

namespace throughline {

/// The name of a store's log in its checkpoints.
[[nodiscard]] inline std::string CheckpointOrigin(const Uuid& store_id) {
    return "throughline/" + ToString(store_id);
}

/// The vault must outlive it.
class VaultSigner final : public CheckpointSigner {
  public:
    VaultSigner(const Vault& vault, const Uuid& store_id) : vault_(vault), name_(CheckpointOrigin(store_id)) {}

    [[nodiscard]] std::string name() const override { return name_; }
    [[nodiscard]] NotePublicKey public_key() const override { return vault_.CheckpointPublicKey(); }
    [[nodiscard]] NoteSignatureBytes Sign(std::string_view message) const override {
        return vault_.SignCheckpoint(message);
    }

  private:
    const Vault& vault_;
    const std::string name_;
};

}  // namespace throughline
