// Finds the entry that a correction names, and the facts that putting it right depends on.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/casework/command_context.h"
#include "services/casework/shell/header_lookup.h"

namespace throughline {

/// Where an entry belongs, as headers say: they never change, and outlive an erasure.
struct EntryPlace {
    eventstore::v1::RecordHeader header;  ///< Of the entry.
    std::string pupil_id;                 ///< Empty for an entry about a school or a provision.
    std::string school_id;
};

/// Staff of the school, and operators for what is about a school itself.
///   NOT_FOUND             no such subject, or no such entry about it
///   PERMISSION_DENIED     another school's
///   FAILED_PRECONDITION   it is itself a correction (NOT_A_FIRST_ENTRY): name the first entry
[[nodiscard]] absl::StatusOr<EntryPlace> FindEntry(const std::string& subject_id, const std::string& event_id,
                                                   HeaderLookup& lookup, const CommandContext& context);

/// All that the subject's rules are asked of.
[[nodiscard]] Query CorrectionQuery(const EntryPlace& place);

/// As CorrectionQuery, with what may stand on the entry in the records of others.
[[nodiscard]] Query AnnulmentQuery(const EntryPlace& place);

}  // namespace throughline
