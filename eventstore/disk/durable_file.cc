// The old trick: write, sync, rename, sync the folder.
#include "eventstore/disk/durable_file.h"

#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "eventstore/disk/rocks.h"

namespace throughline {
namespace {

std::shared_ptr<rocksdb::FileSystem> FilesOf(rocksdb::Env* env) {
    return (env != nullptr ? env : rocksdb::Env::Default())->GetFileSystem();
}

rocksdb::IOStatus WriteSynced(rocksdb::FileSystem& files, const std::string& path, std::string_view content) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    rocksdb::IOStatus status = files.NewWritableFile(path, {}, &file, nullptr);
    if (status.ok()) status = file->Append({content.data(), content.size()}, {}, nullptr);
    if (status.ok()) status = file->Sync({}, nullptr);
    if (status.ok()) status = file->Close({}, nullptr);
    return status;
}

rocksdb::IOStatus SyncFolder(rocksdb::FileSystem& files, const std::string& path) {
    std::unique_ptr<rocksdb::FSDirectory> folder;
    rocksdb::IOStatus status = files.NewDirectory(path, {}, &folder, nullptr);
    if (status.ok()) status = folder->Fsync({}, nullptr);
    return status;
}

}  // namespace

absl::Status ReplaceFile(rocksdb::Env* env, const std::string& path, std::string_view content) {
    const std::shared_ptr<rocksdb::FileSystem> files = FilesOf(env);
    const std::string beside = path + ".new";
    rocksdb::IOStatus status = WriteSynced(*files, beside, content);
    if (status.ok()) status = files->RenameFile(beside, path, {}, nullptr);
    if (status.ok()) status = SyncFolder(*files, std::filesystem::path(path).parent_path());
    return FromRocks(status, fmt::format("writing {}", path));
}

absl::StatusOr<std::string> ReadDurableFile(rocksdb::Env* env, const std::string& path) {
    std::string content;
    const rocksdb::Status status =
        rocksdb::ReadFileToString(env != nullptr ? env : rocksdb::Env::Default(), path, &content);
    if (status.IsPathNotFound() || status.IsNotFound()) {
        return absl::NotFoundError(fmt::format("there is no file {}", path));
    }
    if (!status.ok()) return FromRocks(status, fmt::format("reading {}", path));
    return content;
}

}  // namespace throughline
