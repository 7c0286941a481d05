// Takes the sealed bodies of a subject out of the log's files.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "eventstore/base/uuid.h"
#include "eventstore/log/log_families.h"

namespace throughline {

/// Writes each frame that holds bodies of `subject` anew without them, and makes sure that the old rows are in no file
/// any more. Looks at every record: some ten seconds for ten million records. Returns how many bodies went. Only once
/// nothing is added about the subject any more, and one at a time; repeating it after a crash completes it.
[[nodiscard]] absl::StatusOr<std::uint64_t> EraseBodies(LogFamilies& families, SubjectId subject);

}  // namespace throughline
