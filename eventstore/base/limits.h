// Every bound on what comes from outside or waits inside, in one place.
#pragma once

#include <cstddef>
#include <cstdint>

namespace throughline::limits {

inline constexpr std::size_t kTypeBytesMax = 200;
/// Types that one store may ever hold: they are the vocabulary, and are kept in memory.
inline constexpr std::size_t kTypesPerStoreMax = 10'000;
inline constexpr std::size_t kTagBytesMax = 100;
inline constexpr std::size_t kTagsPerEventMax = 8;
inline constexpr std::size_t kBodyBytesMax = 256 * 1024;
/// A UPN, a URN or the like, by which a subject is found.
inline constexpr std::size_t kNaturalKeyBytesMax = 200;
/// Why a subject is erased: 2,000 characters of UTF-8.
inline constexpr std::size_t kGroundBytesMax = 8'000;
/// A body with its padding, nonce and tag.
inline constexpr std::size_t kSealedBodyBytesMax = kBodyBytesMax + 64 * 1024;
inline constexpr std::size_t kEventsPerAppendMax = 1'000;
inline constexpr std::size_t kQueryItemsMax = 32;
inline constexpr std::size_t kTypesPerItemMax = 64;
inline constexpr std::size_t kTagsPerItemMax = 8;
/// RFC 6962 entries carry a two-byte length.
inline constexpr std::size_t kHeaderBytesMax = 65'535;
/// All headers and sealed bodies of one append; a Kafka message or a gRPC answer must hold any single one.
inline constexpr std::size_t kAppendBytesMax = 3 * 1024 * 1024;
/// Requests that may wait for the writer; more are RESOURCE_EXHAUSTED.
inline constexpr std::size_t kWaitingAppendsMax = 4'096;
/// Headers and sealed bodies of all that wait; one append may wait whatever its size.
inline constexpr std::size_t kWaitingBytesMax = std::size_t{32} * 1024 * 1024;
/// Requests that the writer puts into one commit.
inline constexpr std::size_t kAppendsPerCommitMax = 256;
inline constexpr std::size_t kCommitBytesMax = 8 * 1024 * 1024;
inline constexpr std::size_t kReadBatchRecordsMax = 4'096;
inline constexpr std::size_t kReadBatchBytesMax = 1024 * 1024;
/// Readers whose place the log keeps open between two batches.
inline constexpr std::size_t kKeptScansMax = 16;
/// Iterators over the index that are kept between two uses.
inline constexpr std::size_t kKeptIteratorsMax = 8;
inline constexpr std::size_t kSubscriptionsMax = 1'024;
inline constexpr std::size_t kCachedKeysMax = 16'384;
/// Tags and types, and commands, whose last use the writer remembers: what came before is looked up by the callers.
inline constexpr std::size_t kCachedTagsMax = 262'144;
inline constexpr std::size_t kCachedCommandsMax = 65'536;
/// A gRPC request, far above what any method takes: too long a text is refused by the name of its field, which takes
/// reading it. Larger requests are RESOURCE_EXHAUSTED before they are read.
inline constexpr std::size_t kRequestBytesMax = std::size_t{16} * 1024 * 1024;

}  // namespace throughline::limits
