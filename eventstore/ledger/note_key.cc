// One kind of key only: Ed25519, with libsodium's strict verification.
#include "eventstore/ledger/note_key.h"

#include <algorithm>

#include <fmt/format.h>
#include <sodium.h>

#include "eventstore/base/digest.h"
#include "eventstore/base/status_details.h"
#include "eventstore/ledger/note_text.h"
#include "eventstore/ledger/strict_base64.h"

namespace throughline {
namespace {

constexpr char kEd25519 = '\x01';
constexpr std::size_t kIdDigits = 8;

std::string TypedKey(const NoteKey& key) {
    std::string typed(1, kEd25519);
    typed.append(key.public_key.begin(), key.public_key.end());
    return typed;
}

absl::Status Malformed(std::string_view why) {
    return WithReason(absl::InvalidArgumentError(fmt::format("the public key of a log is not readable: {}", why)),
                      "NOTE_KEY_MALFORMED");
}

}  // namespace

std::uint32_t NoteKeyId(const NoteKey& key) {
    const std::string digest = Sha256(key.name + "\n" + TypedKey(key));
    std::uint32_t id = 0;
    for (std::size_t i = 0; i < 4; ++i) id = id << 8U | static_cast<std::uint8_t>(digest[i]);
    return id;
}

std::string FormatNoteKey(const NoteKey& key) {
    return fmt::format("{}+{:08x}+{}", key.name, NoteKeyId(key), ToBase64(TypedKey(key)));
}

absl::StatusOr<NoteKey> ParseNoteKey(std::string_view text) {
    const std::size_t name_end = text.find('+');
    if (name_end == std::string_view::npos || text.find('+', name_end + 1) != name_end + 1 + kIdDigits) {
        return Malformed("it should be <name>+<8 hex digits>+<base64>");
    }
    NoteKey key;
    key.name = text.substr(0, name_end);
    if (!IsNoteName(key.name)) return Malformed("its name has a space or control character, is empty or too long");
    const auto typed = FromBase64(text.substr(name_end + kIdDigits + 2), 1 + kNotePublicKeyBytes);
    if (!typed || typed->size() != 1 + kNotePublicKeyBytes) return Malformed("it should hold 33 bytes in base64");
    if (typed->front() != kEd25519) return Malformed("it should be an Ed25519 key (type 01)");
    std::copy(typed->begin() + 1, typed->end(), key.public_key.begin());
    if (FormatNoteKey(key) != text) return Malformed("its 8 hex digits are not those of this name and key");
    return key;
}

bool VerifySignature(const NoteKey& key, std::string_view text, std::string_view signature) {
    if (signature.size() != kNoteSignatureBytes) return false;
    return crypto_sign_verify_detached(reinterpret_cast<const unsigned char*>(signature.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                                       key.public_key.data()) == 0;
}

}  // namespace throughline
