// A chronology as a person reads it in a terminal.
#pragma once

#include <string>
#include <vector>

#include "services/throughline/verbs/terminal.h"
#include "throughline/views/v1/chronology_service.pb.h"

namespace throughline {

struct TimelineText {
    std::string title;  ///< For example "Pupil 7f3c…".
    bool synthetic = false;
    std::vector<views::v1::ChronologyEntry> entries;
    std::string as_known;  ///< What was asked for; empty: now.
};

/// One block an entry: when it was so, the headline, the details, when and by whom it was written down. A corrected
/// entry says what it said before and why that was wrong; an annulled one is struck through and marked.
[[nodiscard]] std::string ToText(const TimelineText& timeline, const Ink& ink, std::size_t width);

}  // namespace throughline
