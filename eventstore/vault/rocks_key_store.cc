// One column family, point reads, synced batches, and a purge that leaves no file with deleted bytes.
#include "eventstore/vault/rocks_key_store.h"

#include <filesystem>

#include <fmt/format.h>
#include <rocksdb/write_batch.h>

#include "eventstore/base/status_details.h"
#include "eventstore/vault/key_store_folder.h"

namespace throughline {
namespace {

using key_store_folder::DecodeWrites;
using key_store_folder::EncodeWrites;
using key_store_folder::HoldsDatabase;
using key_store_folder::kWritesRow;
using key_store_folder::WitnessPath;

rocksdb::Slice ToSlice(std::string_view text) {
    return {text.data(), text.size()};
}

absl::Status Closed() {
    return WithReason(absl::UnavailableError("the key store could not be opened again after a purge; restart"),
                      "KEY_STORE_CLOSED");
}

/// Whether the folder holds more tables and manifests than the just opened database needs, or a write-ahead log that is
/// not empty yet.
bool HoldsStaleFiles(const std::string& path, const Rocks& rocks) {
    std::vector<rocksdb::LiveFileMetaData> live;
    rocks.db->GetLiveFilesMetaData(&live);
    std::size_t tables = 0;
    std::size_t manifests = 0;
    bool logged = false;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(".sst")) ++tables;
        if (name.starts_with("MANIFEST-")) ++manifests;
        if (name.ends_with(".log")) logged = logged || entry.file_size(error) != 0;
    }
    return error || tables > live.size() || manifests > 1 || logged;
}

}  // namespace

RocksKeyStore::RocksKeyStore(std::string path, rocksdb::Env* env, Fatal fatal)
    : path_(std::move(path)), env_(env), fatal_(std::move(fatal)) {}

absl::StatusOr<std::unique_ptr<RocksKeyStore>> RocksKeyStore::Init(const std::string& path, rocksdb::Env* env) {
    if (HoldsDatabase(path)) {
        return absl::AlreadyExistsError(
            fmt::format("there is a key store in {} already; open it, or take another folder", path));
    }
    std::unique_ptr<RocksKeyStore> store(new RocksKeyStore(path, env, {}));
    std::error_code error;
    std::filesystem::create_directories(path, error);
    // The witness goes first: a database without one would be refused.
    if (absl::Status made = WriteWitness::Create(store->Files(), WitnessPath(path)); !made.ok()) return made;
    if (absl::Status opened = store->OpenRocksDb(true); !opened.ok()) return opened;
    return store;
}

absl::StatusOr<std::unique_ptr<RocksKeyStore>> RocksKeyStore::Open(const std::string& path, rocksdb::Env* env,
                                                                   Fatal fatal) {
    if (!HoldsDatabase(path)) {
        return WithReason(
            absl::NotFoundError(fmt::format("there is no key store in {}; restore its current copy: without it "
                                            "no record can be read",
                                            path)),
            "KEY_STORE_MISSING");
    }
    std::unique_ptr<RocksKeyStore> store(new RocksKeyStore(path, env, std::move(fatal)));
    if (absl::Status opened = store->OpenRocksDb(false); !opened.ok()) return opened;
    return store;
}

absl::Status RocksKeyStore::OpenRocksDb(bool create) {
    RocksOptions options;
    options.synced_log = true;
    options.path = path_;
    options.families = {"default"};
    options.create = create;
    options.env = env_;
    absl::StatusOr<Rocks> opened = OpenRocks(options);
    if (!opened.ok()) return opened.status();
    rocks_.emplace(*std::move(opened));
    absl::Status checked = CheckAgainstWitness();
    if (!checked.ok()) rocks_.reset();
    return checked;
}

rocksdb::FileSystem& RocksKeyStore::Files() const {
    return env_ == nullptr ? *rocksdb::FileSystem::Default() : *env_->GetFileSystem();
}

