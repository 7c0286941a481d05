// One number for all rows of a view, so that two ways of building it can be compared.
#include "eventstore/base/digest.h"
#include "projections/runner/row_store.h"

namespace throughline {
namespace {

// Lengths come first, so that no two different lists of rows have the same bytes.
void AddSized(std::string_view bytes, std::string& to) {
    for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<char>((bytes.size() >> shift) & 0xff));
    to.append(bytes);
}

}  // namespace

absl::StatusOr<std::string> DigestRows(RowStore& store, RowSet set) {
    std::string chained;
    const absl::Status status =
        store.Visit(set, [&chained](std::string_view group, std::string_view key, std::string_view value) {
            std::string row = chained;
            AddSized(group, row);
            AddSized(key, row);
            AddSized(value, row);
            chained = Sha256(row);
        });
    if (!status.ok()) return status;
    return chained;
}

}  // namespace throughline
