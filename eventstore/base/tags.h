// Tags: the opaque "<kind>:<id>" labels by which records are found.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "eventstore/base/uuid.h"
#include "throughline/eventstore/v1/subject.pb.h"

namespace throughline {

/// "<kind>:<id>".
[[nodiscard]] std::string MakeTag(std::string_view kind, std::string_view id);

/// The id of the first tag of this kind, or nothing.
[[nodiscard]] std::optional<std::string_view> FindTag(std::span<const std::string> tags, std::string_view kind);

/// The tag that records about a subject carry, for example "pupil:0192…".
[[nodiscard]] std::string SubjectTag(eventstore::v1::SubjectKind kind, SubjectId subject);

}  // namespace throughline
