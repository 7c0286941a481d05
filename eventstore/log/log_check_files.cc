// RocksDB's own check stops at the first file that is wrong; this names them all.
#include "eventstore/log/log_check_files.h"

#include <cstdint>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <rocksdb/file_system.h>

#include "eventstore/disk/file_checksum.h"

namespace throughline {
namespace {

constexpr std::size_t kChunkBytes = 1024 * 1024;

/// Adds a file to `checksum`; how many bytes it has.
rocksdb::IOStatus ReadInto(rocksdb::FileSystem& files, const std::string& path,
                           rocksdb::FileChecksumGenerator& checksum, std::uint64_t& bytes) {
    std::unique_ptr<rocksdb::FSSequentialFile> file;
    rocksdb::IOStatus status = files.NewSequentialFile(path, rocksdb::FileOptions(), &file, nullptr);
    std::vector<char> chunk(kChunkBytes);
    while (status.ok()) {
        rocksdb::Slice read;
        status = file->Read(chunk.size(), rocksdb::IOOptions(), &read, chunk.data(), nullptr);
        if (!status.ok() || read.empty()) break;
        checksum.Update(read.data(), read.size());
        bytes += read.size();
    }
    checksum.Finalize();
    return status;
}

}  // namespace

absl::Status CheckFiles(const Rocks& rocks, std::string_view named, const CheckProgress& progress,
                        CheckReport& report) {
    const PartTimer timer(report, CheckPart::kFiles);
    std::vector<rocksdb::LiveFileMetaData> live;
    rocks.db->GetLiveFilesMetaData(&live);
    std::uint64_t total = 0;
    for (const rocksdb::LiveFileMetaData& file : live) total += file.size;
    const auto files = rocks.db->GetEnv()->GetFileSystem();
    const auto factory = FileChecksums();
    std::uint64_t checked = 0;
    std::uint64_t bytes = 0;
    for (const rocksdb::LiveFileMetaData& file : live) {
        const std::string where = fmt::format("{}/{}", named, file.relative_filename);
        auto checksum = factory->CreateFileChecksumGenerator({file.relative_filename, file.file_checksum_func_name});
        if (checksum == nullptr || file.file_checksum_func_name != checksum->Name()) {
            report.LeaveOut(CheckPart::kFiles, fmt::format("{}: it was written without a checksum", where));
            continue;
        }
        std::uint64_t size = 0;
        const rocksdb::IOStatus read = ReadInto(*files, file.directory + "/" + file.relative_filename, *checksum, size);
        if (read.IsNotFound() || read.IsPathNotFound()) continue;
        if (!read.ok()) return FromRocks(read, fmt::format("reading {}", where));
        if (size != file.size) {
            report.Add(CheckPart::kFiles, where,
                       fmt::format("it has {} bytes, and was written with {}", size, file.size));
        } else if (checksum->GetChecksum() != file.file_checksum) {
            report.Add(CheckPart::kFiles, where,
                       fmt::format("its {} bytes, of the family {}, are not those that were written", size,
                                   file.column_family_name));
        }
        ++checked;
        bytes += size;
        if (progress) progress(CheckPart::kFiles, bytes, total);
    }
    report.Count(CheckPart::kFiles, "tables", checked);
    report.Count(CheckPart::kFiles, "bytes", bytes);
    return absl::OkStatus();
}

}  // namespace throughline
