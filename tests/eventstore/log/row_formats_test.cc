// The bytes of docs/storage-format.md, and that damaged ones are refused rather than believed.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/log/body_row.h"
#include "eventstore/log/command_row.h"
#include "eventstore/log/frame.h"
#include "eventstore/log/header_trailer.h"
#include "eventstore/log/keys.h"
#include "eventstore/log/number_bytes.h"
#include "eventstore/log/posting.h"
#include "tests/eventstore/log/sealed_append.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline::testing {
namespace {

using ::testing::ElementsAre;

std::string Bytes(std::initializer_list<unsigned> bytes) {
    std::string text;
    for (const unsigned byte : bytes) text += static_cast<char>(byte);
    return text;
}

TEST(NumberBytesTest, ReadsBackWhatItWroteAndNothingShorter) {
    for (const std::uint64_t value : {0ULL, 1ULL, 127ULL, 128ULL, 300ULL, 1ULL << 40U, ~0ULL}) {
        std::string bytes;
        AppendVarint(bytes, value);
        std::string_view in = bytes;
        EXPECT_EQ(TakeVarint(in), value);
        EXPECT_TRUE(in.empty());
        std::string_view cut(bytes.data(), bytes.size() - 1);
        EXPECT_FALSE(TakeVarint(cut));
    }
    std::string fixed;
    AppendUint64(fixed, 0x0102030405060708U);
    EXPECT_EQ(fixed, Bytes({1, 2, 3, 4, 5, 6, 7, 8}));
    std::string endless(11, '\xFF');
    std::string_view in = endless;
    EXPECT_FALSE(TakeVarint(in));
}

TEST(KeysTest, SortByPositionWithinTheirPrefix) {
    EXPECT_EQ(FrameKey(Position{258}), Bytes({0, 0, 0, 0, 0, 0, 1, 2}));
    EXPECT_EQ(PostingKey(TagPrefix("a:1"), Position{1}), "ta:1" + Bytes({0, 0, 0, 0, 0, 0, 0, 0, 1}));
    EXPECT_EQ(PostingKey(TypePrefix("T"), Position{1}), "yT" + Bytes({0, 0, 0, 0, 0, 0, 0, 0, 1}));
    EXPECT_LT(PostingKey(TagPrefix("a"), Position{256}), PostingKey(TagPrefix("a"), Position{257}));
    EXPECT_EQ(ParsePostingKey(TagPrefix("a"), PostingKey(TagPrefix("a"), Position{9})), Position{9});
    EXPECT_FALSE(ParsePostingKey(TagPrefix("a"), PostingKey(TagPrefix("ab"), Position{9})));
    EXPECT_LT(BodyKeyLowest(TestSubject(1)), BodyKey(TestSubject(1), Position{1}));
    EXPECT_LT(BodyKey(TestSubject(1), Position{1}), BodyKeyHighest(TestSubject(1)));
    EXPECT_LT(BodyKeyHighest(TestSubject(1)), BodyKeyLowest(TestSubject(2)));
}

TEST(HeaderTrailerTest, IsTheEndOfARecordHeader) {
    eventstore::v1::RecordHeader prefix;
    prefix.set_type("test.A");
    std::string bytes = prefix.SerializeAsString();
    const std::size_t prefix_bytes = bytes.size();
    const HeaderTrailer trailer{Position{0}, 3, FromMicros(-5)};
    AppendHeaderTrailer(bytes, trailer);
    EXPECT_EQ(bytes.size(), prefix_bytes + kHeaderTrailerBytes);
    EXPECT_EQ(ReadHeaderTrailer(bytes), trailer);
    eventstore::v1::RecordHeader header;
    ASSERT_TRUE(header.ParseFromString(bytes));
    EXPECT_EQ(header.type(), "test.A");
    EXPECT_EQ(header.position(), 0U);
    EXPECT_EQ(header.writer_epoch(), 3U);
    EXPECT_EQ(header.recorded_at_us(), -5);
    EXPECT_FALSE(ReadHeaderTrailer(bytes.substr(0, bytes.size() - 1)));
    EXPECT_FALSE(ReadHeaderTrailer("short"));
}

TEST(FrameTest, FindsEachHeaderSubjectAndRequest) {
    FrameBuilder builder;
    builder.Add("one", TestSubject(1), 0);
    builder.Add("", TestSubject(2), 0);
    builder.Add("three", TestSubject(1), 2);
    const std::string bytes = builder.Finish();
    const auto frame = FrameView::Parse(Position{40}, bytes);
    ASSERT_TRUE(frame.ok());
    EXPECT_EQ(frame->end(), Position{43});
    EXPECT_TRUE(frame->Holds(Position{42}));
    EXPECT_FALSE(frame->Holds(Position{43}));
    EXPECT_FALSE(frame->Holds(Position{39}));
    EXPECT_EQ(frame->Header(Position{40}), "one");
    EXPECT_EQ(frame->Header(Position{41}), "");
    EXPECT_EQ(frame->Header(Position{42}), "three");
    EXPECT_EQ(frame->Subject(Position{41}), TestSubject(2));
    EXPECT_EQ(frame->Subject(Position{42}), TestSubject(1));
    EXPECT_EQ(frame->RequestFirst(Position{41}), Position{40});
    EXPECT_EQ(frame->RequestFirst(Position{42}), Position{42});
    EXPECT_EQ(bytes.size(), 1U + 4 + 4 + 2 * 16 + 3 * 12 + 8);
}

TEST(FrameTest, RefusesBytesThatAreNoFrame) {
    FrameBuilder builder;
    builder.Add("one", TestSubject(1), 0);
    const std::string bytes = builder.Finish();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(FrameView::Parse(Position{0}, std::string_view(bytes).substr(0, size)).ok()) << size;
    }
    EXPECT_FALSE(FrameView::Parse(Position{0}, bytes + "x").ok());
    std::string newer = bytes;
    newer[0] = 2;
    EXPECT_FALSE(FrameView::Parse(Position{0}, newer).ok());
}

