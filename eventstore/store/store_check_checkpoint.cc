// The root is the one computed from the headers, never one that is stored.
#include "eventstore/store/store_check_checkpoint.h"

#include <utility>

#include <fmt/format.h>

#include "eventstore/disk/durable_file.h"
#include "eventstore/ledger/signed_note.h"

namespace throughline {
namespace {

absl::StatusOr<Checkpoint> Unverified(const std::string& text, const std::string& origin) {
    const auto note = ParseSignedNote(text);
    if (!note.ok()) return note.status();
    auto checkpoint = ParseCheckpoint(note->text);
    if (checkpoint.ok() && checkpoint->origin != origin) {
        return absl::InvalidArgumentError(fmt::format("it is of the log {}", checkpoint->origin));
    }
    return checkpoint;
}

}  // namespace

absl::StatusOr<CheckpointCheck> CheckpointCheck::Read(const std::string& path, CheckReport& report) {
    CheckpointCheck check(path, report);
    auto note = ReadDurableFile(nullptr, path);
    if (note.ok()) {
        check.note_ = *std::move(note);
    } else if (absl::IsNotFound(note.status())) {
        report.Add(CheckPart::kCheckpoint, path, "the file is missing, so whether the log was changed cannot be told",
                   "bring it back, or restore the whole folder from a backup");
    } else {
        return note.status();
    }
    return check;
}

void CheckpointCheck::Verify(const std::string& origin, const std::optional<NotePublicKey>& key) {
    if (!note_) return;
    const auto checkpoint = key ? VerifyCheckpoint(*note_, NoteKey{origin, *key}) : Unverified(*note_, origin);
    if (checkpoint.ok()) {
        checkpoint_ = *checkpoint;
    } else {
        report_->Add(
            CheckPart::kCheckpoint, path_,
            fmt::format("it is not one that this store signed ({})", std::string(checkpoint.status().message())));
    }
    if (!key) report_->LeaveOut(CheckPart::kCheckpoint, "its signature: that takes the key file");
}

std::optional<std::uint64_t> CheckpointCheck::root_at() const {
    return checkpoint_ ? std::optional(checkpoint_->size) : std::nullopt;
}

void CheckpointCheck::Finish(const LogCheck& log) {
    if (!checkpoint_ || !log.opened()) return;
    report_->Count(CheckPart::kCheckpoint, "records signed", checkpoint_->size);
    const std::uint64_t end = ToUint64(log.end());
    if (end < checkpoint_->size && log.end_is_certain()) {
        report_->Add(CheckPart::kCheckpoint, fmt::format("position {}", end),
                     fmt::format("the log ends here, and {} records were signed: the last {} are missing",
                                 checkpoint_->size, checkpoint_->size - end));
    } else if (!log.root()) {
        report_->LeaveOut(CheckPart::kCheckpoint, "its root: records that it signs are missing");
    } else if (*log.root() != checkpoint_->root) {
        report_->Add(
            CheckPart::kCheckpoint, path_,
            fmt::format("the headers of the first {} records are not those that were signed", checkpoint_->size));
    }
}

}  // namespace throughline
