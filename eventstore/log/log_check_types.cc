// Reads the rows by docs/storage-format.md and not as the log does, which takes them at their word.
#include "eventstore/log/log_check_types.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "eventstore/base/number_bytes.h"

namespace throughline {
namespace {

constexpr std::string_view kPrefix = "type/";

std::string PlaceOf(std::string_view type) {
    return fmt::format("type {}", type);
}

}  // namespace

absl::Status TypeCheck::Load() {
    const std::unique_ptr<rocksdb::Iterator> row = families_.Iterate(families_.meta());
    const rocksdb::Slice prefix(kPrefix.data(), kPrefix.size());
    for (row->Seek(prefix); row->Valid() && row->key().starts_with(prefix); row->Next()) {
        const std::string type(row->key().data() + prefix.size(), row->key().size() - prefix.size());
        std::string_view value(row->value().data(), row->value().size());
        const auto number = TakeUint32(value);
        if (number && value.empty()) {
            stored_.emplace(type, *number);
        } else {
            report_.Add(CheckPart::kTypes, PlaceOf(type), fmt::format("its number has {} bytes", row->value().size()));
            stored_.emplace(type, 0);
        }
    }
    if (row->status().ok() || row->status().IsCorruption()) return absl::OkStatus();
    return FromRocks(row->status(), "reading the numbers of types");
}

const TypeCheck::Numbered& TypeCheck::Of(std::string_view type, bool all_seen) {
    const auto known = types_.find(type);
    if (known != types_.end()) return known->second;
    std::uint32_t number = next_;
    if (!all_seen) {
        const auto stored = stored_.find(type);
        if (stored != stored_.end()) number = stored->second;
    }
    next_ = std::max(next_, number) + 1;
    return types_.emplace(type, Numbered{TypeLabel(type), number}).first->second;
}

void TypeCheck::Finish(bool all_seen) {
    std::map<std::uint32_t, std::string_view> in_order;
    for (const auto& [type, numbered] : types_) in_order.emplace(numbered.number, type);
    for (const auto& [number, type] : in_order) {
        const auto stored = stored_.find(type);
        if (stored == stored_.end()) {
            report_.Add(CheckPart::kTypes, PlaceOf(type), fmt::format("it has no number; it is number {}", number));
        } else if (stored->second != number && stored->second != 0) {
            report_.Add(CheckPart::kTypes, PlaceOf(type),
                        fmt::format("it is stored as number {}, and came as number {}", stored->second, number));
        }
    }
    for (const auto& [type, number] : stored_) {
        if (!all_seen || types_.contains(type)) continue;
        report_.Add(CheckPart::kTypes, PlaceOf(type),
                    fmt::format("it is stored as number {}, and no record is of it", number));
    }
    report_.Count(CheckPart::kTypes, "types", types_.size());
}

}  // namespace throughline
