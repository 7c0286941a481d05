// The bytes of docs/storage-format.md, and that damaged ones are refused rather than believed.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/digest.h"
#include "eventstore/base/number_bytes.h"
#include "eventstore/log/command_row.h"
#include "eventstore/log/frame.h"
#include "eventstore/log/header_trailer.h"
#include "eventstore/log/keys.h"
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

TEST(KeysTest, SortByPositionWithinTheirLabel) {
    EXPECT_EQ(FrameKey(Position{258}), Bytes({0, 0, 0, 0, 0, 0, 1, 2}));
    EXPECT_EQ(ParseFrameKey(FrameKey(Position{258})), Position{258});
    EXPECT_FALSE(ParseFrameKey("short"));
    EXPECT_EQ(TagLabel("a:1").AsBytes(), Sha256("ta:1").substr(0, 16));
    EXPECT_EQ(TypeLabel("a:1").AsBytes(), Sha256("ya:1").substr(0, 16));
    EXPECT_EQ(PostingKey(TagLabel("a:1"), Position{1}), Sha256("ta:1").substr(0, 16) + Bytes({0, 0, 0, 0, 0, 0, 0, 1}));
    EXPECT_LT(PostingKey(TagLabel("a"), Position{256}), PostingKey(TagLabel("a"), Position{257}));
    EXPECT_EQ(ParsePostingKey(TagLabel("a"), PostingKey(TagLabel("a"), Position{9})), Position{9});
    EXPECT_FALSE(ParsePostingKey(TagLabel("a"), PostingKey(TagLabel("ab"), Position{9})));
    EXPECT_EQ(TreeKey(8, 3), Bytes({8, 0, 0, 0, 0, 0, 0, 0, 3}));
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

/// The row that a builder puts.
class PutRows final : public rocksdb::WriteBatch::Handler {
  public:
    rocksdb::Status PutCF(std::uint32_t, const rocksdb::Slice& key, const rocksdb::Slice& value) override {
        keys.push_back(key.ToString());
        values.push_back(value.ToString());
        return rocksdb::Status::OK();
    }
    std::vector<std::string> keys;
    std::vector<std::string> values;
};

PutRows RowOf(FrameBuilder& builder) {
    rocksdb::WriteBatch batch;
    PutRows rows;
    EXPECT_TRUE(builder.PutRow(batch, nullptr).ok());
    EXPECT_TRUE(batch.Iterate(&rows).ok());
    return rows;
}

TEST(FrameTest, KeepsHeadersAndThenBodies) {
    FrameBuilder builder(Position{40});
    builder.Add("one", "sealed");
    builder.Add("", "");
    builder.Add("three", "more");
    EXPECT_EQ(builder.end(), Position{43});
    EXPECT_FALSE(builder.full());
    const PutRows rows = RowOf(builder);
    EXPECT_EQ(rows.keys, std::vector{FrameKey(Position{40})});
    EXPECT_EQ(rows.values, std::vector{Bytes({1, 3, 3, 6, 0, 0, 5, 4}) + "onethreesealedmore"});
    const auto frame = FrameView::Parse(Position{40}, rows.values[0]);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->end(), Position{43});
    EXPECT_TRUE(frame->Holds(Position{42}));
    EXPECT_FALSE(frame->Holds(Position{43}));
    EXPECT_FALSE(frame->Holds(Position{39}));
    EXPECT_EQ(frame->Header(Position{40}), "one");
    EXPECT_EQ(frame->Body(Position{40}), "sealed");
    EXPECT_EQ(frame->Header(Position{41}), "");
    EXPECT_EQ(frame->Body(Position{41}), "");
    EXPECT_EQ(frame->Header(Position{42}), "three");
    EXPECT_EQ(frame->Body(Position{42}), "more");
    EXPECT_EQ(builder.first(), Position{43}) << "the next frame begins behind";
    EXPECT_EQ(builder.count(), 0U);
}

