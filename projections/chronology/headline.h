// One line for each fact, and the rest of it in reading order.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "throughline/events/v1/fact.pb.h"
#include "throughline/views/v1/chronology_service.pb.h"

namespace throughline {

/// A fact as a timeline shows it.
struct Summary {
    std::string headline;
    std::vector<views::v1::Detail> details;  ///< Only what the fact holds; who recorded it comes last.
};

/// Puts a fact into words. DATA_LOSS where this program does not know the fact.
[[nodiscard]] absl::StatusOr<Summary> Summarise(const events::v1::Fact& fact);

}  // namespace throughline
