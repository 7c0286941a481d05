// Most conditions are about new things or hold at the head: one look at the last posting of a label is enough for them.
#include "eventstore/log/condition_checker.h"

#include <limits>
#include <memory>
#include <vector>

#include "eventstore/base/status_details.h"
#include "eventstore/log/keys.h"
#include "eventstore/log/posting.h"
#include "eventstore/log/query_cursor.h"

namespace throughline {
namespace {

// Whether the label's last posting reaches `from`.
absl::StatusOr<bool> Reaches(rocksdb::Iterator& rows, const Label& label, Position from) {
    rows.SeekForPrev(PostingKey(label, Position{std::numeric_limits<std::uint64_t>::max()}));
    if (!rows.Valid()) {
        if (!rows.status().ok()) return FromRocks(rows.status(), "reading the index");
        return false;
    }
    const auto first = ParsePostingKey(label, rows.key().ToStringView());
    if (!first) return false;
    if (from <= *first) return true;
    std::vector<PostingEntry> entries;
    if (!ParsePosting(*first, rows.value().ToStringView(), entries)) {
        return WithReason(absl::DataLossError("the index is damaged; restore the log from a backup"), "CORRUPTION");
    }
    return from <= entries.back().place.position;
}

}  // namespace

absl::StatusOr<std::optional<Position>> ConditionChecker::FirstMatch(const Query& query, const LabelQuery& labels,
                                                                     Position from, Position end) const {
    std::optional<Position> first;
    if (end <= from) return first;
    if (query.items.empty()) return std::optional<Position>{from};
    const Walk walk{from, Position{ToUint64(end) - 1}, false};
    for (std::size_t i = 0; i < query.items.size(); ++i) {
        if (labels.items[i].tags.empty() && labels.items[i].types.empty()) return std::optional<Position>{from};
        const auto may_match = MayMatch(labels.items[i], from);
        if (!may_match.ok()) return may_match.status();
        if (!*may_match) continue;
        const auto cursor = WalkItem(families_, types_, query.items[i], walk);
        if (absl::Status sought = cursor->Seek(from); !sought.ok()) return sought;
        if (cursor->at() && (!first || cursor->at()->position < *first)) first = cursor->at()->position;
    }
    return first;
}

absl::StatusOr<bool> ConditionChecker::MayMatch(const LabelQuery::Item& item, Position from) const {
    const LentIterator rows = families_.IteratePostings();
    for (const Label& tag : item.tags) {
        const auto reaches = Reaches(*rows, tag, from);
        if (!reaches.ok() || !*reaches) return reaches;
    }
    if (!item.tags.empty()) return true;
    for (const Label& type : item.types) {
        const auto reaches = Reaches(*rows, type, from);
        if (!reaches.ok() || *reaches) return reaches;
    }
    return false;
}

}  // namespace throughline
