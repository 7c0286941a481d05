// Deletes a subject's bodies so that their bytes leave the files, not only the index.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "eventstore/base/uuid.h"
#include "eventstore/log/log_families.h"

namespace throughline {

/// The subject must have been marked as erased. Repeat it after any error. Returns how many bodies went in this call.
[[nodiscard]] absl::StatusOr<std::uint64_t> EraseBodies(LogFamilies& families, SubjectId subject);

}  // namespace throughline
