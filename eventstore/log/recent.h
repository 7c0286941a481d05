// What came lately, by key: what lets the writer decide without looking into the index.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "eventstore/base/position.h"

namespace throughline {

/// Two generations: the young one fills up, then takes the place of the old one. For the writer's thread.
template <class Key, class Value>
class Recent {
  public:
    /// Everything that commits add from `covered_from` on will be told; half of `capacity` keys are kept at least.
    Recent(Position covered_from, std::size_t capacity)
        : half_(std::max<std::size_t>(capacity / 2, 1)), young_from_(covered_from), old_from_(covered_from) {}

    /// Notes the latest value of a key, of a commit that ends at `end`.
    void Put(const Key& key, Value value, Position end) {
        young_.insert_or_assign(key, std::move(value));
        if (young_.size() < half_) return;
        std::swap(old_, young_);
        young_.clear();
        old_from_ = std::exchange(young_from_, end);
    }

    /// All that was added from this position on is known here.
    [[nodiscard]] Position covered_from() const { return old_from_; }

    /// Null where the key did not come lately. Valid until the next Put().
    [[nodiscard]] const Value* Find(const Key& key) const {
        if (const auto found = young_.find(key); found != young_.end()) return &found->second;
        const auto found = old_.find(key);
        return found == old_.end() ? nullptr : &found->second;
    }

  private:
    using Generation = absl::flat_hash_map<Key, Value>;

    const std::size_t half_;
    Generation young_;
    Generation old_;
    Position young_from_;
    Position old_from_;
};

}  // namespace throughline
