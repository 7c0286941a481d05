// A record in its frame, checked against the place where it was found.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/frame.h"
#include "eventstore/log/record_log.h"

namespace throughline {

/// Sets `record` to one that the frame holds; without its body where `with_body` is false.
///   DATA_LOSS    it says another position, or its body is missing though its subject was not erased
[[nodiscard]] absl::Status ReadRecordIn(const FrameView& frame, Position position, const ErasedSubjects& erased,
                                        bool with_body, RecordView& record);

/// DATA_LOSS, CORRUPTION: `what` is wrong with the record.
[[nodiscard]] absl::Status RecordDamaged(Position position, std::string_view what);

}  // namespace throughline
