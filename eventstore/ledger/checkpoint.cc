// Three lines, read to the letter: two texts of the same checkpoint would be two things to sign.
#include "eventstore/ledger/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/ledger/note_text.h"
#include "eventstore/ledger/signed_note.h"
#include "eventstore/ledger/strict_base64.h"
#include "eventstore/ledger/subtree.h"

namespace throughline {
namespace {

absl::Status Malformed(std::string_view why) {
    return WithReason(absl::InvalidArgumentError(fmt::format("not a checkpoint: {}", why)), "CHECKPOINT_MALFORMED");
}

std::optional<std::string_view> TakeLine(std::string_view& text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

std::optional<std::uint64_t> ParseSize(std::string_view digits) {
    std::uint64_t size = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, size);
    if (error != std::errc() || stopped != end || size > kTreeSizeMax) return std::nullopt;
    if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
    return size;
}

}  // namespace

std::string FormatCheckpoint(const Checkpoint& checkpoint) {
    if (!IsNoteName(checkpoint.origin) || checkpoint.size > kTreeSizeMax) std::abort();
    const std::string root(checkpoint.root.begin(), checkpoint.root.end());
    return fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.size, ToBase64(root));
}

absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text) {
    const auto origin = TakeLine(text);
    const auto digits = TakeLine(text);
    const auto root_text = TakeLine(text);
    if (!origin || !digits || !root_text || !text.empty()) {
        return Malformed("it should have three lines, each with a newline");
    }
    if (!IsNoteName(*origin)) return Malformed("line 1 should name the log, in 1 to 255 bytes without space or plus");
    const auto size = ParseSize(*digits);
    if (!size) return Malformed("line 2 should be the size of the tree, in decimal digits without leading zeros");
    const auto root = FromBase64(*root_text, kTreeHashBytes);
    if (!root || root->size() != kTreeHashBytes) return Malformed("line 3 should be a root of 32 bytes in base64");
    Checkpoint checkpoint{std::string(*origin), *size, {}};
    std::copy(root->begin(), root->end(), checkpoint.root.begin());
    return checkpoint;
}

std::string SignCheckpoint(std::uint64_t size, const TreeHash& root, const CheckpointSigner& signer) {
    const NoteKey key{signer.name(), signer.public_key()};
    SignedNote note{FormatCheckpoint({key.name, size, root}), {}};
    const NoteSignatureBytes signature = signer.Sign(note.text);
    note.signatures.push_back({key.name, NoteKeyId(key), std::string(signature.begin(), signature.end())});
    return FormatSignedNote(note);
}

absl::StatusOr<Checkpoint> VerifyCheckpoint(std::string_view note, const NoteKey& key) {
    const auto parsed = ParseSignedNote(note);
    if (!parsed.ok()) return parsed.status();
    if (absl::Status status = VerifyNote(*parsed, key); !status.ok()) return status;
    auto checkpoint = ParseCheckpoint(parsed->text);
    if (checkpoint.ok() && checkpoint->origin != key.name) {
        return WithReason(absl::InvalidArgumentError(fmt::format("the checkpoint is of the log {}, the key of {}",
                                                                 checkpoint->origin, key.name)),
                          "CHECKPOINT_OF_ANOTHER_LOG");
    }
    return checkpoint;
}

}  // namespace throughline
