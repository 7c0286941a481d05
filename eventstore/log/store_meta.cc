// Rows of the family `default`; their names and values are in docs/storage-format.md.
#include "eventstore/log/store_meta.h"

#include <functional>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "eventstore/base/number_bytes.h"
#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

constexpr std::uint32_t kFormatVersion = 1;
constexpr std::string_view kFormat = "format";
constexpr std::string_view kStoreId = "store_id";
constexpr std::string_view kSynthetic = "synthetic";
constexpr std::string_view kCreatedAt = "created_at_us";
constexpr std::string_view kWriterEpoch = "writer_epoch";
constexpr std::string_view kTypePrefixInMeta = "type/";
constexpr std::string_view kErasedPrefix = "erased/";

std::string Uint32Bytes(std::uint32_t value) {
    std::string bytes;
    AppendUint32(bytes, value);
    return bytes;
}

std::string Uint64Bytes(std::uint64_t value) {
    std::string bytes;
    AppendUint64(bytes, value);
    return bytes;
}

absl::Status Damaged(std::string_view row) {
    return WithReason(
        absl::DataLossError(fmt::format(
            "the row {} that says what store this is is missing or damaged; restore the log from a backup", row)),
        "CORRUPTION");
}

absl::StatusOr<std::optional<std::string>> Get(const LogFamilies& families, std::string_view row) {
    std::string value;
    const rocksdb::Status status = families.db().Get({}, families.meta(), row, &value);
    if (status.IsNotFound()) return std::optional<std::string>{};
    if (!status.ok()) return FromRocks(status, "reading what store this is");
    return std::optional<std::string>{std::move(value)};
}

absl::StatusOr<std::string> GetOfSize(const LogFamilies& families, std::string_view row, std::size_t bytes) {
    auto value = Get(families, row);
    if (!value.ok()) return value.status();
    if (!*value || (*value)->size() != bytes) return Damaged(row);
    return **std::move(value);
}

absl::Status ForEach(const LogFamilies& families, std::string_view prefix,
                     const std::function<bool(std::string_view rest, std::string_view value)>& take) {
    const std::unique_ptr<rocksdb::Iterator> rows(families.db().NewIterator({}, families.meta()));
    for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
        const std::string_view key(rows->key().data(), rows->key().size());
        if (!take(key.substr(prefix.size()), rows->value().ToStringView())) return Damaged(prefix);
    }
    return FromRocks(rows->status(), "reading what store this is");
}

}  // namespace

rocksdb::Status PutStoreMeta(rocksdb::WriteBatch& batch, const LogFamilies& families, const StoreMeta& meta) {
    rocksdb::ColumnFamilyHandle* const family = families.meta();
    rocksdb::Status status = batch.Put(family, kFormat, Uint32Bytes(kFormatVersion));
    if (status.ok()) status = batch.Put(family, kStoreId, meta.store_id.AsBytes());
    if (status.ok()) status = batch.Put(family, kSynthetic, std::string(1, meta.synthetic ? '\1' : '\0'));
    const auto created_at = static_cast<std::uint64_t>(ToMicros(meta.created_at));
    if (status.ok()) status = batch.Put(family, kCreatedAt, Uint64Bytes(created_at));
    if (status.ok()) status = PutWriterEpoch(batch, families, meta.writer_epoch);
    return status;
}

rocksdb::Status PutWriterEpoch(rocksdb::WriteBatch& batch, const LogFamilies& families, std::uint64_t epoch) {
    return batch.Put(families.meta(), kWriterEpoch, Uint64Bytes(epoch));
}

rocksdb::Status PutType(rocksdb::WriteBatch& batch, const LogFamilies& families, std::string_view type,
                        std::uint32_t id) {
    return batch.Put(families.meta(), fmt::format("{}{}", kTypePrefixInMeta, type), Uint32Bytes(id));
}

rocksdb::Status PutErasedSubject(rocksdb::WriteBatch& batch, const LogFamilies& families, SubjectId subject) {
    return batch.Put(families.meta(), fmt::format("{}{}", kErasedPrefix, subject.AsBytes()), rocksdb::Slice());
}

absl::StatusOr<StoreMeta> ReadStoreMeta(const LogFamilies& families) {
    const auto format = Get(families, kFormat);
    if (!format.ok()) return format.status();
    if (!*format) return absl::NotFoundError("this store was begun but not finished; run `throughline init` again");
    if ((*format)->size() != kUint32Bytes) return Damaged(kFormat);
    if (const std::uint64_t version = FromBigEndian(**format); version != kFormatVersion) {
        return WithReason(absl::FailedPreconditionError(fmt::format(
                              "this store has format {}, this program reads {}; use the version that wrote it", version,
                              kFormatVersion)),
                          "FORMAT_TOO_NEW");
    }
    const auto store_id = GetOfSize(families, kStoreId, Uuid{}.bytes.size());
    if (!store_id.ok()) return store_id.status();
    const auto synthetic = GetOfSize(families, kSynthetic, 1);
    if (!synthetic.ok()) return synthetic.status();
    const auto created_at = GetOfSize(families, kCreatedAt, kUint64Bytes);
    if (!created_at.ok()) return created_at.status();
    const auto epoch = GetOfSize(families, kWriterEpoch, kUint64Bytes);
    if (!epoch.ok()) return epoch.status();
    return StoreMeta{*UuidFromBytes(*store_id), synthetic->front() != '\0',
                     FromMicros(static_cast<std::int64_t>(FromBigEndian(*created_at))), FromBigEndian(*epoch)};
}

absl::Status LoadTypes(const LogFamilies& families, TypeIds& types) {
    return ForEach(families, kTypePrefixInMeta, [&types](std::string_view type, std::string_view value) {
        if (value.size() != kUint32Bytes) return false;
        types.Add(std::string(type), static_cast<std::uint32_t>(FromBigEndian(value)));
        return true;
    });
}

absl::Status LoadErasedSubjects(const LogFamilies& families, ErasedSubjects& erased) {
    return ForEach(families, kErasedPrefix, [&erased](std::string_view id, std::string_view) {
        const auto subject = UuidFromBytes(id);
        if (subject) erased.Add(SubjectId{*subject});
        return subject.has_value();
    });
}

}  // namespace throughline
