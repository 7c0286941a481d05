// Which streams wait for which records: so that a record is held against a few of them, however many there are.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "eventstore/base/position.h"
#include "eventstore/base/query.h"
#include "eventstore/base/record_header.h"

namespace throughline {

class PooledStream;

/// For one thread at a time.
class WaitingStreams {
  public:
    using Stream = std::shared_ptr<PooledStream>;

    /// `stream` waits for what matches `query` from `from` on. The query must live until the stream is taken out.
    void Add(Stream stream, const Query& query, Position from);
    void Remove(const PooledStream* stream);

    /// Takes out those that wait for this record and adds them to `found`.
    void TakeMatching(Position position, const RecordHeaderView& header, std::vector<Stream>& found);
    void TakeAll(std::vector<Stream>& all);

    [[nodiscard]] bool Contains(const PooledStream* stream) const { return waiting_.contains(stream); }
    [[nodiscard]] std::size_t size() const { return waiting_.size(); }
    [[nodiscard]] bool empty() const { return waiting_.empty(); }

  private:
    struct Waiting {
        Stream stream;
        const Query* query = nullptr;
        Position from{};
        std::vector<std::size_t> tags;  ///< For each item of the query, by which of its tags it is found.
    };
    using Streams = absl::flat_hash_set<const PooledStream*>;
    using StreamsByLabel = absl::flat_hash_map<std::string, Streams>;

    /// The tag of the item that the fewest are found by.
    [[nodiscard]] std::size_t RarestTag(const QueryItem& item) const;
    /// Calls `change` with every list that it stands in.
    template <class Change>
    void ForEachList(const Waiting& waiting, Change change);

    absl::flat_hash_map<const PooledStream*, Waiting> waiting_;
    StreamsByLabel by_tag_;   ///< By one tag of an item that has some.
    StreamsByLabel by_type_;  ///< By every type of an item without tags.
    Streams everything_;      ///< With an item that has neither.
    std::vector<const PooledStream*> candidates_;
};

}  // namespace throughline
