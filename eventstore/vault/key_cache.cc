// One locked slab, cut into shards with a lock each. A shard gives its places anew round and round, and passes over
// once what was used since it last came by: nearly the order of use, and a use only sets a flag.
#include "eventstore/vault/key_cache.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <optional>
#include <span>

#include "absl/container/flat_hash_map.h"

namespace throughline {
namespace {

constexpr std::size_t kPlaceBytes = 3 * kKeyBytes;
constexpr std::size_t kShardsMax = 16;
constexpr std::size_t kPlacesPerShardMin = 64;
constexpr std::size_t kCacheLineBytes = 64;

void Load(const std::uint8_t* from, SecretKey& to) {
    std::copy_n(from, kKeyBytes, to.span().begin());
}
void Store(const SecretKey& from, std::uint8_t* to) {
    std::copy_n(from.view().begin(), kKeyBytes, to);
}

struct HashSubject {
    std::size_t operator()(const SubjectId& subject) const {
        // Subject ids are random: any eight of their bytes are a hash.
        std::size_t hash = 0;
        std::memcpy(&hash, subject.uuid.bytes.data(), sizeof hash);
        return hash;
    }
};

}  // namespace

class alignas(kCacheLineBytes) KeyCache::Shard {
  public:
    Shard(std::uint8_t* slab, std::size_t places) : slab_(slab), places_(places) {}

    bool Find(const SubjectId& subject, SubjectKeys& keys, std::uint64_t& generation) {
        const std::lock_guard lock(mutex_);
        generation = generation_;
        const auto found = by_subject_.find(subject);
        if (found == by_subject_.end()) return false;
        places_[found->second].used = true;
        const std::uint8_t* const at = At(found->second);
        Load(at, keys.seal);
        Load(at + kKeyBytes, keys.digest);
        Load(at + 2 * kKeyBytes, keys.commitment);
        return true;
    }

    void Keep(const SubjectId& subject, const SubjectKeys& keys, std::uint64_t generation) {
        const std::lock_guard lock(mutex_);
        if (generation != generation_ || by_subject_.contains(subject)) return;
        const std::size_t place = Free();
        Store(keys.seal, At(place));
        Store(keys.digest, At(place) + kKeyBytes);
        Store(keys.commitment, At(place) + 2 * kKeyBytes);
        places_[place] = {subject, false};
        by_subject_.emplace(subject, place);
    }

    void Forget(const SubjectId& subject) {
        const std::lock_guard lock(mutex_);
        ++generation_;
        const auto found = by_subject_.find(subject);
        if (found == by_subject_.end()) return;
        Clear(found->second);
        by_subject_.erase(found);
    }

  private:
    struct Place {
        std::optional<SubjectId> subject;
        bool used = false;  // Since the hand came by.
    };

    std::uint8_t* At(std::size_t place) const { return slab_ + place * kPlaceBytes; }

    void Clear(std::size_t place) {
        sodium_memzero(At(place), kPlaceBytes);
        places_[place] = {};
    }

    // Ends after two rounds at the latest: the first takes every flag away.
    std::size_t Free() {
        for (;;) {
            const std::size_t place = hand_;
            hand_ = (hand_ + 1) % places_.size();
            if (places_[place].used) {
                places_[place].used = false;
                continue;
            }
            if (places_[place].subject) by_subject_.erase(*places_[place].subject);
            Clear(place);
            return place;
        }
    }

    std::mutex mutex_;
    std::uint64_t generation_ = 0;
    std::uint8_t* const slab_;
    std::vector<Place> places_;
    std::size_t hand_ = 0;
    absl::flat_hash_map<SubjectId, std::size_t, HashSubject> by_subject_;
};

KeyCache::KeyCache(std::size_t capacity) : slab_(LockedAllocation(capacity * kPlaceBytes)) {
    const std::size_t shards = std::clamp<std::size_t>(capacity / kPlacesPerShardMin, 1, kShardsMax);
    const std::size_t places = capacity / shards;
    for (std::size_t i = 0; i < shards; ++i) {
        shards_.push_back(std::make_unique<Shard>(slab_.get() + i * places * kPlaceBytes, places));
    }
}

KeyCache::~KeyCache() = default;

KeyCache::Shard& KeyCache::ShardOf(const SubjectId& subject) const {
    return *shards_[subject.uuid.bytes.back() % shards_.size()];
}

bool KeyCache::Find(SubjectId subject, SubjectKeys& keys, std::uint64_t& generation) {
    return ShardOf(subject).Find(subject, keys, generation);
}

void KeyCache::Keep(SubjectId subject, const SubjectKeys& keys, std::uint64_t generation) {
    ShardOf(subject).Keep(subject, keys, generation);
}

void KeyCache::Forget(SubjectId subject) {
    ShardOf(subject).Forget(subject);
}

}  // namespace throughline
