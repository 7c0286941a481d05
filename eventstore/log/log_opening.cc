// The HEAD file is read before the database is touched, and compared with it before anything is written.
#include "eventstore/log/log_opening.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <rocksdb/write_batch.h>

#include "eventstore/base/status_details.h"
#include "eventstore/log/log_paths.h"
#include "eventstore/log/log_tree.h"

namespace throughline {
namespace {

absl::Status NoStore(const std::string& path) {
    return WithReason(
        absl::NotFoundError(fmt::format("there is no store in {}; run `throughline init` to make one", path)),
        "NO_STORE");
}

absl::Status LogShort(const std::string& path, Position end, const HeadState& head) {
    return WithReason(
        absl::DataLossError(fmt::format(
            "the log in {} ends at {}, but its HEAD file witnesses {}: the last {} records are missing. nothing was "
            "started; bring back the files that were removed, or restore a backup made after the last record",
            path, ToUint64(end), ToUint64(head.end), ToUint64(head.end) - ToUint64(end))),
        "LOG_SHORT");
}

absl::Status HeadMissing(const std::string& path) {
    return WithReason(
        absl::DataLossError(fmt::format(
            "the HEAD file of the log in {} is missing, so whether records are missing cannot be told. nothing "
            "was started; bring the file back, or restore the whole folder from a backup",
            path)),
        "HEAD_MISSING");
}

absl::Status WrongHead(const std::string& path) {
    return WithReason(
        absl::DataLossError(fmt::format(
            "the HEAD file of the log in {} is another store's; bring back the files that belong together", path)),
        "HEAD_WRONG");
}

absl::StatusOr<HeadState> CheckFolder(rocksdb::FileSystem& files, const std::string& path) {
    const bool has_database = HasDatabase(files, path);
    auto head = ReadHeadFile(files, HeadPath(path));
    if (absl::IsNotFound(head.status())) return has_database ? HeadMissing(path) : NoStore(path);
    if (has_database) return head;
    return head.ok() && Position{0} < head->end ? LogShort(path, Position{0}, *head) : NoStore(path);
}

absl::Status WriteEpoch(const LogFamilies& families, std::uint64_t epoch) {
    rocksdb::WriteBatch batch;
    rocksdb::Status status = PutWriterEpoch(batch, families, epoch);
    if (status.ok()) status = families.db().Write(Synced(), &batch);
    return FromRocks(status, "beginning a writer's epoch");
}

absl::Status ReadRows(const std::string& path, OpenedLog& log) {
    auto tail = ReadLogTail(log.families);
    if (!tail.ok()) return tail.status();
    log.tail = *tail;
    if (log.tail.end < log.head_state.end) return LogShort(path, log.tail.end, log.head_state);
    auto meta = ReadStoreMeta(log.families);
    if (!meta.ok()) return meta.status();
    log.meta = *meta;
    if (log.meta.store_id != log.head_state.store_id) return WrongHead(path);
    if (absl::Status types = LoadTypes(log.families, *log.types); !types.ok()) return types;
    if (absl::Status erased = LoadErasedSubjects(log.families, *log.erased); !erased.ok()) return erased;
    const auto tree = FrontierAt(LogTree(log.families, *log.erased), ToUint64(log.tail.end));
    if (!tree.ok()) return tree.status();
    log.tree = *tree;
    return absl::OkStatus();
}

}  // namespace

absl::StatusOr<OpenedLog> OpenLog(const std::string& path, rocksdb::Env* env,
                                  std::vector<std::shared_ptr<rocksdb::EventListener>> listeners) {
    const std::shared_ptr<rocksdb::FileSystem> files = FilesOf(env);
    const auto head = CheckFolder(*files, path);
    if (!head.ok()) return head.status();
    RocksOptions options = LogFamilies::Options(DatabasePath(path), env);
    options.listeners = std::move(listeners);
    auto rocks = OpenRocks(options);
    if (absl::IsNotFound(rocks.status())) {
        return head->end == Position{0} ? NoStore(path) : LogShort(path, Position{0}, *head);
    }
    if (!rocks.ok()) return rocks.status();
    OpenedLog log{.families = {*std::move(rocks)},
                  .meta = {},
                  .tail = {},
                  .tree = {},
                  .types = std::make_unique<TypeIds>(),
                  .erased = std::make_unique<ErasedSubjects>(),
                  .head = nullptr,
                  .head_state = *head};
    if (absl::Status read = ReadRows(path, log); !read.ok()) return read;

    log.meta.writer_epoch = std::max({log.meta.writer_epoch, log.tail.writer_epoch, log.head_state.writer_epoch}) + 1;
    if (absl::Status begun = WriteEpoch(log.families, log.meta.writer_epoch); !begun.ok()) return begun;
    auto file = HeadFile::Open(*files, HeadPath(path));
    if (!file.ok()) return file.status();
    log.head = *std::move(file);
    // What a killed process left unsynced must be whole before the other slot is written.
    if (absl::Status synced = log.head->Sync(); !synced.ok()) return synced;
    return log;
}

}  // namespace throughline
