// The fold that every view shares: facts and the store's own records, merged by position.
#include "projections/runner/view.h"

#include "throughline/eventstore/v1/subject.pb.h"

namespace throughline {
namespace {

constexpr std::string_view kFactPackage = "throughline.events.v1.";

bool IsFact(const eventstore::v1::RecordHeader& header) {
    return header.type().starts_with(kFactPackage);
}

absl::Status KeepIfOk(absl::Status status, Rows& rows) {
    if (status.ok()) {
        rows.Keep();
    } else {
        rows.Forget();
    }
    return status;
}

}  // namespace

bool IsErasure(const eventstore::v1::RecordHeader& header) {
    return header.type() == "throughline.eventstore.v1.SubjectErased";
}

absl::Status FoldGroup(const View& view, std::span<const Record> records, Rows& rows) {
    absl::StatusOr<std::vector<EffectiveFact>> facts = Effective(records);
    if (!facts.ok()) return facts.status();
    auto fact = facts->begin();
    const auto apply_facts_before = [&](Position position) -> absl::Status {
        for (; fact != facts->end() && fact->position < position; ++fact) {
            if (auto status = KeepIfOk(view.Apply(*fact, rows), rows); !status.ok()) return status;
        }
        return absl::OkStatus();
    };
    for (const Record& record : records) {
        if (IsFact(record.header)) continue;
        if (auto status = apply_facts_before(record.position); !status.ok()) return status;
        if (auto status = KeepIfOk(view.ApplyStoreRecord(record, rows), rows); !status.ok()) return status;
    }
    if (records.empty()) return absl::OkStatus();
    return apply_facts_before(Next(records.back().position));
}

}  // namespace throughline
