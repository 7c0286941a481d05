// Text with signatures under it, as checkpoints and witnesses exchange it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/ledger/note_key.h"

namespace throughline {

/// Bytes of a note with its signatures.
inline constexpr std::size_t kSignedNoteBytesMax = 1'000'000;

/// Signatures under a note.
inline constexpr std::size_t kNoteSignaturesMax = 100;

/// One signature line: `— <key name> <base64(key id ‖ signature)>`.
struct NoteSignature {
    std::string key_name;
    std::uint32_t key_id = 0;
    std::string signature;  ///< At least one byte; its form is the key's affair.

    friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

/// A text and who signed it. Source: c2sp.org/signed-note.
struct SignedNote {
    std::string text;  ///< With its final newline; this is what is signed.
    std::vector<NoteSignature> signatures;

    friend bool operator==(const SignedNote&, const SignedNote&) = default;
};

/// The text, an empty line, a line a signature.
[[nodiscard]] std::string FormatSignedNote(const SignedNote& note);

/// Takes a note apart and believes nothing of it: for that, see VerifyNote.
///   INVALID_ARGUMENT    not a note, or beyond the limits above (reason NOTE_MALFORMED)
[[nodiscard]] absl::StatusOr<SignedNote> ParseSignedNote(std::string_view note);

/// OK where `key` signed the text; signatures of other keys are passed over.
///   INVALID_ARGUMENT    no signature is of this name and id (reason NOTE_NOT_SIGNED), or one that is does not fit
///                       the text (reason NOTE_FORGED)
[[nodiscard]] absl::Status VerifyNote(const SignedNote& note, const NoteKey& key);

}  // namespace throughline
