// What the log signs: how large its tree is, and its root. Whoever keeps one can hold the log to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/ledger/checkpoint_signer.h"
#include "eventstore/ledger/merkle_hash.h"
#include "eventstore/ledger/note_key.h"

namespace throughline {

/// A tree head. Source: c2sp.org/tlog-checkpoint.
struct Checkpoint {
    std::string origin;      ///< The log's name, IsNoteName; the same as that of the key that signs.
    std::uint64_t size = 0;  ///< Leaves; at most kTreeSizeMax.
    TreeHash root{};

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// The text that is signed: `<origin>\n<size>\n<base64 of the root>\n`. Aborts where the checkpoint keeps not to what
/// is said above.
[[nodiscard]] std::string FormatCheckpoint(const Checkpoint& checkpoint);

/// Reads what FormatCheckpoint writes, and nothing else: no further lines, though the format allows them.
///   INVALID_ARGUMENT    any other text (reason CHECKPOINT_MALFORMED)
[[nodiscard]] absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text);

/// The signed note of a checkpoint of the signer's log. The caller sees to it that the tree begins with every tree
/// signed before.
[[nodiscard]] std::string SignCheckpoint(std::uint64_t size, const TreeHash& root, const CheckpointSigner& signer);

/// The checkpoint in a signed note, once `key` is shown to have signed it and the log is the key's.
///   INVALID_ARGUMENT    reasons NOTE_MALFORMED, NOTE_NOT_SIGNED, NOTE_FORGED (signed_note.h), CHECKPOINT_MALFORMED,
///                       or CHECKPOINT_OF_ANOTHER_LOG where its origin is not the key's name
[[nodiscard]] absl::StatusOr<Checkpoint> VerifyCheckpoint(std::string_view note, const NoteKey& key);

}  // namespace throughline
