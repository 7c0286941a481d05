// Each table file against the checksum that RocksDB noted when it wrote it: rot is found where nothing reads.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "eventstore/disk/rocks.h"
#include "eventstore/log/log_check_records.h"
#include "eventstore/log/log_check_report.h"

namespace throughline {

/// Reads every table file of `rocks` whole. Files that are gone were compacted away by whoever writes the database.
/// `named` stands before the files' names in the report.
[[nodiscard]] absl::Status CheckFiles(const Rocks& rocks, std::string_view named, const CheckProgress& progress,
                                      CheckReport& report);

}  // namespace throughline
