// A correction keeps the ids of the first entry: what is about something else is another entry.
#pragma once

#include "services/casework/decision.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

/// Fills the ids (fields named `…_id`) that `corrected` leaves empty, and its date, from `first`.
///   ENTRY_OF_OTHER_TYPE   it is not the same kind of fact
///   ENTRY_IDS_FIXED       ids differ; each is listed
[[nodiscard]] Breach TakeIdsOf(const events::v1::Fact& first, events::v1::Fact& corrected);

}  // namespace throughline
