// Subtrees come in order within each level, so one iterator a level goes along.
#include "eventstore/log/log_check_tree.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "eventstore/base/number_bytes.h"
#include "eventstore/log/keys.h"

namespace throughline {
namespace {

std::string PlaceOf(unsigned level, std::uint64_t index) {
    return fmt::format("hash {} of level {} (records {} to {})", index, level, index << level,
                       ((index + 1) << level) - 1);
}

}  // namespace

TreeCheck::TreeCheck(const LogFamilies& families, std::optional<std::uint64_t> root_at, CheckReport& report)
    : families_(families), root_at_(root_at), report_(report) {
    NoteRoot();
}

absl::Status TreeCheck::Take(const CheckedRecord& record) {
    if (stopped_) return absl::OkStatus();
    complete_.clear();
    tree_.Add(LeafHash(record.header), complete_);
    for (const CompleteSubtree& subtree : complete_) {
        if (absl::Status compared = Compare(subtree); !compared.ok()) return compared;
    }
    NoteRoot();
    return absl::OkStatus();
}

void TreeCheck::Miss(Position first, Position last) {
    if (!stopped_) stopped_ = first;
    last_missing_ = last;
}

void TreeCheck::NoteRoot() {
    if (root_at_ && tree_.size() == *root_at_) root_ = tree_.Root();
}

absl::Status TreeCheck::Compare(const CompleteSubtree& subtree) {
    const std::string key = TreeKey(subtree.level, subtree.index);
    std::unique_ptr<rocksdb::Iterator>& row = rows_[subtree.level];
    if (!row) {
        row = families_.Iterate(families_.tree());
        row->Seek(key);
    }
    while (row->Valid() && row->key().compare(key) < 0) row->Next();
    if (row->status().IsCorruption()) return absl::OkStatus();  // Finish() reads every row, and says so.
    if (!row->status().ok()) return FromRocks(row->status(), "reading the tree");
    ++compared_;
    if (!row->Valid() || row->key() != key) {
        report_.Add(CheckPart::kTree, PlaceOf(subtree.level, subtree.index), "it is not stored");
        return absl::OkStatus();
    }
    const std::string_view root(reinterpret_cast<const char*>(subtree.root.data()), subtree.root.size());
    if (std::string_view(row->value().data(), row->value().size()) != root) {
        report_.Add(CheckPart::kTree, PlaceOf(subtree.level, subtree.index),
                    "what is stored is not the hash of these records' headers");
    }
    return absl::OkStatus();
}

absl::Status TreeCheck::Finish(Position end) {
    const std::unique_ptr<rocksdb::Iterator> row = families_.Iterate(families_.tree());
    // Where the end of the log cannot be read, as many records as can be may be there.
    const std::uint64_t records = std::max(ToUint64(end), ToUint64(last_missing_));
    std::uint64_t rows = 0;
    for (row->SeekToFirst(); row->Valid(); row->Next(), ++rows) {
        std::string_view key(row->key().data(), row->key().size());
        const auto level = TakeBytes(key, 1);
        const auto index = TakeUint64(key);
        if (!level || !index || !key.empty()) {
            report_.Add(
                CheckPart::kTree, fmt::format("row {}", rows),
                fmt::format("a row stands under a key of {} bytes, which is no level and number", row->key().size()));
            continue;
        }
        const auto height = static_cast<unsigned>(static_cast<std::uint8_t>(level->front()));
        const bool stored = height > 0 && height < 64 && height % kStoredLevelStep == 0;
        if (stored && *index < records >> height) continue;
        report_.Add(CheckPart::kTree, fmt::format("hash {} of level {}", *index, height),
                    fmt::format("it is stored, and a log of {} records has none such", records));
    }
    if (row->status().IsCorruption()) {
        report_.Add(CheckPart::kTree, fmt::format("behind row {}", rows),
                    fmt::format("cannot be read: {}", row->status().ToString()));
    } else if (!row->status().ok()) {
        return FromRocks(row->status(), "reading the tree");
    }
    report_.Count(CheckPart::kTree, "hashes", compared_);
    if (stopped_) {
        report_.LeaveOut(CheckPart::kTree,
                         fmt::format("from position {} on: that record is missing", ToUint64(*stopped_)));
    }
    return absl::OkStatus();
}

}  // namespace throughline
