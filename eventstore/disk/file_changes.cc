// What RocksDB tells at the end of each flush and compaction, as one event.
#include "eventstore/disk/file_changes.h"

#include <utility>

namespace throughline {
namespace {

class FileChanges final : public rocksdb::EventListener {
  public:
    explicit FileChanges(std::function<void()> changed) : changed_(std::move(changed)) {}

    void OnFlushCompleted(rocksdb::DB* /*db*/, const rocksdb::FlushJobInfo& /*job*/) override { changed_(); }
    void OnCompactionCompleted(rocksdb::DB* /*db*/, const rocksdb::CompactionJobInfo& /*job*/) override { changed_(); }

  private:
    const std::function<void()> changed_;
};

}  // namespace

std::shared_ptr<rocksdb::EventListener> OnFileChanges(std::function<void()> changed) {
    return std::make_shared<FileChanges>(std::move(changed));
}

}  // namespace throughline