absl::Status RocksKeyStore::CheckAgainstWitness() {
    absl::StatusOr<std::unique_ptr<WriteWitness>> witness = WriteWitness::Open(Files(), WitnessPath(path_));
    if (!witness.ok()) return witness.status();
    std::string row;
    const rocksdb::Status status =
        rocks_->db->Get(rocksdb::ReadOptions{}, rocks_->families[0], ToSlice(kWritesRow), &row);
    if (!status.ok() && !status.IsNotFound()) return FromRocks(status, "reading the key store");
    const std::uint64_t writes = DecodeWrites(row);
    if (writes < (*witness)->seen()) {
        return WithReason(
            absl::DataLossError(fmt::format(
                "the key store ends at write {}, but its witness saw write {}: its write-ahead log is missing or "
                "cut; restore the key store's current copy",
                writes, (*witness)->seen())),
            "KEY_STORE_SHORT");
    }
    writes_ = writes;
    witness_ = *std::move(witness);
    return absl::OkStatus();
}

std::shared_lock<std::shared_mutex> RocksKeyStore::Use() {
    const std::lock_guard gate(gate_);
    return std::shared_lock(mutex_);
}

absl::StatusOr<std::optional<std::string>> RocksKeyStore::Get(std::string_view key) {
    const auto lock = Use();
    if (!rocks_) return Closed();
    std::string value;
    const rocksdb::Status status = rocks_->db->Get(rocksdb::ReadOptions{}, rocks_->families[0], ToSlice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>{};
    if (!status.ok()) return Judged(FromRocks(status, "reading the key store"));
    return std::optional<std::string>(std::move(value));
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> RocksKeyStore::Scan(std::string_view prefix) {
    const auto lock = Use();
    if (!rocks_) return Closed();
    std::vector<std::pair<std::string, std::string>> found;
    const std::unique_ptr<rocksdb::Iterator> row(rocks_->db->NewIterator(rocksdb::ReadOptions{}, rocks_->families[0]));
    for (row->Seek(ToSlice(prefix)); row->Valid() && row->key().starts_with(ToSlice(prefix)); row->Next()) {
        if (row->key() == ToSlice(kWritesRow)) continue;
        found.emplace_back(row->key().ToString(), row->value().ToString());
    }
    if (!row->status().ok()) return Judged(FromRocks(row->status(), "reading the key store"));
    return found;
}

absl::Status RocksKeyStore::Write(const std::vector<Change>& changes) {
    const auto lock = Use();
    if (!rocks_) return Closed();
    rocksdb::WriteBatch batch;
    for (const Change& change : changes) {
        const rocksdb::Status added = change.value
                                          ? batch.Put(rocks_->families[0], ToSlice(change.key), ToSlice(*change.value))
                                          : batch.Delete(rocks_->families[0], ToSlice(change.key));
        if (!added.ok()) return FromRocks(added, "writing the key store");
    }
    const std::lock_guard writing(writing_);
    const rocksdb::Status counted = batch.Put(rocks_->families[0], ToSlice(kWritesRow), EncodeWrites(writes_ + 1));
    if (!counted.ok()) return FromRocks(counted, "writing the key store");
    if (absl::Status written = FromRocks(rocks_->db->Write(Synced(), &batch), "writing the key store"); !written.ok()) {
        return Judged(std::move(written));
    }
    ++writes_;
    return Judged(witness_->See(writes_));
}

absl::Status RocksKeyStore::Purge() {
    const std::lock_guard gate(gate_);
    const std::unique_lock lock(mutex_);
    if (!rocks_) return Closed();
    return Judged(CompactAndReopen());
}

absl::Status RocksKeyStore::CompactAndReopen() {
    if (absl::Status compacted = CompactAway(*rocks_, rocks_->families[0], "", ""); !compacted.ok()) return compacted;
    rocks_.reset();
    witness_.reset();
    if (absl::Status opened = OpenRocksDb(false); !opened.ok()) return Closed();
    // RocksDB only notes in its own log that it could not delete a file; here that would be a broken promise.
    if (HoldsStaleFiles(path_, *rocks_)) {
        return WithReason(
            absl::UnavailableError("an old file of the key store could not be deleted; repeat, or restart"),
            "IO_ERROR");
    }
    return absl::OkStatus();
}

absl::Status RocksKeyStore::Judged(absl::Status status) {
    const bool fatal = absl::IsUnavailable(status) || absl::IsDataLoss(status);
    if (fatal && fatal_ && !failed_.exchange(true)) fatal_(status);
    return status;
}

}  // namespace throughline
