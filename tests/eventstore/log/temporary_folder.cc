// Names come from the system, so that tests may run side by side.
#include "tests/eventstore/log/temporary_folder.h"

#include <stdlib.h>

#include <filesystem>
#include <system_error>

#include <gtest/gtest.h>

namespace throughline::testing {

TemporaryFolder::TemporaryFolder() {
    const std::filesystem::path memory = "/dev/shm";
    std::error_code error;
    const auto place = std::filesystem::is_directory(memory, error) ? memory : std::filesystem::temp_directory_path();
    path_ = (place / "throughline-XXXXXX").string();
    EXPECT_NE(::mkdtemp(path_.data()), nullptr);
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace throughline::testing
