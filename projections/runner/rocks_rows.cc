// A view's rows in RocksDB: one write batch a commit.
#include "projections/runner/rocks_rows.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <mutex>

#include <fmt/format.h>
#include <rocksdb/write_batch.h>
#include <spdlog/spdlog.h>

#include "projections/runner/private_files.h"

namespace throughline {
namespace {

constexpr std::string_view kServedKey = "served";
constexpr std::string_view kPurgeKey = "purge";
constexpr std::size_t kClearBatchRows = 1'000;
// Position, version, store id of the log; the bookmark follows.
constexpr std::size_t kMarkBytesMin = 8 + 4 + 16;

void PutBigEndian(std::uint64_t value, int bytes, std::string& to) {
    for (int i = bytes - 1; i >= 0; --i) to.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
}

std::uint64_t BigEndian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) value = (value << 8) | static_cast<unsigned char>(byte);
    return value;
}

// The zero byte keeps groups in the order of their names, whatever their keys are.
std::string GroupPrefix(char letter, std::string_view group) {
    std::string prefix(1, letter);
    prefix.append(group).push_back('\0');
    return prefix;
}

std::string MarkKey(char letter) {
    return fmt::format("mark/{}", letter);
}
std::string ParkedPrefix(char letter) {
    return fmt::format("parked/{}/", letter);
}

std::string EncodeMark(const Mark& mark) {
    std::string bytes;
    PutBigEndian(ToUint64(mark.next), 8, bytes);
    PutBigEndian(mark.version, 4, bytes);
    bytes.append(mark.log.AsBytes());
    return bytes + mark.bookmark;
}

absl::StatusOr<Mark> DecodeMark(std::string_view bytes) {
    if (bytes.size() < kMarkBytesMin) {
        return absl::DataLossError(
            fmt::format("a mark of a view has {} bytes, at least {} expected; delete its folder and "
                        "start again",
                        bytes.size(), kMarkBytesMin));
    }
    Mark mark;
    mark.next = Position{BigEndian(bytes.substr(0, 8))};
    mark.version = static_cast<std::uint32_t>(BigEndian(bytes.substr(8, 4)));
    const std::string_view log = bytes.substr(12, 16);
    std::copy(log.begin(), log.end(), mark.log.bytes.begin());
    mark.bookmark = bytes.substr(kMarkBytesMin);
    return mark;
}

absl::Status MakePrivateFolder(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!error) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    if (!error) return absl::OkStatus();
    return absl::UnavailableError(fmt::format("folder {} for rows of a view: {}", folder, error.message()));
}

