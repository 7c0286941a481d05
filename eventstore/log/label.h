// What the index knows a tag or a type by: a short hash, so that keys are small and all of one length.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "eventstore/base/query.h"

namespace throughline {

/// The first 16 bytes of a SHA-256 over the kind (tag or type) and the text.
struct Label {
    std::array<char, 16> bytes{};

    auto operator<=>(const Label&) const = default;
    [[nodiscard]] std::string_view AsBytes() const { return {bytes.data(), bytes.size()}; }

    /// It is a hash already.
    template <typename H>
    friend H AbslHashValue(H state, const Label& label) {
        std::size_t part = 0;
        std::memcpy(&part, label.bytes.data(), sizeof part);
        return H::combine(std::move(state), part);
    }
};

[[nodiscard]] Label TagLabel(std::string_view tag);
[[nodiscard]] Label TypeLabel(std::string_view type);

/// All labels of one record, the type's first.
using RecordLabels = absl::InlinedVector<Label, 3>;

/// A query in labels.
struct LabelQuery {
    struct Item {
        std::vector<Label> types;
        std::vector<Label> tags;
    };
    std::vector<Item> items;

    [[nodiscard]] static LabelQuery Of(const Query& query);
};

[[nodiscard]] bool Matches(const LabelQuery::Item& item, const RecordLabels& labels);

}  // namespace throughline
