// The two rows of a frame together: what a record is made of, each part checked against the place where it was found.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/erased_subjects.h"
#include "eventstore/log/frame.h"
#include "eventstore/log/record_log.h"

namespace throughline {

/// Points into bytes that must outlive it.
class RecordRows {
  public:
    /// `bodies` is not looked at where only headers are wanted.
    ///   DATA_LOSS    one of the rows is damaged, or they are not beside each other
    [[nodiscard]] static absl::StatusOr<RecordRows> Parse(Position first, std::string_view headers,
                                                          std::string_view bodies, bool with_bodies);

    [[nodiscard]] const FrameView& headers() const { return headers_; }
    [[nodiscard]] bool Holds(Position position) const { return headers_.Holds(position); }

    /// A record that the rows hold.
    ///   DATA_LOSS    it says another position, or its body is missing though its subject was not erased
    [[nodiscard]] absl::StatusOr<RecordView> At(Position position, const ErasedSubjects& erased) const;

  private:
    FrameView headers_;
    FrameView bodies_;
    bool with_bodies_ = false;
};

/// DATA_LOSS, CORRUPTION: `what` is wrong with the record.
[[nodiscard]] absl::Status RecordDamaged(Position position, std::string_view what);

}  // namespace throughline
