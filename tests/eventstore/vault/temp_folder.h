// A folder for one test, removed with everything in it; and a search through the raw bytes of its files.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace throughline {

class TempFolder {
  public:
    TempFolder() {
        // In memory where the machine has such a place, since tests sync a lot.
        const std::filesystem::path memory = "/dev/shm";
        const bool in_memory = access(memory.c_str(), W_OK) == 0;
        std::string pattern =
            ((in_memory ? memory : std::filesystem::temp_directory_path()) / "throughline-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) std::abort();
        path_ = pattern;
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

    /// The files, anywhere below, that hold these bytes.
    [[nodiscard]] std::vector<std::string> FilesHolding(std::string_view bytes) const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
            if (!entry.is_regular_file()) continue;
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
            if (content.find(bytes) != std::string::npos) found.push_back(entry.path().string());
        }
        return found;
    }

  private:
    std::string path_;
};

}  // namespace throughline
