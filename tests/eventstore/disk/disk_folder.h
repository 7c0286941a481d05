// A folder that is gone after the test, and what the files in it hold.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace throughline::testing {

/// In memory where that is possible: these tests sync some thousand times.
class DiskFolder {
  public:
    DiskFolder() {
        const std::filesystem::path memory = "/dev/shm";
        const bool in_memory = std::filesystem::exists(memory);
        path_ = ((in_memory ? memory : std::filesystem::temp_directory_path()) / "throughline-XXXXXX").string();
        EXPECT_NE(::mkdtemp(path_.data()), nullptr);
    }
    ~DiskFolder() { std::filesystem::remove_all(path_); }
    DiskFolder(const DiskFolder&) = delete;
    DiskFolder& operator=(const DiskFolder&) = delete;

    [[nodiscard]] std::string Path(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

inline std::string ContentOf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void PutContent(const std::filesystem::path& file, const std::string& content) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

/// Without the zeros at its end.
inline std::string WithoutZeros(std::string content) {
    content.erase(content.find_last_not_of('\0') + 1);
    return content;
}

/// The write-ahead log of a database that holds the newest writes.
inline std::filesystem::path NewestWal(const std::string& database) {
    std::filesystem::path newest;
    for (const auto& entry : std::filesystem::directory_iterator(database)) {
        if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
    }
    return newest;
}

}  // namespace throughline::testing
