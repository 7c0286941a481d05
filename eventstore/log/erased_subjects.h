// Whose bodies were deleted: nothing is added about them, and their missing bodies are no loss.
#pragma once

#include <mutex>
#include <set>
#include <shared_mutex>

#include "eventstore/base/uuid.h"

namespace throughline {

/// Safe from many threads.
class ErasedSubjects {
  public:
    [[nodiscard]] bool Contains(SubjectId subject) const {
        const std::shared_lock lock(mutex_);
        return subjects_.contains(subject);
    }

    void Add(SubjectId subject) {
        const std::unique_lock lock(mutex_);
        subjects_.insert(subject);
    }

  private:
    mutable std::shared_mutex mutex_;
    std::set<SubjectId> subjects_;
};

}  // namespace throughline
