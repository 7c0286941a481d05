// A log with a bit of everything in it, ways to damage its rows, and what a check says about it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/log/log_check.h"
#include "eventstore/log/log_families.h"
#include "tests/eventstore/log/log_ground.h"

namespace throughline::testing {

/// Records of CheckedLog; two stored hashes of the tree stand for 512 of them.
inline constexpr std::uint64_t kCheckedRecords = 641;
/// Its last record stands alone in a frame and a request.
inline constexpr Position kLoneRecord{kCheckedRecords - 1};
/// A frame taken apart.
struct FrameParts {
    Position first{};
    std::vector<std::string> headers;
    std::vector<std::string> bodies;
};

/// Written over several starts, and closed. Types, tags and subjects take turns, and one subject was erased.
struct CheckedLog {
    CheckedLog();

    /// Changes rows as no log would.
    void Damage(const std::function<void(LogFamilies&)>& change) const;
    /// Changes the frame that a record stands in.
    void ChangeFrame(Position position, const std::function<void(FrameParts& frame, std::size_t place)>& change) const;
    /// Changes the header of one record, and leaves everything else.
    void ChangeHeader(Position position, const std::function<void(std::string&)>& change) const;

    [[nodiscard]] const std::string& path() const { return ground.path(); }

    LogGround ground;
};

/// The first position of the frame that holds a record.
[[nodiscard]] Position FrameOf(const LogFamilies& families, Position position);

[[nodiscard]] FrameParts GetFrame(const LogFamilies& families, Position first);
void PutFrame(LogFamilies& families, const FrameParts& frame);

[[nodiscard]] std::string GetRow(const LogFamilies& families, rocksdb::ColumnFamilyHandle* family,
                                 std::string_view key);
void PutRow(LogFamilies& families, rocksdb::ColumnFamilyHandle* family, std::string_view key, std::string_view value);
void DeleteRow(LogFamilies& families, rocksdb::ColumnFamilyHandle* family, std::string_view key);

/// What a check of the log says, each finding as `part, where: what`; a failed expectation where it cannot be read.
[[nodiscard]] std::vector<std::string> CheckOf(const std::string& path);
[[nodiscard]] std::vector<std::string> Told(const CheckReport& report);

/// The root of the first records as a check computes it.
[[nodiscard]] std::optional<TreeHash> CheckedRoot(const std::string& path, std::uint64_t records);

/// Every file below a folder with its size and time of change.
[[nodiscard]] std::vector<std::string> FilesBelow(const std::string& folder);

}  // namespace throughline::testing
