// Telling a story twice must repeat its commands, and never those of another story, version or store.
#include "services/throughline/play/command_id.h"

#include <gtest/gtest.h>

#include "eventstore/base/uuid.h"

namespace throughline {
namespace {

const StoryCommand kCommand{.title = "A story", .version = 1, .store_id = "s1", .label = "step 4"};

TEST(CommandIdTest, IsTheSameForTheSameStepOfTheSameStoryInTheSameStore) {
    EXPECT_EQ(CommandIdOf(kCommand), CommandIdOf(kCommand));
}

TEST(CommandIdTest, DiffersInAnotherStoryVersionStoreOrStep) {
    StoryCommand other = kCommand;
    other.title = "Another story";
    EXPECT_NE(CommandIdOf(other), CommandIdOf(kCommand));
    other = kCommand;
    other.version = 2;
    EXPECT_NE(CommandIdOf(other), CommandIdOf(kCommand));
    other = kCommand;
    other.store_id = "s2";
    EXPECT_NE(CommandIdOf(other), CommandIdOf(kCommand));
    other = kCommand;
    other.label = "step 5";
    EXPECT_NE(CommandIdOf(other), CommandIdOf(kCommand));
}

TEST(CommandIdTest, IsAUuidOfVersionEight) {
    const std::string id = CommandIdOf(kCommand);
    ASSERT_TRUE(ParseUuid(id).has_value());
    EXPECT_EQ(id[14], '8');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
}

}  // namespace
}  // namespace throughline
