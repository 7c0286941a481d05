// Tokens are read by the store that gave them, and by no other.
#include "eventstore/base/consistency_token.h"

#include <limits>

#include <gtest/gtest.h>

namespace throughline {
namespace {

TEST(ConsistencyTokenTest, IsReadByItsStore) {
    const Uuid store = RandomUuid();
    for (const std::uint64_t end : {std::uint64_t{0}, std::uint64_t{4711}, std::numeric_limits<std::uint64_t>::max()}) {
        const auto read = DecodeConsistencyToken(store, EncodeConsistencyToken(store, Position{end}));
        ASSERT_TRUE(read.ok());
        EXPECT_EQ(*read, Position{end});
    }
}

TEST(ConsistencyTokenTest, IsRefusedByAnotherStore) {
    const Uuid store{{1, 2, 3, 4}};
    const Uuid other{{1, 2, 3, 5}};
    const auto read = DecodeConsistencyToken(other, EncodeConsistencyToken(store, Position{1}));
    EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(ConsistencyTokenTest, RefusesWhatIsNoToken) {
    const Uuid store = RandomUuid();
    const std::string token = EncodeConsistencyToken(store, Position{1});
    for (const std::string& text : {std::string(), std::string("!"), token.substr(1), token + "A", token + "=",
                                    std::string(10'000, 'A'), std::string(token.size(), '\0')}) {
        EXPECT_EQ(DecodeConsistencyToken(store, text).status().code(), absl::StatusCode::kInvalidArgument) << text;
    }
}

}  // namespace
}  // namespace throughline
