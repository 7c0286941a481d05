// The last empty line divides text and signatures; every line under it must be a signature line, to the letter.
#include "eventstore/ledger/signed_note.h"

#include <optional>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/ledger/note_text.h"
#include "eventstore/ledger/strict_base64.h"

namespace throughline {
namespace {

constexpr std::string_view kSignatureStart = "\xE2\x80\x94 ";  // U+2014 and a space.
constexpr std::size_t kIdBytes = 4;

absl::Status Malformed(std::string_view why) {
    return WithReason(absl::InvalidArgumentError(fmt::format("not a signed note: {}", why)), "NOTE_MALFORMED");
}

/// Reads a line, given without its newline.
std::optional<NoteSignature> ParseSignature(std::string_view line) {
    if (line.substr(0, kSignatureStart.size()) != kSignatureStart) return std::nullopt;
    line.remove_prefix(kSignatureStart.size());
    const std::size_t name_end = line.find(' ');
    if (name_end == std::string_view::npos || !IsNoteName(line.substr(0, name_end))) return std::nullopt;
    const auto bytes = FromBase64(line.substr(name_end + 1), kSignedNoteBytesMax);
    if (!bytes || bytes->size() <= kIdBytes) return std::nullopt;
    NoteSignature signature{std::string(line.substr(0, name_end)), 0, bytes->substr(kIdBytes)};
    for (std::size_t i = 0; i < kIdBytes; ++i) {
        signature.key_id = signature.key_id << 8U | static_cast<std::uint8_t>((*bytes)[i]);
    }
    return signature;
}

std::string IdBytes(std::uint32_t id) {
    std::string bytes;
    for (unsigned shift = 32; shift > 0; shift -= 8) bytes += static_cast<char>(id >> (shift - 8) & 0xFFU);
    return bytes;
}

}  // namespace

std::string FormatSignedNote(const SignedNote& note) {
    std::string text = note.text + "\n";
    for (const NoteSignature& signature : note.signatures) {
        text += fmt::format("{}{} {}\n", kSignatureStart, signature.key_name,
                            ToBase64(IdBytes(signature.key_id) + signature.signature));
    }
    return text;
}

absl::StatusOr<SignedNote> ParseSignedNote(std::string_view note) {
    if (note.size() > kSignedNoteBytesMax) {
        return Malformed(fmt::format("it has {} bytes, at most {} are read", note.size(), kSignedNoteBytesMax));
    }
    if (!IsNoteText(note)) return Malformed("it should be UTF-8 without control characters");
    const std::size_t divide = note.rfind("\n\n");
    if (divide == std::string_view::npos) return Malformed("no empty line divides text and signatures");
    SignedNote parsed{std::string(note.substr(0, divide + 1)), {}};
    for (std::string_view rest = note.substr(divide + 2); !rest.empty();) {
        const std::size_t line_end = rest.find('\n');
        if (line_end == std::string_view::npos) return Malformed("it should end with a newline");
        if (parsed.signatures.size() == kNoteSignaturesMax) {
            return Malformed(fmt::format("it has more than {} signatures", kNoteSignaturesMax));
        }
        auto signature = ParseSignature(rest.substr(0, line_end));
        if (!signature) {
            return Malformed(fmt::format("line {} under the text is no signature", parsed.signatures.size() + 1));
        }
        parsed.signatures.push_back(std::move(*signature));
        rest.remove_prefix(line_end + 1);
    }
    if (parsed.signatures.empty()) return Malformed("nobody signed it");
    return parsed;
}

absl::Status VerifyNote(const SignedNote& note, const NoteKey& key) {
    const std::uint32_t id = NoteKeyId(key);
    bool signed_by_key = false;
    for (const NoteSignature& signature : note.signatures) {
        if (signature.key_name != key.name || signature.key_id != id) continue;
        if (!VerifySignature(key, note.text, signature.signature)) {
            return WithReason(
                absl::InvalidArgumentError(fmt::format(
                    "the signature of {}+{:08x} does not fit the text; one of them was changed", key.name, id)),
                "NOTE_FORGED");
        }
        signed_by_key = true;
    }
    if (signed_by_key) return absl::OkStatus();
    return WithReason(absl::InvalidArgumentError(
                          fmt::format("no signature is that of {}+{:08x}; is it another log's?", key.name, id)),
                      "NOTE_NOT_SIGNED");
}

}  // namespace throughline