TEST(FrameTest, IsFullAfterSomeKilobytes) {
    FrameBuilder some(Position{0});
    while (!some.full()) some.Add(std::string(250, 'h'), std::string(320, 'b'));
    EXPECT_EQ(some.count(), 7U);
    FrameBuilder large(Position{0});
    large.Add("h", std::string(100'000, 'b'));
    EXPECT_TRUE(large.full());
}

TEST(FrameTest, RefusesBytesThatAreNoFrame) {
    FrameBuilder builder(Position{0});
    builder.Add("one", "1");
    const std::string bytes = RowOf(builder).values[0];
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(FrameView::Parse(Position{0}, std::string_view(bytes).substr(0, size))) << size;
    }
    EXPECT_FALSE(FrameView::Parse(Position{0}, bytes + "x"));
    EXPECT_FALSE(FrameView::Parse(Position{0}, Bytes({1, 0}))) << "a frame without records";
    EXPECT_FALSE(FrameView::Parse(Position{0}, Bytes({1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F})));
    std::string newer = bytes;
    newer[0] = 2;
    EXPECT_FALSE(FrameView::Parse(Position{0}, newer));
}

TEST(FrameTest, LosesBodiesAndKeepsTheirPlacesAndHeaders) {
    FrameBuilder builder(Position{7});
    for (const char* body : {"one", "two", "three"}) builder.Add(std::string("of ") + body, body);
    const std::string row = RowOf(builder).values[0];
    const auto whole = FrameView::Parse(Position{7}, row);
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->WithoutBodies({true, true, true}), row);
    const std::string without = whole->WithoutBodies({true, false, true});
    const auto view = FrameView::Parse(Position{7}, without);
    ASSERT_TRUE(view);
    for (const std::uint64_t position : {7U, 8U, 9U}) {
        EXPECT_EQ(view->Header(Position{position}), whole->Header(Position{position}));
    }
    EXPECT_EQ(view->Body(Position{7}), "one");
    EXPECT_EQ(view->Body(Position{8}), "");
    EXPECT_EQ(view->Body(Position{9}), "three");
}

TEST(PostingTest, KeepsPositionsFramesAndTypes) {
    const PostingEntry first{{Position{1000}, Position{1000}}, 1};
    const PostingEntry second{{Position{1003}, Position{1001}}, 300};
    PostingBuilder builder;
    builder.Add(first);
    builder.Add(second);
    EXPECT_EQ(builder.first(), Position{1000});
    EXPECT_EQ(builder.last(), Position{1003});
    EXPECT_EQ(builder.value(), Bytes({0, 1, 0, 3, 0xAC, 0x02, 2}));
    std::vector<PostingEntry> entries;
    ASSERT_TRUE(ParsePosting(builder.first(), builder.value(), entries));
    EXPECT_THAT(entries, ElementsAre(first, second));
    EXPECT_FALSE(ParsePosting(Position{0}, "", entries));
    EXPECT_FALSE(ParsePosting(Position{0}, Bytes({0, 1, 0, 3, 1}), entries));
    EXPECT_FALSE(ParsePosting(Position{0}, Bytes({0, 1, 0, 0, 1, 0}), entries)) << "the same position twice";
    EXPECT_FALSE(ParsePosting(Position{2}, Bytes({0, 1, 3}), entries)) << "a frame before the log";
}

TEST(CommandRowTest, KeepsWhereTheRecordsOfACommandStand) {
    const CommandRow command{Position{258}, 3};
    const std::string row = EncodeCommand(command);
    EXPECT_EQ(row, Bytes({0x82, 0x02, 3}));
    EXPECT_EQ(DecodeCommand(row), command);
    EXPECT_FALSE(DecodeCommand(row.substr(0, 2)));
    EXPECT_FALSE(DecodeCommand(row + "x"));
    EXPECT_FALSE(DecodeCommand(Bytes({1, 0}))) << "a command without records";
}

}  // namespace
}  // namespace throughline::testing
