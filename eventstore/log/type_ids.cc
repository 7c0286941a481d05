// One map behind a lock that readers share.
#include "eventstore/log/type_ids.h"

#include <mutex>
#include <utility>

namespace throughline {

std::optional<std::uint32_t> TypeIds::Find(std::string_view type) const {
    const std::shared_lock lock(mutex_);
    const auto found = ids_.find(type);
    if (found == ids_.end()) return std::nullopt;
    return found->second;
}

std::uint32_t TypeIds::count() const {
    const std::shared_lock lock(mutex_);
    return static_cast<std::uint32_t>(ids_.size());
}

void TypeIds::Add(std::string type, std::uint32_t id) {
    const std::lock_guard lock(mutex_);
    ids_.emplace(std::move(type), id);
}

}  // namespace throughline