// Deletes keys with this prefix, a bounded batch at a time, so that clearing a large set needs little memory.
absl::StatusOr<bool> DeletePrefix(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, std::string_view prefix) {
    bool any = false;
    const std::unique_ptr<rocksdb::Iterator> at(db.NewIterator(rocksdb::ReadOptions{}, family));
    at->Seek(prefix);
    while (at->Valid() && at->key().starts_with(prefix)) {
        rocksdb::WriteBatch batch;
        for (std::size_t n = 0; n < kClearBatchRows && at->Valid() && at->key().starts_with(prefix); ++n) {
            batch.Delete(family, at->key());
            at->Next();
        }
        if (auto status = db.Write(rocksdb::WriteOptions{}, &batch); !status.ok()) return FromRocks(status, "clearing");
        any = true;
    }
    if (!at->status().ok()) return FromRocks(at->status(), "clearing");
    return any;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RocksRows>> RocksRows::Open(const std::string& folder) {
    if (auto status = MakePrivateFolder(folder); !status.ok()) return status;
    auto env = PrivateFiles();
    RocksOptions options;
    options.path = folder;
    options.families = {"default", "rows"};
    options.create = true;
    options.env = env.get();
    auto rocks = std::make_unique<absl::StatusOr<Rocks>>(OpenRocks(options));
    if (absl::IsDataLoss(rocks->status())) {
        spdlog::warn("rows of a view in {} are damaged and are built anew from the log", folder);
        rocks.reset();
        const rocksdb::Status destroyed = rocksdb::DestroyDB(folder, rocksdb::Options{});
        if (!destroyed.ok()) return FromRocks(destroyed, fmt::format("clearing {}", folder));
        rocks = std::make_unique<absl::StatusOr<Rocks>>(OpenRocks(options));
    }
    if (!rocks->ok()) return rocks->status();
    std::unique_ptr<RocksRows> rows(new RocksRows(std::move(env), std::move(**rocks)));
    if (auto status = rows->Load(); !status.ok()) return status;
    return rows;
}

RocksRows::RocksRows(std::unique_ptr<rocksdb::Env> env, Rocks rocks) : env_(std::move(env)), rocks_(std::move(rocks)) {}

absl::Status RocksRows::Load() {
    std::string value;
    rocksdb::Status status = rocks_.db->Get(rocksdb::ReadOptions{}, meta(), kServedKey, &value);
    if (status.ok() && value == "b") served_ = 'b';
    if (!status.ok() && !status.IsNotFound()) return FromRocks(status, "reading which rows are served");
    status = rocks_.db->Get(rocksdb::ReadOptions{}, meta(), kPurgeKey, &value);
    if (!status.ok() && !status.IsNotFound()) return FromRocks(status, "reading whether a purge is owed");
    if (status.ok()) ++purges_asked_;
    // A set that was being built when the process ended, or an old one that was being dropped.
    if (auto cleared = ClearBeside(); !cleared.ok()) return cleared;
    return Purge();
}

char RocksRows::LetterOf(RowSet set) const {
    if (set == RowSet::kServed) return served_;
    return served_ == 'a' ? 'b' : 'a';
}

absl::StatusOr<Mark> RocksRows::MarkOf(RowSet set) {
    const std::shared_lock lock(swap_);
    std::string bytes;
    const rocksdb::Status status = rocks_.db->Get(rocksdb::ReadOptions{}, meta(), MarkKey(LetterOf(set)), &bytes);
    if (status.IsNotFound()) return Mark{};
    if (!status.ok()) return FromRocks(status, "reading the mark of a view");
    return DecodeMark(bytes);
}

absl::StatusOr<std::optional<std::string>> RocksRows::Get(RowSet set, std::string_view group, std::string_view key) {
    const std::shared_lock lock(swap_);
    std::string value;
    const std::string where = GroupPrefix(LetterOf(set), group).append(key);
    const rocksdb::Status status = rocks_.db->Get(rocksdb::ReadOptions{}, rows(), where, &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return FromRocks(status, "reading a row");
    return value;
}

absl::StatusOr<std::vector<Row>> RocksRows::Scan(RowSet set, std::string_view group,
                                                 const std::optional<std::string>& after, std::size_t limit) {
    std::unique_ptr<rocksdb::Iterator> at;
    std::string prefix;
    {
        const std::shared_lock lock(swap_);
        prefix = GroupPrefix(LetterOf(set), group);
        at.reset(rocks_.db->NewIterator(rocksdb::ReadOptions{}, rows()));
    }
    // One zero byte behind a key is the first key after it.
    at->Seek(after ? prefix + *after + std::string(1, '\0') : prefix);
    std::vector<Row> found;
    for (; at->Valid() && at->key().starts_with(prefix) && found.size() < limit; at->Next()) {
        found.push_back({std::string(at->key().ToStringView().substr(prefix.size())), at->value().ToString()});
    }
    if (!at->status().ok()) return FromRocks(at->status(), "reading rows");
    return found;
}

absl::Status RocksRows::Visit(RowSet set, const Visitor& visitor) {
    std::unique_ptr<rocksdb::Iterator> at;
    std::string prefix;
    {
        const std::shared_lock lock(swap_);
        prefix = std::string(1, LetterOf(set));
        at.reset(rocks_.db->NewIterator(rocksdb::ReadOptions{}, rows()));
    }
    for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next()) {
        const std::string_view key = at->key().ToStringView().substr(prefix.size());
        const std::size_t zero = key.find('\0');
        if (zero == std::string_view::npos) return absl::DataLossError("a row without a group; rebuild the view");
        visitor(key.substr(0, zero), key.substr(zero + 1), at->value().ToStringView());
    }
    if (!at->status().ok()) return FromRocks(at->status(), "reading rows");
    return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, std::string>> RocksRows::Parked(RowSet set) {
    const std::shared_lock lock(swap_);
    const std::string prefix = ParkedPrefix(LetterOf(set));
    std::map<std::string, std::string> parked;
    const std::unique_ptr<rocksdb::Iterator> at(rocks_.db->NewIterator(rocksdb::ReadOptions{}, meta()));
    for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next()) {
        parked.emplace(at->key().ToStringView().substr(prefix.size()), at->value().ToString());
    }
    if (!at->status().ok()) return FromRocks(at->status(), "reading parked groups");
    return parked;
}

absl::Status RocksRows::Commit(RowSet set, const RowChanges& changes) {
    const std::shared_lock lock(swap_);
    const char letter = LetterOf(set);
    rocksdb::WriteBatch batch;
    for (const std::string& group : changes.dropped) {
        const std::string prefix = GroupPrefix(letter, group);
        const std::unique_ptr<rocksdb::Iterator> at(rocks_.db->NewIterator(rocksdb::ReadOptions{}, rows()));
        for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next())
            batch.Delete(rows(), at->key());
        if (!at->status().ok()) return FromRocks(at->status(), "dropping a group");
    }
    for (const auto& [where, value] : changes.rows) {
        const std::string key = GroupPrefix(letter, where.first).append(where.second);
        if (value) {
            batch.Put(rows(), key, *value);
        } else {
            batch.Delete(rows(), key);
        }
    }
    for (const auto& [group, reason] : changes.parked) {
        const std::string key = ParkedPrefix(letter) + group;
        if (reason) {
            batch.Put(meta(), key, *reason);
        } else {
            batch.Delete(meta(), key);
        }
    }
    batch.Put(meta(), MarkKey(letter), EncodeMark(changes.mark));
    if (changes.purge) return WriteOwing(batch, "committing rows");
    return FromRocks(rocks_.db->Write(rocksdb::WriteOptions{}, &batch), "committing rows");
}

