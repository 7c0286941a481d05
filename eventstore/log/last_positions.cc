// That there is nothing is remembered too: most conditions are about new things.
#include "eventstore/log/last_positions.h"

#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "eventstore/base/status_details.h"
#include "eventstore/log/keys.h"
#include "eventstore/log/posting.h"

namespace throughline {

absl::StatusOr<std::optional<Position>> LastPositions::Find(const std::string& prefix) {
    if (const auto found = young_.find(prefix); found != young_.end()) return found->second;
    absl::StatusOr<std::optional<Position>> last = std::optional<Position>{};
    if (const auto found = old_.find(prefix); found != old_.end()) {
        last = found->second;
    } else {
        last = Load(prefix);
        if (!last.ok()) return last;
    }
    Remember(prefix, *last);
    return last;
}

void LastPositions::Put(const std::string& prefix, Position last) {
    Remember(prefix, last);
}

void LastPositions::Remember(const std::string& prefix, std::optional<Position> last) {
    if (young_.size() >= half_) {
        old_ = std::move(young_);
        young_ = Generation{};
    }
    young_[prefix] = last;
}

absl::StatusOr<std::optional<Position>> LastPositions::Load(const std::string& prefix) const {
    const std::unique_ptr<rocksdb::Iterator> rows(families_.db().NewIterator({}, families_.postings()));
    rows->SeekForPrev(PostingKey(prefix, Position{std::numeric_limits<std::uint64_t>::max()}));
    if (!rows->Valid()) {
        if (!rows->status().ok()) return FromRocks(rows->status(), "reading the index");
        return std::optional<Position>{};
    }
    const auto first = ParsePostingKey(prefix, {rows->key().data(), rows->key().size()});
    if (!first) return std::optional<Position>{};
    std::vector<PostingEntry> entries;
    if (!ParsePosting(*first, {rows->value().data(), rows->value().size()}, entries)) {
        return WithReason(absl::DataLossError("the index is damaged; restore the log from a backup"), "CORRUPTION");
    }
    return std::optional<Position>{entries.back().position};
}

}  // namespace throughline
