// The public half of a note's key: its name, its short id, and the text in which it is handed to verifiers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace throughline {

inline constexpr std::size_t kNotePublicKeyBytes = 32;
inline constexpr std::size_t kNoteSignatureBytes = 64;

using NotePublicKey = std::array<std::uint8_t, kNotePublicKeyBytes>;
using NoteSignatureBytes = std::array<std::uint8_t, kNoteSignatureBytes>;

/// An Ed25519 key that signs notes. Source: c2sp.org/signed-note, signature type 0x01.
struct NoteKey {
    std::string name;  ///< IsNoteName; best a URL without its scheme, as in `ledger.example.sch.uk/iap`.
    NotePublicKey public_key{};

    friend bool operator==(const NoteKey&, const NoteKey&) = default;
};

/// First four bytes, big-endian, of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). It finds a key and proves nothing.
[[nodiscard]] std::uint32_t NoteKeyId(const NoteKey& key);

/// `<name>+<8 hex digits of the id>+<base64(0x01 ‖ public key)>`.
[[nodiscard]] std::string FormatNoteKey(const NoteKey& key);

///   INVALID_ARGUMENT    not such a text, of another kind of key, or the id is not the key's (reason
///                       NOTE_KEY_MALFORMED)
[[nodiscard]] absl::StatusOr<NoteKey> ParseNoteKey(std::string_view text);

/// True where `signature` is the key's over `text`. Source: RFC 8032; keys of small order are refused.
[[nodiscard]] bool VerifySignature(const NoteKey& key, std::string_view text, std::string_view signature);

}  // namespace throughline
