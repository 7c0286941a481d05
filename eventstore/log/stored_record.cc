// What is found is never taken on trust: a header says its own position, a missing body has an erased subject.
#include "eventstore/log/stored_record.h"

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

absl::Status ReadRecordIn(const FrameView& frame, Position position, const ErasedSubjects& erased, bool with_body,
                          RecordView& record) {
    record = {position, frame.Header(position), {}, nullptr};
    const auto trailer = ReadHeaderTrailer(record.header);
    if (!trailer || trailer->position != position) return RecordDamaged(position, "says another position");
    if (!with_body) return absl::OkStatus();
    record.sealed_body = frame.Body(position);
    if (record.sealed_body.empty() && !IsErased(record.header, erased)) {
        return RecordDamaged(position, "has no body, though its subject was not erased");
    }
    return absl::OkStatus();
}

absl::Status RecordDamaged(Position position, std::string_view what) {
    return WithReason(absl::DataLossError(fmt::format("the record at position {} {}; restore the log from a backup",
                                                      ToUint64(position), what)),
                      "CORRUPTION");
}

}  // namespace throughline
