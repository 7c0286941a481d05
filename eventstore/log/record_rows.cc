// What is found is never taken on trust: a header says its own position, a missing body has an erased subject.
#include "eventstore/log/record_rows.h"

#include <fmt/format.h>

#include "eventstore/base/record_header.h"
#include "eventstore/base/status_details.h"
#include "eventstore/log/header_trailer.h"

namespace throughline {
namespace {

bool IsErased(std::string_view header, const ErasedSubjects& erased) {
    const auto view = ParseRecordHeader(header);
    const auto subject = view ? UuidFromBytes(view->key_id) : std::nullopt;
    return subject && erased.Contains(SubjectId{*subject});
}

}  // namespace

absl::StatusOr<RecordRows> RecordRows::Parse(Position first, std::string_view headers, std::string_view bodies,
                                             bool with_bodies) {
    RecordRows rows;
    const auto header_row = FrameView::Parse(first, headers);
    if (!header_row) return FrameDamaged(first);
    rows.headers_ = *header_row;
    rows.with_bodies_ = with_bodies;
    if (!with_bodies) return rows;
    const auto body_row = FrameView::Parse(first, bodies);
    if (!body_row || body_row->end() != header_row->end()) return FrameDamaged(first);
    rows.bodies_ = *body_row;
    return rows;
}

absl::StatusOr<RecordView> RecordRows::At(Position position, const ErasedSubjects& erased) const {
    RecordView record{position, headers_.At(position), {}};
    const auto trailer = ReadHeaderTrailer(record.header);
    if (!trailer || trailer->position != position) return RecordDamaged(position, "says another position");
    if (!with_bodies_) return record;
    record.sealed_body = bodies_.At(position);
    if (record.sealed_body.empty() && !IsErased(record.header, erased)) {
        return RecordDamaged(position, "has no body, though its subject was not erased");
    }
    return record;
}

absl::Status RecordDamaged(Position position, std::string_view what) {
    return WithReason(absl::DataLossError(fmt::format("the record at position {} {}; restore the log from a backup",
                                                      ToUint64(position), what)),
                      "CORRUPTION");
}

}  // namespace throughline
