// Unwrapped keys of the subjects in use: bounded, in locked memory, wiped when they go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "eventstore/base/uuid.h"
#include "eventstore/vault/secret.h"

namespace throughline {

/// What is derived from a subject's data key.
struct SubjectKeys {
    SecretKey seal;        ///< Encrypts bodies.
    SecretKey digest;      ///< Keys request digests.
    SecretKey commitment;  ///< No secret: stands in every header.
};

/// Keeps the keys that were used last. Safe from many threads.
class KeyCache {
  public:
    explicit KeyCache(std::size_t capacity);

    /// The keys, or nothing. `generation` is to be handed to Keep() by who then reads them from the store.
    [[nodiscard]] std::optional<SubjectKeys> Find(SubjectId subject, std::uint64_t& generation);

    /// Keeps the keys, in the place of those used longest ago where it is full; not where anything was forgotten since
    /// `generation`: keys read before an erasure must not come back after it.
    void Keep(SubjectId subject, const SubjectKeys& keys, std::uint64_t generation);

    /// Wipes the keys of a subject.
    void Forget(SubjectId subject);

  private:
    struct Entry {
        SubjectId subject;
        std::size_t slot;
    };
    struct HashSubject {
        std::size_t operator()(const SubjectId& subject) const;
    };

    [[nodiscard]] std::uint8_t* Slot(std::size_t slot) const;
    [[nodiscard]] std::size_t FreeSlot();

    const std::size_t capacity_;
    std::mutex mutex_;
    LockedBytes slab_;
    std::vector<std::size_t> free_;
    std::list<Entry> by_use_;  // Used last in front.
    std::unordered_map<SubjectId, std::list<Entry>::iterator, HashSubject> entries_;
    std::uint64_t generation_ = 0;
};

}  // namespace throughline
