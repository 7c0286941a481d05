// Measured: CRC32C of the packaged RocksDB takes an eleventh of the processors' time where 100 facts come a request;
// XXH3, which its blocks have too, a hundredth.
#include "eventstore/disk/file_checksum.h"

#include <string>

#include <xxhash.h>

namespace throughline {
namespace {

constexpr char kChecksumName[] = "XXH3-128";

class Xxh3Checksum final : public rocksdb::FileChecksumGenerator {
  public:
    Xxh3Checksum() : state_(XXH3_createState()) { XXH3_128bits_reset(state_.get()); }

    void Update(const char* data, std::size_t bytes) override { XXH3_128bits_update(state_.get(), data, bytes); }
    void Finalize() override {
        XXH128_canonical_t canonical;
        XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
        checksum_.assign(reinterpret_cast<const char*>(canonical.digest), sizeof(canonical.digest));
    }
    [[nodiscard]] std::string GetChecksum() const override { return checksum_; }
    [[nodiscard]] const char* Name() const override { return kChecksumName; }

  private:
    struct Free {
        void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
    };

    const std::unique_ptr<XXH3_state_t, Free> state_;
    std::string checksum_;
};

class Factory final : public rocksdb::FileChecksumGenFactory {
  public:
    std::unique_ptr<rocksdb::FileChecksumGenerator> CreateFileChecksumGenerator(
        const rocksdb::FileChecksumGenContext& wanted) override {
        const std::string& name = wanted.requested_checksum_func_name;
        if (name.empty() || name == kChecksumName) return std::make_unique<Xxh3Checksum>();
        return crc32c_->CreateFileChecksumGenerator(wanted);
    }
    [[nodiscard]] const char* Name() const override { return "throughline::FileChecksums"; }

  private:
    const std::shared_ptr<rocksdb::FileChecksumGenFactory> crc32c_ = rocksdb::GetFileChecksumGenCrc32cFactory();
};

}  // namespace

std::shared_ptr<rocksdb::FileChecksumGenFactory> FileChecksums() {
    return std::make_shared<Factory>();
}

}  // namespace throughline
