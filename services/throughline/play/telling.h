// The story as it is read aloud: one aligned line a step, gaps beneath the step that was refused, and a summary.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "services/throughline/play/story.h"

namespace throughline {

/// What a play came to.
struct Tally {
    int accepted = 0;  ///< Repeated ones included.
    int repeated = 0;
    int refused = 0;      ///< Passed over ones included.
    int passed_over = 0;  ///< Refused in an earlier play, and not asked again.
    std::uint64_t records_before = 0;
    std::uint64_t records_after = 0;
};

/// Writes a telling to a stream. Not safe from many threads.
class Telling {
  public:
    /// `quiet` leaves only the summary.
    Telling(const Story& story, bool quiet, std::ostream& out);

    /// Title, source, what is invented, and the store it is told to.
    void Begin(std::string_view store_id);
    void ClockMoves(Instant to);
    void Accepted(const Step& step, const CallStep& call, bool repeated);
    /// `differs` is set where an earlier play went further, so that the rules now give another reason.
    void Refused(const Step& step, const CallStep& call, const absl::Status& status, bool differs);
    /// A step that was refused in an earlier play and is not asked again.
    void PassedOver(const Step& step, const CallStep& call);
    void End(const Tally& tally);

  private:
    void Line(const Step& step, const CallStep& call, std::string_view result);

    const Story& story_;
    bool quiet_;
    std::ostream& out_;
    std::size_t name_width_ = 0;
    std::string when_;
};

}  // namespace throughline
