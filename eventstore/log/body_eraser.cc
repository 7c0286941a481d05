// Rows are written anew rather than deleted in part; headers are only read.
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
#include "eventstore/log/keys.h"
#include "eventstore/log/record_rows.h"

namespace throughline {
namespace {

constexpr std::size_t kBatchBytes = 1024 * 1024;

// Frames further apart than this are compacted apart, so that what lies between is left alone.
constexpr std::uint64_t kNearRecords = 10'000;

std::string_view Text(rocksdb::Slice slice) {
    return {slice.data(), slice.size()};
}

// Which records of a frame keep their bodies.
std::vector<bool> Keeps(const FrameView& headers, SubjectId subject) {
    std::vector<bool> keeps;
    for (Position position = headers.first(); position < headers.end(); position = Next(position)) {
        const auto header = ParseRecordHeader(headers.At(position));
        keeps.push_back(!header || header->key_id != subject.AsBytes());
    }
    return keeps;
}

// Writes rows anew, some at a time.
class Rewriting {
  public:
    explicit Rewriting(LogFamilies& families) : families_(families) {}

    absl::Status Rewrite(const FrameView& headers, const std::vector<bool>& keeps) {
        const std::string key = FrameKey(headers.first());
        rocksdb::PinnableSlice row;
        rocksdb::Status status = families_.db().Get({}, families_.bodies(), key, &row);
        if (!status.ok()) return FromRocks(status, "reading bodies");
        const auto bodies = FrameView::Parse(headers.first(), {row.data(), row.size()});
        if (!bodies || bodies->end() != headers.end()) return FrameDamaged(headers.first());
        std::uint64_t gone = 0;
        for (std::size_t i = 0; i < keeps.size(); ++i) {
            if (!keeps[i] && !bodies->At(Next(headers.first(), i)).empty()) ++gone;
        }
        // Also where they went in an earlier call: that one may not have come to the end.
        Note(headers.first());
        if (gone == 0) return absl::OkStatus();
        erased_ += gone;
        status = batch_.Put(families_.bodies(), key, WithoutBodies(*bodies, keeps));
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
            if (absl::Status gone = CompactAway(families_.rocks, families_.bodies(), FrameKey(first), FrameKey(last));
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

}  // namespace

absl::StatusOr<std::uint64_t> EraseBodies(LogFamilies& families, SubjectId subject) {
    Rewriting rewriting(families);
    const std::unique_ptr<rocksdb::Iterator> frames = families.Iterate(families.frames());
    for (frames->SeekToFirst(); frames->Valid(); frames->Next()) {
        const auto first = ParseFrameKey(Text(frames->key()));
        const auto headers = first ? FrameView::Parse(*first, Text(frames->value())) : std::nullopt;
        if (!headers) return FrameDamaged(first.value_or(Position{0}));
        const std::vector<bool> keeps = Keeps(*headers, subject);
        if (std::find(keeps.begin(), keeps.end(), false) == keeps.end()) continue;
        if (absl::Status written = rewriting.Rewrite(*headers, keeps); !written.ok()) return written;
    }
    if (!frames->status().ok()) return FromRocks(frames->status(), "reading the log");
    if (absl::Status written = rewriting.Write(); !written.ok()) return written;
    if (absl::Status gone = rewriting.Compact(); !gone.ok()) return gone;
    return rewriting.erased();
}

}  // namespace throughline
