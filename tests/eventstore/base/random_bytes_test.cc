// No random byte is given out twice: not to two threads, not to a child.
#include "eventstore/base/random_bytes.h"

#include <array>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace throughline {
namespace {

using Nonce = std::array<std::uint8_t, 12>;

Nonce Draw() {
    Nonce nonce{};
    FillRandom(nonce);
    return nonce;
}

TEST(RandomBytesTest, NeverRepeatsInOneThreadNorInMany) {
    constexpr std::size_t kThreads = 4;
    constexpr std::size_t kEach = 2'000;
    std::array<std::vector<Nonce>, kThreads> drawn;
    std::vector<std::thread> threads;
    for (std::vector<Nonce>& mine : drawn) {
        threads.emplace_back([&mine] {
            for (std::size_t i = 0; i < kEach; ++i) mine.push_back(Draw());
        });
    }
    for (std::thread& thread : threads) thread.join();
    std::set<Nonce> all;
    for (const std::vector<Nonce>& nonces : drawn) all.insert(nonces.begin(), nonces.end());
    EXPECT_EQ(all.size(), kThreads * kEach);
}

TEST(RandomBytesTest, FillsAnySize) {
    for (const std::size_t size : {0U, 1U, 1'000U, 1'024U, 1'025U, 5'000U}) {
        std::vector<std::uint8_t> first(size);
        std::vector<std::uint8_t> second(size);
        FillRandom(first);
        FillRandom(second);
        if (size < 1'000) continue;
        EXPECT_NE(first, second) << size;
        // Of 900 random bytes all but a few of the 256 values stand somewhere.
        EXPECT_GT(std::set<std::uint8_t>(first.begin(), first.begin() + 900).size(), 200U) << size;
        EXPECT_GT(std::set<std::uint8_t>(first.end() - 900, first.end()).size(), 200U) << size;
    }
}

TEST(RandomBytesTest, AChildDrawsItsOwn) {
    (void)Draw();  // So that there is a block drawn ahead.
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const Nonce nonce = Draw();
        _exit(::write(pipe[1], nonce.data(), nonce.size()) == static_cast<ssize_t>(nonce.size()) ? 0 : 1);
    }
    const Nonce ours = Draw();
    Nonce theirs{};
    ASSERT_EQ(::read(pipe[0], theirs.data(), theirs.size()), static_cast<ssize_t>(theirs.size()));
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_NE(ours, theirs);
    ::close(pipe[0]);
    ::close(pipe[1]);
}

}  // namespace
}  // namespace throughline
