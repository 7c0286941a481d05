// The same rows and the same witness as RocksKeyStore, by other means: no lock, no writing, no opening again.
#include "eventstore/vault/read_only_key_store.h"

#include <fmt/format.h>
#include <rocksdb/file_system.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/read_only_rocks.h"
#include "eventstore/vault/key_store_folder.h"
#include "eventstore/vault/write_witness.h"

namespace throughline {
namespace {

rocksdb::Slice ToSlice(std::string_view text) {
    return {text.data(), text.size()};
}

absl::Status OnlyRead() {
    return absl::FailedPreconditionError("the key store was opened to be read only");
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReadOnlyKeyStore>> ReadOnlyKeyStore::Open(const std::string& path, rocksdb::Env* env) {
    if (!key_store_folder::HoldsDatabase(path)) {
        return WithReason(
            absl::NotFoundError(fmt::format(
                "there is no key store in {}; restore its current copy: without it no record can be read", path)),
            "KEY_STORE_MISSING");
    }
    // The witness is read before the database: it may then say less than that holds, and never more.
    const auto files = (env != nullptr ? env : rocksdb::Env::Default())->GetFileSystem();
    const auto seen = WriteWitness::ReadSeen(*files, key_store_folder::WitnessPath(path));
    if (!seen.ok()) return seen.status();
    RocksOptions options;
    options.synced_log = true;
    options.path = path;
    options.families = {"default"};
    options.env = env;
    auto rocks = OpenRocksReadOnly(std::move(options));
    if (!rocks.ok()) return rocks.status();
    std::unique_ptr<ReadOnlyKeyStore> store(new ReadOnlyKeyStore(*std::move(rocks)));
    const auto row = store->Get(key_store_folder::kWritesRow);
    if (!row.ok()) return row.status();
    const std::uint64_t writes = key_store_folder::DecodeWrites(row->value_or(""));
    if (writes < *seen) {
        return WithReason(absl::DataLossError(fmt::format(
                              "the key store ends at write {}, but its witness saw write {}: its write-ahead log is "
                              "missing or cut; restore the key store's current copy",
                              writes, *seen)),
                          "KEY_STORE_SHORT");
    }
    return store;
}

absl::StatusOr<std::optional<std::string>> ReadOnlyKeyStore::Get(std::string_view key) {
    std::string value;
    const rocksdb::Status status = rocks_.db->Get({}, rocks_.families[0], ToSlice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>{};
    if (!status.ok()) return FromRocks(status, "reading the key store");
    return std::optional<std::string>(std::move(value));
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ReadOnlyKeyStore::Scan(std::string_view prefix) {
    std::vector<std::pair<std::string, std::string>> found;
    const std::unique_ptr<rocksdb::Iterator> row(rocks_.db->NewIterator({}, rocks_.families[0]));
    for (row->Seek(ToSlice(prefix)); row->Valid() && row->key().starts_with(ToSlice(prefix)); row->Next()) {
        if (row->key() == ToSlice(key_store_folder::kWritesRow)) continue;
        found.emplace_back(row->key().ToString(), row->value().ToString());
    }
    if (!row->status().ok()) return FromRocks(row->status(), "reading the key store");
    return found;
}

absl::Status ReadOnlyKeyStore::Write(const std::vector<Change>& /*changes*/) {
    return OnlyRead();
}

absl::Status ReadOnlyKeyStore::Purge() {
    return OnlyRead();
}

}  // namespace throughline
