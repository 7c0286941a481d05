// What the index says is never taken on trust: the record found must say the same.
#include "eventstore/log/record_finder.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/log/body_row.h"
#include "eventstore/log/header_trailer.h"
#include "eventstore/log/keys.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {
namespace {

absl::Status Disagrees(Position position, std::string_view what) {
    return WithReason(absl::DataLossError(fmt::format("the record at position {} {}; restore the log from a backup",
                                                      ToUint64(position), what)),
                      "CORRUPTION");
}

bool HeaderMatches(std::string_view bytes, const Query& query) {
    if (query.items.empty()) return true;
    eventstore::v1::RecordHeader header;
    if (!header.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
    const std::vector<std::string> tags(header.tags().begin(), header.tags().end());
    return Matches(query, header.type(), tags);
}

}  // namespace

RecordFinder::RecordFinder(const LogFamilies& families, const ErasedSubjects& erased)
    : families_(families), erased_(erased), frames_(families.db().NewIterator({}, families.frames())) {}

absl::StatusOr<StoredRecord> RecordFinder::Find(Position position, const Query& query, bool with_body) {
    if (!frame_ || !frame_->Holds(position)) {
        if (absl::Status loaded = LoadFrame(position); !loaded.ok()) return loaded;
    }
    const std::string_view header = frame_->Header(position);
    const auto trailer = ReadHeaderTrailer(header);
    if (!trailer || trailer->position != position) return Disagrees(position, "says another position");
    if (!HeaderMatches(header, query)) return Disagrees(position, "is not what the index says");
    StoredRecord record{position, std::string(header), {}};
    if (with_body) {
        const auto body = Body(position);
        if (!body.ok()) return body.status();
        record.sealed_body = *body;
    }
    return record;
}

absl::Status RecordFinder::LoadFrame(Position position) {
    frame_.reset();
    frames_->SeekForPrev(FrameKey(position));
    if (!frames_->Valid()) {
        if (!frames_->status().ok()) return FromRocks(frames_->status(), "reading the log");
        return Disagrees(position, "is missing");
    }
    const auto first = ParseFrameKey({frames_->key().data(), frames_->key().size()});
    if (!first) return Disagrees(position, "stands under a damaged key");
    auto frame = FrameView::Parse(*first, {frames_->value().data(), frames_->value().size()});
    if (!frame.ok()) return frame.status();
    if (!frame->Holds(position)) return Disagrees(position, "is missing");
    frame_ = *frame;
    return absl::OkStatus();
}

absl::StatusOr<std::string_view> RecordFinder::Body(Position position) {
    const SubjectId subject = frame_->Subject(position);
    const Position request_first = frame_->RequestFirst(position);
    const auto row = BodyRow(subject, request_first);
    if (!row.ok()) return row.status();
    if ((*row)->empty()) {
        // Asked after the row was, since erasing marks the subject before it deletes.
        if (erased_.Contains(subject)) return std::string_view{};
        return Disagrees(position, "has lost its body");
    }
    const auto delta = static_cast<std::uint32_t>(ToUint64(position) - ToUint64(request_first));
    const auto body = FindBody({(*row)->data(), (*row)->size()}, delta);
    if (!body) return Disagrees(position, "has a damaged body");
    return *body;
}

absl::StatusOr<const rocksdb::PinnableSlice*> RecordFinder::BodyRow(SubjectId subject, Position request_first) {
    if (request_first != rows_of_) rows_.clear();
    rows_of_ = request_first;
    const auto [place, added] = rows_.try_emplace(subject);
    if (added) {
        const rocksdb::Status status =
            families_.db().Get({}, families_.bodies(), BodyKey(subject, request_first), &place->second);
        if (!status.ok() && !status.IsNotFound()) return FromRocks(status, "reading a body");
    }
    return &place->second;
}

}  // namespace throughline
