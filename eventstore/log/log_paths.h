// Where things stand in a log's folder.
#pragma once

#include <memory>
#include <string>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace throughline {

[[nodiscard]] inline std::string DatabasePath(const std::string& log) {
    return log + "/db";
}
[[nodiscard]] inline std::string HeadPath(const std::string& log) {
    return log + "/HEAD";
}

/// The file system under `env`, or the machine's own.
[[nodiscard]] inline std::shared_ptr<rocksdb::FileSystem> FilesOf(rocksdb::Env* env) {
    return (env != nullptr ? env : rocksdb::Env::Default())->GetFileSystem();
}

/// Whether the folder holds a database, finished or not.
[[nodiscard]] inline bool HasDatabase(rocksdb::FileSystem& files, const std::string& log) {
    return files.FileExists(DatabasePath(log) + "/CURRENT", rocksdb::IOOptions(), nullptr).ok();
}

}  // namespace throughline
