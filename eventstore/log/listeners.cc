// Each listener has a lock of its own, held while it is called: whoever lets go of the handle waits for that lock.
#include "eventstore/log/listeners.h"

#include <algorithm>
#include <utility>

namespace throughline {

struct Listeners::Entry {
    explicit Entry(Listener given) : listener(std::move(given)) {}

    std::recursive_mutex calling;  // Recursive, so that a listener may remove itself.
    bool gone = false;
    Listener listener;
};

struct Listeners::Entries {
    std::mutex mutex;
    std::vector<std::shared_ptr<Entry>> all;
};

Listeners::Listeners() : entries_(std::make_shared<Entries>()) {}

std::shared_ptr<void> Listeners::Add(Listener listener) {
    auto entry = std::make_shared<Entry>(std::move(listener));
    {
        const std::lock_guard lock(entries_->mutex);
        entries_->all.push_back(entry);
    }
    const auto remove = [entries = std::weak_ptr(entries_), entry](void*) {
        {
            const std::lock_guard calling(entry->calling);
            entry->gone = true;
        }
        if (const auto left = entries.lock()) {
            const std::lock_guard lock(left->mutex);
            std::erase(left->all, entry);
        }
    };
    return {entry.get(), remove};
}

void Listeners::Notify(Position end) const {
    std::vector<std::shared_ptr<Entry>> all;
    {
        const std::lock_guard lock(entries_->mutex);
        all = entries_->all;
    }
    for (const std::shared_ptr<Entry>& entry : all) {
        const std::lock_guard calling(entry->calling);
        if (!entry->gone) entry->listener(end);
    }
}

}  // namespace throughline
