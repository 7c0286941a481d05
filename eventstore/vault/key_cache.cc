// Slots of 96 bytes in one locked slab, and a list of who used them last.
#include "eventstore/vault/key_cache.h"

#include <algorithm>
#include <cstring>

namespace throughline {
namespace {

constexpr std::size_t kSlotBytes = 3 * kKeyBytes;

void Load(const std::uint8_t* from, SecretKey& to) {
    std::copy_n(from, kKeyBytes, to.span().begin());
}
void Store(const SecretKey& from, std::uint8_t* to) {
    std::copy_n(from.view().begin(), kKeyBytes, to);
}

}  // namespace

std::size_t KeyCache::HashSubject::operator()(const SubjectId& subject) const {
    // Subject ids are random: any eight of their bytes are a hash.
    std::size_t hash = 0;
    std::memcpy(&hash, subject.uuid.bytes.data(), sizeof hash);
    return hash;
}

KeyCache::KeyCache(std::size_t capacity) : capacity_(capacity), slab_(LockedAllocation(capacity * kSlotBytes)) {
    for (std::size_t slot = capacity_; slot > 0; --slot) free_.push_back(slot - 1);
}

std::uint8_t* KeyCache::Slot(std::size_t slot) const {
    return slab_.get() + slot * kSlotBytes;
}

std::optional<SubjectKeys> KeyCache::Find(SubjectId subject, std::uint64_t& generation) {
    const std::lock_guard lock(mutex_);
    generation = generation_;
    const auto found = entries_.find(subject);
    if (found == entries_.end()) return std::nullopt;
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    const std::uint8_t* const slot = Slot(found->second->slot);
    SubjectKeys keys;
    Load(slot, keys.seal);
    Load(slot + kKeyBytes, keys.digest);
    Load(slot + 2 * kKeyBytes, keys.commitment);
    return keys;
}

void KeyCache::Keep(SubjectId subject, const SubjectKeys& keys, std::uint64_t generation) {
    const std::lock_guard lock(mutex_);
    if (generation != generation_ || entries_.contains(subject)) return;
    const std::size_t slot = FreeSlot();
    Store(keys.seal, Slot(slot));
    Store(keys.digest, Slot(slot) + kKeyBytes);
    Store(keys.commitment, Slot(slot) + 2 * kKeyBytes);
    by_use_.push_front({subject, slot});
    entries_.emplace(subject, by_use_.begin());
}

void KeyCache::Forget(SubjectId subject) {
    const std::lock_guard lock(mutex_);
    ++generation_;
    const auto found = entries_.find(subject);
    if (found == entries_.end()) return;
    sodium_memzero(Slot(found->second->slot), kSlotBytes);
    free_.push_back(found->second->slot);
    by_use_.erase(found->second);
    entries_.erase(found);
}

std::size_t KeyCache::FreeSlot() {
    if (free_.empty()) {
        const Entry& oldest = by_use_.back();
        sodium_memzero(Slot(oldest.slot), kSlotBytes);
        free_.push_back(oldest.slot);
        entries_.erase(oldest.subject);
        by_use_.pop_back();
    }
    const std::size_t slot = free_.back();
    free_.pop_back();
    return slot;
}

}  // namespace throughline
