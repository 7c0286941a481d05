// Unwrapped keys of the subjects in use: bounded, in locked memory, wiped when they go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
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

/// Keeps the keys that were used lately. Safe from many threads; those that want different subjects seldom wait for
/// each other.
class KeyCache {
  public:
    /// `capacity`: how many subjects' keys, at most.
    explicit KeyCache(std::size_t capacity);
    ~KeyCache();

    /// Copies the subject's keys to `keys`; false where they are not kept. `generation` is to be handed to Keep() by
    /// who then reads them from the store.
    [[nodiscard]] bool Find(SubjectId subject, SubjectKeys& keys, std::uint64_t& generation);

    /// Keeps the keys, where it is full in the place of some that were not used lately; not where anything was
    /// forgotten since `generation`: keys read before an erasure must not come back after it.
    void Keep(SubjectId subject, const SubjectKeys& keys, std::uint64_t generation);

    /// Wipes the keys of a subject.
    void Forget(SubjectId subject);

  private:
    class Shard;

    [[nodiscard]] Shard& ShardOf(const SubjectId& subject) const;

    LockedBytes slab_;
    std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace throughline