TEST(BodyRowTest, FindsEachBodyByItsPlaceInTheRequest) {
    BodyRowBuilder builder;
    builder.Add(1, "first");
    builder.Add(4, "second");
    const std::string row = builder.Finish();
    EXPECT_EQ(CountBodies(row), 2U);
    EXPECT_EQ(FindBody(row, 1), "first");
    EXPECT_EQ(FindBody(row, 4), "second");
    EXPECT_FALSE(FindBody(row, 0));
    EXPECT_FALSE(FindBody(row.substr(0, row.size() - 1), 4));
    EXPECT_FALSE(FindBody("", 1));
    EXPECT_EQ(row.size(), 1U + 4 + 2 * 8 + 11);
}

TEST(PostingTest, KeepsPositionsAndTypes) {
    PostingBuilder builder;
    builder.Add({Position{1000}, 1});
    builder.Add({Position{1003}, 300});
    EXPECT_EQ(builder.first(), Position{1000});
    EXPECT_EQ(builder.last(), Position{1003});
    EXPECT_EQ(builder.value(), Bytes({0, 1, 3, 0xAC, 0x02}));
    std::vector<PostingEntry> entries;
    ASSERT_TRUE(ParsePosting(builder.first(), builder.value(), entries));
    EXPECT_THAT(entries, ElementsAre(PostingEntry{Position{1000}, 1}, PostingEntry{Position{1003}, 300}));
    EXPECT_FALSE(ParsePosting(Position{0}, "", entries));
    EXPECT_FALSE(ParsePosting(Position{0}, Bytes({0, 1, 3}), entries));
    EXPECT_FALSE(ParsePosting(Position{0}, Bytes({0, 1, 0, 1}), entries)) << "the same position twice";
}

TEST(CommandRowTest, KeepsWhatARepeatIsAnsweredWith) {
    const StoredCommand command{Position{258}, 3, std::string(16, 'd')};
    const std::string row = EncodeCommand(command);
    EXPECT_EQ(row, Bytes({0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 3}) + std::string(16, 'd'));
    const auto read = DecodeCommand(row);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->first, command.first);
    EXPECT_EQ(read->count, 3U);
    EXPECT_EQ(read->request_digest, command.request_digest);
    EXPECT_FALSE(DecodeCommand(row.substr(1)));
}

}  // namespace
}  // namespace throughline::testing
