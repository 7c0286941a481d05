// A folder of a test's own that goes with it.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "eventstore/base/uuid.h"

namespace throughline {

class TemporaryFolder {
  public:
    TemporaryFolder() : path_(std::filesystem::temp_directory_path() / ("throughline-" + ToString(RandomUuid()))) {
        std::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string Path(std::string_view name) const { return (path_ / name).string(); }

    /// How many files hold these bytes.
    [[nodiscard]] int FilesWith(std::string_view bytes) const {
        int files = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
            if (!entry.is_regular_file()) continue;
            std::ifstream in(entry.path(), std::ios::binary);
            const std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
            if (content.find(bytes) != std::string::npos) ++files;
        }
        return files;
    }

  private:
    std::filesystem::path path_;
};

}  // namespace throughline
