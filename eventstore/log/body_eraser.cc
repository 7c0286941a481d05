// Rows are written anew with the same headers, byte for byte; the tree would show any other.
#include "eventstore/log/body_eraser.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <rocksdb/write_batch.h>

#include "eventstore/base/record_header.h"
#include "eventstore/base/status_details.h"
#include "eventstore/log/frame.h"
#include "eventstore/log/keys.h"

namespace throughline {
namespace {

constexpr std::size_t kBatchBytes = 1024 * 1024;

// Frames further apart than this are compacted apart, so that what lies between is left alone.
constexpr std::uint64_t kNearRecords = 10'000;

// Which records of a frame keep their bodies.
std::vector<bool> Keeps(const FrameView& frame, SubjectId subject) {
    std::vector<bool> keeps;
    for (Position position = frame.first(); position < frame.end(); position = Next(position)) {
        const auto header = ParseRecordHeader(frame.Header(position));
        keeps.push_back(!header || header->key_id != subject.AsBytes());
    }
    return keeps;
}

// Writes frames anew, some at a time.
class Rewriting {
  public:
    explicit Rewriting(LogFamilies& families) : families_(families) {}

    absl::Status Rewrite(const FrameView& frame, const std::vector<bool>& keeps) {
        std::uint64_t gone = 0;
        for (std::size_t i = 0; i < keeps.size(); ++i) {
            if (!keeps[i] && !frame.Body(Next(frame.first(), i)).empty()) ++gone;
        }
        // Also where they went in an earlier call: that one may not have come to the end.
        Note(frame.first());
        if (gone == 0) return absl::OkStatus();
        erased_ += gone;
        const rocksdb::Status status =
            batch_.Put(families_.frames(), FrameKey(frame.first()), frame.WithoutBodies(keeps));
        if (status.ok() && batch_.GetDataSize() >= kBatchBytes) return Write();
        return FromRocks(status, "deleting bodies");
    }

    absl::Status Write() {
        const rocksdb::Status status = families_.db().Write(Synced(), &batch_);
        batch_.Clear();
        return FromRocks(status, "deleting bodies");
    }

    // The old rows leave the files.
    absl::Status Compact() {
        for (const auto& [first, last] : runs_) {
            if (absl::Status gone = CompactAway(families_.rocks, families_.frames(), FrameKey(first), FrameKey(last));
                !gone.ok()) {
                return gone;
            }
        }
        return absl::OkStatus();
    }

    [[nodiscard]] std::uint64_t erased() const { return erased_; }

  private:
    void Note(Position first) {
        if (runs_.empty() || ToUint64(first) - ToUint64(runs_.back().second) > kNearRecords) {
            runs_.emplace_back(first, first);
        }
        runs_.back().second = first;
    }

    LogFamilies& families_;
    rocksdb::WriteBatch batch_;
    std::vector<std::pair<Position, Position>> runs_;
    std::uint64_t erased_ = 0;
};

// Every frame is looked at; the iterator, which would keep the old files, is gone on return.
absl::Status RewriteFrames(const LogFamilies& families, SubjectId subject, Rewriting& rewriting) {
    const std::unique_ptr<rocksdb::Iterator> frames = families.Iterate(families.frames());
    for (frames->SeekToFirst(); frames->Valid(); frames->Next()) {
        const auto first = ParseFrameKey(frames->key().ToStringView());
        const auto frame = first ? FrameView::Parse(*first, frames->value().ToStringView()) : std::nullopt;
        if (!frame) return FrameDamaged(first.value_or(Position{0}));
        const std::vector<bool> keeps = Keeps(*frame, subject);
        if (std::find(keeps.begin(), keeps.end(), false) == keeps.end()) continue;
        if (absl::Status written = rewriting.Rewrite(*frame, keeps); !written.ok()) return written;
    }
    if (!frames->status().ok()) return FromRocks(frames->status(), "reading the log");
    return rewriting.Write();
}

}  // namespace

absl::StatusOr<std::uint64_t> EraseBodies(LogFamilies& families, SubjectId subject) {
    Rewriting rewriting(families);
    if (absl::Status rewritten = RewriteFrames(families, subject, rewriting); !rewritten.ok()) return rewritten;
    if (absl::Status gone = rewriting.Compact(); !gone.ok()) return gone;
    return rewriting.erased();
}

}  // namespace throughline
