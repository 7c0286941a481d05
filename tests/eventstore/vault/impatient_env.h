// An environment over a faulty file system in which RocksDB does not wait a second after each failed compaction.
#pragma once

#include <memory>
#include <utility>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace throughline {

class ImpatientEnv final : public rocksdb::EnvWrapper {
  public:
    explicit ImpatientEnv(std::shared_ptr<rocksdb::FileSystem> files) : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
        file_system_ = std::move(files);
    }

    void SleepForMicroseconds(int) override {}
};

}  // namespace throughline
