// RocksDB reads its manifest first and its write-ahead logs afterwards. A log that was written out as a table and
// deleted in between is in neither, and RocksDB does not notice: so what it looks at is looked at here too.
#include "eventstore/disk/read_only_rocks.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/folder_lock.h"
#include "eventstore/disk/wal_file_system.h"

namespace throughline {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

// Where files come and go every few milliseconds most tries fail; on a large database each takes a second by itself.
constexpr int kTriesMax = 100;
// An error that comes back while nothing in the folder changes is no accident of timing.
constexpr int kTriesInVainMax = 3;
constexpr std::chrono::milliseconds kPause(5);

std::string_view NameIn(std::string_view path) {
    return path.substr(path.find_last_of('/') + 1);
}

using WalNumbers = std::set<std::uint64_t>;

WalNumbers WalsAmong(const std::vector<std::string>& names) {
    WalNumbers numbers;
    for (const std::string& name : names) {
        if (IsWalName(name)) numbers.insert(std::strtoull(name.c_str(), nullptr, 10));
    }
    return numbers;
}

/// Notes which write-ahead logs there were just before the manifest was read, and which of them RocksDB found.
class WatchedOpening final : public rocksdb::FileSystemWrapper {
  public:
    WatchedOpening(std::shared_ptr<rocksdb::FileSystem> base, std::string folder)
        : FileSystemWrapper(std::move(base)), folder_(std::move(folder)) {}

    [[nodiscard]] const char* Name() const override { return "WatchedOpening"; }

    IOStatus NewSequentialFile(const std::string& name, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* context) override {
        if (!before_ && NameIn(name).starts_with("MANIFEST-")) {
            std::vector<std::string> names;
            const IOStatus listed = target()->GetChildren(folder_, options.io_options, &names, context);
            if (!listed.ok()) return listed;
            before_ = WalsAmong(names);
        }
        reading_wals_ = reading_wals_ || IsWalName(name);
        return target()->NewSequentialFile(name, options, file, context);
    }

    IOStatus GetChildren(const std::string& folder, const IOOptions& options, std::vector<std::string>* names,
                         IODebugContext* context) override {
        IOStatus status = target()->GetChildren(folder, options, names, context);
        if (status.ok() && !reading_wals_) found_ = WalsAmong(*names);
        return status;
    }

    /// Whether a write-ahead log may have gone that the tables of the manifest do not stand for; those from
    /// `first_needed` on are needed. Logs go in their order: where the newest was found, no later one had gone.
    [[nodiscard]] bool MissedAny(std::uint64_t first_needed) const {
        if (!before_ || before_->empty()) return false;
        if (!found_.contains(*before_->rbegin())) return true;
        return !std::all_of(before_->lower_bound(first_needed), before_->end(),
                            [this](std::uint64_t wal) { return found_.contains(wal); });
    }

  private:
    const std::string folder_;
    std::optional<WalNumbers> before_;
    WalNumbers found_;
    bool reading_wals_ = false;
};

/// The folder's files with their sizes, without RocksDB's diary.
std::map<std::string, std::uintmax_t> FilesIn(const std::string& folder) {
    std::map<std::string, std::uintmax_t> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with("LOG")) files[name] = entry.file_size(error);
    }
    return files;
}

std::uint64_t FirstNeededWal(rocksdb::DB& db) {
    std::uint64_t number = 0;
    return db.GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &number) ? number : 0;
}

}  // namespace

absl::StatusOr<Rocks> OpenRocksReadOnly(RocksOptions options) {
    options.read_only = true;
    options.create = false;
    rocksdb::Env* const env = options.env != nullptr ? options.env : rocksdb::Env::Default();
    if (!env->FileExists(options.path + "/CURRENT").ok()) {
        return absl::NotFoundError(fmt::format("there is no database in {}", options.path));
    }
    // A log that is deleted while it is read stays readable; one that is written over (SpareLogs) does not.
    const std::optional<FolderLock> reading = FolderLock::Share(options.path);
    if (!reading) {
        return WithReason(absl::UnavailableError(fmt::format(
                              "the folder {} cannot be locked (flock) against whoever writes it; read a copy of it on "
                              "another file system",
                              options.path)),
                          "FOLDER_NOT_LOCKED");
    }
    absl::Status last;
    int in_vain = 0;
    for (int tries = 0; tries < kTriesMax; ++tries) {
        if (tries > 0) std::this_thread::sleep_for(kPause);
        const auto files_before = FilesIn(options.path);
        const auto watched = std::make_shared<WatchedOpening>(env->GetFileSystem(), options.path);
        std::unique_ptr<rocksdb::Env> watched_env = rocksdb::NewCompositeEnv(watched);
        options.env = watched_env.get();
        auto opened = OpenRocks(options);
        if (opened.ok()) {
            if (!opened->env) opened->env = std::move(watched_env);
            if (!watched->MissedAny(FirstNeededWal(*opened->db))) return opened;
            last = absl::UnavailableError("a write-ahead log was deleted meanwhile");
            continue;
        }
        last = opened.status();
        if (absl::IsNotFound(last)) return last;
        if (FilesIn(options.path) == files_before && ++in_vain == kTriesInVainMax) return last;
    }
    return WithReason(absl::UnavailableError(fmt::format(
                          "the database in {} was changed each of {} times that it was being opened ({}); try again "
                          "when less is written",
                          options.path, kTriesMax, std::string(last.message()))),
                      "STORE_BUSY");
}

}  // namespace throughline
