// Rows in the order of docs/storage-format.md: a command for each append; frames, postings, tree and new types
// for all of them together.
#include "eventstore/log/commit_builder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "eventstore/log/command_row.h"
#include "eventstore/log/header_trailer.h"
#include "eventstore/log/keys.h"
#include "eventstore/log/log_tree.h"
#include "eventstore/log/store_meta.h"

namespace throughline {
namespace {

absl::Status Batched(const rocksdb::Status& status) {
    return FromRocks(status, "putting a commit together");
}

}  // namespace

CommitBuilder::CommitBuilder(const LogFamilies& families, const TypeIds& types, const Frontier& tree,
                             std::uint64_t writer_epoch, Instant recorded_at)
    : families_(families),
      types_(types),
      first_(tree.size()),
      writer_epoch_(writer_epoch),
      recorded_at_(recorded_at),
      frame_(Position{tree.size()}),
      tree_(tree) {}

absl::Status CommitBuilder::Add(const PreparedAppend& prepared) {
    if (absl::Status numbered = NumberTypes(prepared); !numbered.ok()) return numbered;
    const SealedAppend& append = prepared.append;
    const CommandRow command{end(), static_cast<std::uint32_t>(append.events.size())};
    rocksdb::Status status = batch_.Put(families_.commands(), append.command_hash, EncodeCommand(command));
    for (std::size_t i = 0; i < append.events.size() && status.ok(); ++i) {
        status = AddRecord(append.events[i], prepared.events[i]);
    }
    return Batched(status);
}

rocksdb::Status CommitBuilder::AddRecord(const SealedEvent& event, const PreparedEvent& prepared) {
    rocksdb::Status status;
    if (frame_.full()) status = frame_.PutRow(batch_, families_.frames());
    const PostingEntry entry{{end(), frame_.first()}, TypeId(prepared.type)};
    header_ = event.header;
    AppendHeaderTrailer(header_, {entry.place.position, writer_epoch_, recorded_at_});
    frame_.Add(header_, event.sealed_body);
    tree_.Add(LeafHash(header_), subtrees_);
    for (const Label& label : prepared.labels) postings_[label].Add(entry);
    return status;
}

absl::Status CommitBuilder::NumberTypes(const PreparedAppend& prepared) {
    std::map<std::string, std::uint32_t, std::less<>> numbered;
    for (const PreparedEvent& event : prepared.events) {
        if (types_.Find(event.type) || new_types_.contains(event.type)) continue;
        const std::size_t known = types_.count() + new_types_.size() + numbered.size();
        numbered.try_emplace(std::string(event.type), static_cast<std::uint32_t>(known + 1));
    }
    if (numbered.empty()) return absl::OkStatus();
    const std::size_t count = types_.count() + new_types_.size() + numbered.size();
    if (count > limits::kTypesPerStoreMax) {
        return WithReason(absl::ResourceExhaustedError(fmt::format("{} types of events in this store; at most {}",
                                                                   count, limits::kTypesPerStoreMax)),
                          "TOO_MANY_TYPES");
    }
    new_types_.merge(numbered);
    return absl::OkStatus();
}

std::uint32_t CommitBuilder::TypeId(std::string_view type) const {
    const auto known = types_.Find(type);
    return known ? *known : new_types_.find(type)->second;
}

absl::StatusOr<rocksdb::WriteBatch> CommitBuilder::Finish() {
    rocksdb::Status status = frame_.PutRow(batch_, families_.frames());
    // In the order of their keys, each is put into memory near the one before.
    std::vector<const decltype(postings_)::value_type*> postings;
    postings.reserve(postings_.size());
    for (const auto& each : postings_) postings.push_back(&each);
    std::sort(postings.begin(), postings.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
    for (const auto* each : postings) {
        const auto& [label, posting] = *each;
        if (status.ok()) status = batch_.Put(families_.postings(), PostingKey(label, posting.first()), posting.value());
    }
    for (const CompleteSubtree& subtree : subtrees_) {
        if (status.ok()) status = PutSubtree(batch_, families_, subtree);
    }
    for (const auto& [type, id] : new_types_) {
        if (status.ok()) status = PutType(batch_, families_, type, id);
    }
    if (!status.ok()) return Batched(status);
    return std::move(batch_);
}

}  // namespace throughline