absl::Status RocksRows::WriteOwing(rocksdb::WriteBatch& batch, std::string_view doing) {
    const std::lock_guard lock(purge_);
    batch.Put(meta(), kPurgeKey, "1");
    ++purges_asked_;
    return FromRocks(rocks_.db->Write(rocksdb::WriteOptions{}, &batch), doing);
}

absl::Status RocksRows::ClearBeside() {
    const std::shared_lock lock(swap_);
    const char letter = LetterOf(RowSet::kBeside);
    const absl::StatusOr<bool> any = DeletePrefix(*rocks_.db, rows(), std::string(1, letter));
    if (!any.ok()) return any.status();
    if (auto parked = DeletePrefix(*rocks_.db, meta(), ParkedPrefix(letter)); !parked.ok()) return parked.status();
    rocksdb::WriteBatch batch;
    batch.Delete(meta(), MarkKey(letter));
    // It may hold a pupil who was erased since.
    if (*any) return WriteOwing(batch, "clearing rows");
    return FromRocks(rocks_.db->Write(rocksdb::WriteOptions{}, &batch), "clearing rows");
}

absl::Status RocksRows::Swap(std::string_view bookmark) {
    absl::StatusOr<Mark> mark = MarkOf(RowSet::kBeside);
    if (!mark.ok()) return mark.status();
    mark->bookmark = bookmark;
    {
        const std::unique_lock lock(swap_);
        const char letter = LetterOf(RowSet::kBeside);
        rocksdb::WriteBatch batch;
        batch.Put(meta(), kServedKey, std::string(1, letter));
        batch.Put(meta(), MarkKey(letter), EncodeMark(*mark));
        if (auto status = rocks_.db->Write(rocksdb::WriteOptions{}, &batch); !status.ok()) {
            return FromRocks(status, "swapping rows");
        }
        served_ = letter;
    }
    return ClearBeside();
}

absl::Status RocksRows::Purge() {
    const std::uint64_t asked = purges_asked_;
    if (asked == purges_done_) return absl::OkStatus();
    // Without bounds: a set that was given up, or dropped after a swap, may hold the same pupil elsewhere in the
    // family.
    if (auto status = CompactAway(rocks_, rows(), "", ""); !status.ok()) return status;
    const std::lock_guard lock(purge_);
    if (asked != purges_asked_) return absl::OkStatus();  // Asked again meanwhile: the next call settles it.
    const rocksdb::Status status = rocks_.db->Delete(rocksdb::WriteOptions{}, meta(), kPurgeKey);
    if (status.ok()) purges_done_ = asked;
    return FromRocks(status, "settling a purge");
}

}  // namespace throughline
