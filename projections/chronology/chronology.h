// The chronology of a pupil: every fact in the order in which it was so.
#pragma once

#include <string>
#include <string_view>

#include "projections/runner/view.h"

namespace throughline {

/// One group a pupil, one row an entry. Key: valid time, then position (nowhere else: above the event store, positions
/// appear only in opaque tokens). Value: throughline.views.v1.ChronologyEntry.
///
/// Erased entries keep their types and the times at which they were written down, and stand at those. An erasure is an
/// entry itself.
class Chronology final : public View {
  public:
    [[nodiscard]] std::string_view Name() const override { return "chronology"; }
    [[nodiscard]] std::uint32_t Version() const override { return 1; }
    [[nodiscard]] std::optional<std::string> GroupOf(const eventstore::v1::RecordHeader& header) const override;
    [[nodiscard]] Query QueryOf(std::string_view group) const override;
    [[nodiscard]] absl::Status Apply(const EffectiveFact& fact, Rows& rows) const override;
    [[nodiscard]] absl::Status ApplyStoreRecord(const Record& record, Rows& rows) const override;
};

/// The group of a pupil: their tag.
[[nodiscard]] std::string ChronologyGroup(SubjectId pupil);

/// Bytes in a row's key: 8 of valid time, 8 of position.
inline constexpr std::size_t kChronologyKeyBytes = 16;

}  // namespace throughline
