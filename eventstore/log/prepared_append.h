// An append as the writer takes it: checked, and looked through for all that the index needs, on its caller's thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/log/label.h"
#include "eventstore/log/record_log.h"

namespace throughline {

/// What the writer and the index need to know of an event. The view points into the append's header.
struct PreparedEvent {
    std::string_view type;
    SubjectId subject;
    RecordLabels labels;
};

struct PreparedAppend {
    SealedAppend append;
    std::vector<PreparedEvent> events;  ///< As many as the append has.
    LabelQuery condition;               ///< The condition's query.
    std::size_t bytes = 0;              ///< Of all headers and bodies.

    /// INVALID_ARGUMENT (BAD_APPEND) where an append is over a limit, or a header is not what it must be.
    [[nodiscard]] static absl::StatusOr<PreparedAppend> Of(SealedAppend append);
};

}  // namespace throughline
