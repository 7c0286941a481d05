// What of a header is bound to the body that it stands for.
#pragma once

#include <string_view>

#include "absl/container/inlined_vector.h"
#include "eventstore/base/record_header.h"

namespace throughline {

/// Event id, type, tags, schema version and key id, unambiguously encoded (docs/key-store-format.md). On the stack for
/// headers of the usual size.
class AssociatedData {
  public:
    /// `key_id` stands in the place of the header's own.
    AssociatedData(const RecordHeaderView& header, std::string_view key_id);

    [[nodiscard]] std::string_view view() const { return {bytes_.data(), bytes_.size()}; }

  private:
    absl::InlinedVector<char, 512> bytes_;
};

}  // namespace throughline
