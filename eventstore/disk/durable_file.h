// Small files that are replaced whole: after a crash there is the old content or the new, never a part.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace throughline {

/// Writes `content` beside the file, syncs it, renames it over the file and syncs the folder. `env` is for fault
/// injection; absent: the real file system. Errors as FromRocks().
[[nodiscard]] absl::Status ReplaceFile(rocksdb::Env* env, const std::string& path, std::string_view content);

/// The whole file; NOT_FOUND where there is none. For files of some kilobytes.
[[nodiscard]] absl::StatusOr<std::string> ReadDurableFile(rocksdb::Env* env, const std::string& path);

}  // namespace throughline
