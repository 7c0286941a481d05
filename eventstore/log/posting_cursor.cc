// Commits are runs of positions that do not overlap, so neither do the postings of one label: their keys order them.
#include "eventstore/log/posting_cursor.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/log/keys.h"
#include "eventstore/log/posting.h"

namespace throughline {
namespace {

class PostingCursor final : public PositionCursor {
  public:
    PostingCursor(const LogFamilies& families, const Label& label, std::vector<std::uint32_t> type_ids,
                  const Walk& walk)
        : label_(label), type_ids_(std::move(type_ids)), walk_(walk), rows_(families.IteratePostings()) {}

    absl::Status Seek(Position target) override {
        if (walk_.Before(target, walk_.start())) target = walk_.start();
        if (!Covers(target)) {
            if (absl::Status found = FindRow(target); !found.ok()) return found;
        }
        return Settle(target);
    }

    absl::Status Advance() override {
        const Position passed = at_->position;
        at_.reset();
        const Position last = walk_.backwards ? walk_.low : walk_.high;
        if (passed == last) return absl::OkStatus();
        return Settle(Position{walk_.backwards ? ToUint64(passed) - 1 : ToUint64(passed) + 1});
    }

  private:
    bool Covers(Position target) const {
        return !entries_.empty() && entries_.front().place.position <= target &&
               target <= entries_.back().place.position;
    }

    // The row that holds `target`; else the next one of the walk, or none.
    absl::Status FindRow(Position target) {
        // Nothing begins before the first position; and to turn round costs as much as a search.
        if (walk_.backwards || target != Position{0}) {
            rows_->SeekForPrev(PostingKey(label_, target));
            if (absl::Status loaded = Load(); !loaded.ok()) return loaded;
            if (walk_.backwards || Covers(target)) return absl::OkStatus();
        }
        rows_->Seek(PostingKey(label_, target));
        return Load();
    }

    absl::Status NextRow() {
        if (walk_.backwards) {
            rows_->Prev();
        } else {
            rows_->Next();
        }
        return Load();
    }

    // Takes in the row under the iterator; no entries where it is past this label.
    absl::Status Load() {
        entries_.clear();
        if (!rows_->Valid()) return FromRocks(rows_->status(), "reading the index");
        const auto first = ParsePostingKey(label_, rows_->key().ToStringView());
        if (!first) return absl::OkStatus();
        if (ParsePosting(*first, rows_->value().ToStringView(), entries_)) return absl::OkStatus();
        return WithReason(absl::DataLossError(fmt::format(
                              "the index at position {} is damaged; restore the log from a backup", ToUint64(*first))),
                          "CORRUPTION");
    }

    // Stands at the first wanted record of the walk from `target` on, in this row or those that follow.
    absl::Status Settle(Position target) {
        at_.reset();
        while (!entries_.empty()) {
            if (const auto found = FirstWanted(target)) {
                if (walk_.Holds(found->position)) at_ = found;
                return absl::OkStatus();
            }
            const Position edge = walk_.backwards ? entries_.front().place.position : entries_.back().place.position;
            if (!walk_.Holds(edge)) return absl::OkStatus();
            if (absl::Status next = NextRow(); !next.ok()) return next;
        }
        return absl::OkStatus();
    }

    std::optional<Place> FirstWanted(Position target) const {
        const auto wanted = [&](const PostingEntry& entry) {
            return !walk_.Before(entry.place.position, target) &&
                   (type_ids_.empty() ||
                    std::find(type_ids_.begin(), type_ids_.end(), entry.type_id) != type_ids_.end());
        };
        if (walk_.backwards) {
            const auto found = std::find_if(entries_.rbegin(), entries_.rend(), wanted);
            return found == entries_.rend() ? std::nullopt : std::optional(found->place);
        }
        const auto found = std::find_if(entries_.begin(), entries_.end(), wanted);
        return found == entries_.end() ? std::nullopt : std::optional(found->place);
    }

    const Label label_;
    const std::vector<std::uint32_t> type_ids_;
    const Walk walk_;
    const LentIterator rows_;
    std::vector<PostingEntry> entries_;
};

}  // namespace

std::unique_ptr<PositionCursor> WalkPostings(const LogFamilies& families, const Label& label,
                                             std::vector<std::uint32_t> type_ids, const Walk& walk) {
    return std::make_unique<PostingCursor>(families, label, std::move(type_ids), walk);
}

}  // namespace throughline
