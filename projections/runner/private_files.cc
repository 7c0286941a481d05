// Narrows the mode of each file as it is made; the folder above, 0700, covers the moment in between.
#include "projections/runner/private_files.h"

#include <sys/stat.h>

#include <cerrno>
#include <string>

#include <rocksdb/file_system.h>

namespace throughline {
namespace {

class PrivateFileSystem final : public rocksdb::FileSystemWrapper {
  public:
    using rocksdb::FileSystemWrapper::FileSystemWrapper;

    const char* Name() const override { return "PrivateFileSystem"; }

    rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      rocksdb::IODebugContext* debug) override {
        return Narrow(target()->NewWritableFile(name, options, result, debug), name);
    }
    rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                         std::unique_ptr<rocksdb::FSWritableFile>* result,
                                         rocksdb::IODebugContext* debug) override {
        return Narrow(target()->ReopenWritableFile(name, options, result, debug), name);
    }
    rocksdb::IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSWritableFile>* result,
                                        rocksdb::IODebugContext* debug) override {
        return Narrow(target()->ReuseWritableFile(name, old_name, options, result, debug), name);
    }
    rocksdb::IOStatus LockFile(const std::string& name, const rocksdb::IOOptions& options, rocksdb::FileLock** lock,
                               rocksdb::IODebugContext* debug) override {
        return Narrow(target()->LockFile(name, options, lock, debug), name);
    }
    rocksdb::IOStatus NewLogger(const std::string& name, const rocksdb::IOOptions& options,
                                std::shared_ptr<rocksdb::Logger>* result, rocksdb::IODebugContext* debug) override {
        return Narrow(target()->NewLogger(name, options, result, debug), name);
    }

  private:
    static rocksdb::IOStatus Narrow(rocksdb::IOStatus made, const std::string& name) {
        if (!made.ok() || ::chmod(name.c_str(), S_IRUSR | S_IWUSR) == 0) return made;
        return rocksdb::IOStatus::IOError("mode 0600 could not be set, errno " + std::to_string(errno));
    }
};

}  // namespace

std::unique_ptr<rocksdb::Env> PrivateFiles() {
    return rocksdb::NewCompositeEnv(std::make_shared<PrivateFileSystem>(rocksdb::FileSystem::Default()));
}

}  // namespace throughline
