// A database read as it was at one moment, while another process may be writing it.
#pragma once

#include "absl/status/statusor.h"
#include "eventstore/disk/rocks.h"

namespace throughline {

/// Opens a database as OpenRocks() does, changes nothing in its folder, and shows what was in it at one moment between
/// the call and its return. Files that go meanwhile stay readable.
///
/// While it opens, it shares a lock on the folder (FolderLock), which keeps nobody from writing. It tries some times,
/// since whoever writes the database may take away a file while it is looked for. Errors as OpenRocks(), and:
///   UNAVAILABLE   it was changed so much that no such moment was caught (reason STORE_BUSY), or its folder cannot be
///                 locked (FOLDER_NOT_LOCKED)
[[nodiscard]] absl::StatusOr<Rocks> OpenRocksReadOnly(RocksOptions options);

}  // namespace throughline
