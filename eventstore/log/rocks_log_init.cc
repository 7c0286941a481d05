// Makes a store: HEAD first, then the rows that make it a store, so that a crash in between leaves nothing half made.
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <rocksdb/write_batch.h>

#include "eventstore/base/status_details.h"
#include "eventstore/log/head_file.h"
#include "eventstore/log/log_families.h"
#include "eventstore/log/log_paths.h"
#include "eventstore/log/rocks_log.h"
#include "eventstore/log/store_meta.h"

namespace throughline {
namespace {

absl::Status AlreadyThere(const std::string& path) {
    return WithReason(
        absl::AlreadyExistsError(fmt::format("there is a store in {} already; use it, or choose another folder", path)),
        "STORE_EXISTS");
}

// The first slot of a store that was begun but not finished says that nothing was recorded.
absl::Status CheckNothingRecorded(rocksdb::FileSystem& files, const std::string& path) {
    const auto head = ReadHeadFile(files, HeadPath(path));
    // A file that is not whole yet was left by an `init` that did not finish, unless there is a database beside it.
    if (!head.ok())
        return HasDatabase(files, path) && !absl::IsNotFound(head.status()) ? head.status() : absl::OkStatus();
    return head->end == Position{0} ? absl::OkStatus() : AlreadyThere(path);
}

absl::Status SyncFolder(rocksdb::FileSystem& files, const std::string& path) {
    std::unique_ptr<rocksdb::FSDirectory> folder;
    rocksdb::IOStatus status = files.NewDirectory(path, rocksdb::IOOptions(), &folder, nullptr);
    if (status.ok()) status = folder->Fsync(rocksdb::IOOptions(), nullptr);
    return FromRocks(status, fmt::format("syncing the folder {}", path));
}

absl::Status MakeFolder(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (!error) std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
    if (!error) return absl::OkStatus();
    return WithReason(absl::UnavailableError(fmt::format("making the folder {}: {}", path, error.message())),
                      "IO_ERROR");
}

absl::Status MakeHead(rocksdb::FileSystem& files, const RocksLogInit& init) {
    const HeadState head{init.store_id, 0, 0, Position{0}};
    if (absl::Status made = CreateHeadFile(files, HeadPath(init.path), head); !made.ok()) return made;
    if (absl::Status synced = SyncFolder(files, init.path); !synced.ok()) return synced;
    return SyncFolder(files, std::filesystem::absolute(init.path).lexically_normal().parent_path().string());
}

absl::Status WriteMeta(const LogFamilies& families, const StoreMeta& meta) {
    rocksdb::WriteBatch batch;
    rocksdb::Status status = PutStoreMeta(batch, families, meta);
    if (status.ok()) status = families.db().Write(Synced(), &batch);
    if (status.ok()) status = families.db().Flush(rocksdb::FlushOptions(), families.rocks.families);
    return FromRocks(status, "writing what store this is");
}

}  // namespace

absl::Status RocksLog::Init(const RocksLogInit& init) {
    const std::shared_ptr<rocksdb::FileSystem> files = FilesOf(init.env);
    if (absl::Status made = MakeFolder(init.path); !made.ok()) return made;
    if (absl::Status empty = CheckNothingRecorded(*files, init.path); !empty.ok()) return empty;
    const bool begun = HasDatabase(*files, init.path);
    if (!begun) {
        if (absl::Status head = MakeHead(*files, init); !head.ok()) return head;
    }
    RocksOptions options = LogFamilies::Options(DatabasePath(init.path), init.env);
    options.create = true;
    auto rocks = OpenRocks(options);
    if (!rocks.ok()) return rocks.status();
    const LogFamilies families{*std::move(rocks)};
    const auto existing = ReadStoreMeta(families);
    if (existing.ok()) return AlreadyThere(init.path);
    if (!absl::IsNotFound(existing.status())) return existing.status();
    if (begun) {
        if (absl::Status head = MakeHead(*files, init); !head.ok()) return head;
    }
    return WriteMeta(families, {init.store_id, init.synthetic, init.clock->Now(), 0});
}

}  // namespace throughline
