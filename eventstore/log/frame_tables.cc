// Which files there are is asked when somebody reads after they changed, not on RocksDB's own threads.
#include "eventstore/log/frame_tables.h"

#include <algorithm>
#include <utility>

#include <rocksdb/metadata.h>

#include "eventstore/log/keys.h"

namespace throughline {
namespace {

class FileEvents final : public rocksdb::EventListener {
  public:
    explicit FileEvents(std::shared_ptr<FrameTables> tables) : tables_(std::move(tables)) {}

    void OnFlushCompleted(rocksdb::DB* /*db*/, const rocksdb::FlushJobInfo& job) override {
        if (job.cf_name == LogFamilies::kFrames) tables_->FilesChanged();
    }
    void OnCompactionCompleted(rocksdb::DB* /*db*/, const rocksdb::CompactionJobInfo& job) override {
        if (job.cf_name == LogFamilies::kFrames) tables_->FilesChanged();
    }
    void OnTableFileDeleted(const rocksdb::TableFileDeletionInfo& info) override { tables_->Drop(info.file_path); }

  private:
    const std::shared_ptr<FrameTables> tables_;
};

std::vector<rocksdb::SstFileMetaData> FilesInOrder(const LogFamilies& families) {
    rocksdb::ColumnFamilyMetaData family;
    families.db().GetColumnFamilyMetaData(families.frames(), &family);
    std::vector<rocksdb::SstFileMetaData> files;
    for (rocksdb::LevelMetaData& level : family.levels) {
        std::ranges::move(level.files, std::back_inserter(files));
    }
    std::ranges::sort(files, {}, &rocksdb::SstFileMetaData::smallestkey);
    return files;
}

// Of each file, whether another one holds keys between its first and its last.
std::vector<bool> Overlapping(const std::vector<rocksdb::SstFileMetaData>& files) {
    std::vector<bool> overlapping(files.size(), false);
    std::size_t furthest = 0;
    for (std::size_t i = 1; i < files.size(); ++i) {
        if (files[i].smallestkey <= files[furthest].largestkey) overlapping[i] = overlapping[furthest] = true;
        if (files[i].largestkey > files[furthest].largestkey) furthest = i;
    }
    return overlapping;
}

std::string PathOf(const rocksdb::SstFileMetaData& file) {
    return file.directory + "/" + file.relative_filename;
}

}  // namespace

FrameTableSet::Spot FrameTableSet::Find(Position frame) const {
    const auto behind = std::ranges::upper_bound(tables_, frame, {}, &Table::first);
    if (behind == tables_.begin()) return {};
    const Table& table = *std::prev(behind);
    if (table.last < frame) return {};
    const std::size_t block = table.mapped->BlockOf(ToUint64(frame));
    if (block == table.mapped->blocks()) return {};
    return {table.mapped.get(), block};
}

std::optional<std::string_view> FrameTableSet::Row(const Spot& spot, Position frame) {
    MappedTable::Rows rows;
    if (spot.table == nullptr || !spot.table->ReadBlock(spot.block, rows)) return std::nullopt;
    // Where a row is there twice, the newer one comes first.
    const auto row = std::ranges::find(rows, ToUint64(frame), &MappedTable::Row::key);
    if (row == rows.end()) return std::nullopt;
    return row->value;
}

std::shared_ptr<const FrameTableSet> FrameTables::Now(const LogFamilies& families) {
    const std::lock_guard lock(mutex_);
    if (!suspended_ && now_->files_ != files_) now_ = Made(families);
    return now_;
}

std::shared_ptr<const FrameTableSet> FrameTables::Made(const LogFamilies& families) const {
    auto made = std::make_shared<FrameTableSet>();
    made->files_ = files_;
    const std::vector<rocksdb::SstFileMetaData> files = FilesInOrder(families);
    const std::vector<bool> overlapping = Overlapping(files);
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto first = ParseFrameKey(files[i].smallestkey);
        const auto last = ParseFrameKey(files[i].largestkey);
        if (overlapping[i] || !first || !last) continue;
        FrameTableSet::Table table{PathOf(files[i]), *first, *last, nullptr};
        const auto known = std::ranges::lower_bound(now_->tables_, *first, {}, &FrameTableSet::Table::first);
        if (known != now_->tables_.end() && known->name == table.name) {
            table.mapped = known->mapped;
        } else {
            table.mapped = MappedTable::Open(*families.db().GetFileSystem(), table.name);
        }
        if (table.mapped) made->tables_.push_back(std::move(table));
    }
    return made;
}

void FrameTables::Suspend() {
    const std::lock_guard lock(mutex_);
    suspended_ = true;
    now_ = std::make_shared<const FrameTableSet>();
}

void FrameTables::Resume() {
    const std::lock_guard lock(mutex_);
    suspended_ = false;
    ++files_;
}

void FrameTables::FilesChanged() {
    const std::lock_guard lock(mutex_);
    ++files_;
}

void FrameTables::Drop(std::string_view path) {
    const std::lock_guard lock(mutex_);
    const auto known = std::ranges::find(now_->tables_, path, &FrameTableSet::Table::name);
    if (known == now_->tables_.end()) return;
    auto left = std::make_shared<FrameTableSet>(*now_);
    std::erase_if(left->tables_, [path](const FrameTableSet::Table& table) { return table.name == path; });
    now_ = std::move(left);
}

std::shared_ptr<rocksdb::EventListener> TellOfFiles(std::shared_ptr<FrameTables> tables) {
    return std::make_shared<FileEvents>(std::move(tables));
}

}  // namespace throughline
