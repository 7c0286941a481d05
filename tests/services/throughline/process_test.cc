// How the process as a whole ends.
#include "services/throughline/process.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>

#include <gtest/gtest.h>

#include "services/throughline/exit_code.h"

namespace throughline {
namespace {

// What a disk does that lost a page of a mapped file, a file does that was cut off.
void ReadWhatIsNoLongerThere() {
    constexpr std::size_t kBytes = 4096;
    std::FILE* const file = std::tmpfile();
    if (file == nullptr || ftruncate(fileno(file), kBytes) != 0) return;
    const auto* const bytes =
        static_cast<volatile char*>(mmap(nullptr, kBytes, PROT_READ, MAP_SHARED, fileno(file), 0));
    if (ftruncate(fileno(file), 0) != 0) return;
    EndOnLostPages();
    std::printf("%d", bytes[0]);
}

TEST(ProcessDeathTest, EndsAsForAnyErrorOfTheDiskWhereAMappedPageIsLost) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(ReadWhatIsNoLongerThere(), ::testing::ExitedWithCode(static_cast<int>(ExitCode::kIoError)),
                "the disk did not give back a part of the store");
}

}  // namespace
}  // namespace throughline
