// The set operations on walks: in common, either.
#include "eventstore/log/position_cursor.h"

#include <utility>

namespace throughline {
namespace {

class AllOfCursor final : public PositionCursor {
  public:
    AllOfCursor(const Walk& walk, std::vector<std::unique_ptr<PositionCursor>> parts)
        : walk_(walk), parts_(std::move(parts)) {}

    absl::Status Seek(Position target) override {
        at_.reset();
        if (absl::Status sought = parts_.front()->Seek(target); !sought.ok()) return sought;
        return Agree();
    }

    absl::Status Advance() override {
        at_.reset();
        if (absl::Status advanced = parts_.front()->Advance(); !advanced.ok()) return advanced;
        return Agree();
    }

  private:
    // The part that is furthest behind leaps to the one furthest ahead, until all stand at one position.
    absl::Status Agree() {
        std::size_t agreeing = 1;
        std::size_t next = 1 % parts_.size();
        if (!parts_.front()->at()) return absl::OkStatus();
        Place target = *parts_.front()->at();
        while (agreeing < parts_.size()) {
            PositionCursor& part = *parts_[next];
            if (!part.at() || walk_.Before(part.at()->position, target.position)) {
                if (absl::Status sought = part.Seek(target.position); !sought.ok()) return sought;
            }
            if (!part.at()) return absl::OkStatus();
            agreeing = part.at()->position == target.position ? agreeing + 1 : 1;
            target = *part.at();
            next = (next + 1) % parts_.size();
        }
        at_ = target;
        return absl::OkStatus();
    }

    const Walk walk_;
    std::vector<std::unique_ptr<PositionCursor>> parts_;
};

class AnyOfCursor final : public PositionCursor {
  public:
    AnyOfCursor(const Walk& walk, std::vector<std::unique_ptr<PositionCursor>> parts)
        : walk_(walk), parts_(std::move(parts)) {}

    absl::Status Seek(Position target) override {
        for (const auto& part : parts_) {
            if (absl::Status sought = part->Seek(target); !sought.ok()) return sought;
        }
        Choose();
        return absl::OkStatus();
    }

    absl::Status Advance() override {
        for (const auto& part : parts_) {
            if (!part->at() || part->at()->position != at_->position) continue;
            if (absl::Status advanced = part->Advance(); !advanced.ok()) return advanced;
        }
        Choose();
        return absl::OkStatus();
    }

  private:
    void Choose() {
        at_.reset();
        for (const auto& part : parts_) {
            if (part->at() && (!at_ || walk_.Before(part->at()->position, at_->position))) at_ = part->at();
        }
    }

    const Walk walk_;
    std::vector<std::unique_ptr<PositionCursor>> parts_;
};

}  // namespace

std::unique_ptr<PositionCursor> AllOfCursors(const Walk& walk, std::vector<std::unique_ptr<PositionCursor>> parts) {
    if (parts.size() == 1) return std::move(parts.front());
    return std::make_unique<AllOfCursor>(walk, std::move(parts));
}

std::unique_ptr<PositionCursor> AnyOfCursors(const Walk& walk, std::vector<std::unique_ptr<PositionCursor>> parts) {
    if (parts.size() == 1) return std::move(parts.front());
    return std::make_unique<AnyOfCursor>(walk, std::move(parts));
}

}  // namespace throughline
