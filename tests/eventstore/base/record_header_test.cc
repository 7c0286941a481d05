// Headers written and read by hand are protobuf's, byte for byte, whatever stands in them and whatever rots.
#include "eventstore/base/record_header.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include "tests/eventstore/base/header_view.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {
namespace {

using eventstore::v1::RecordHeader;

/// A header's content with bytes of its own, so that what two parsers read can be compared.
struct Content {
    std::vector<std::string> texts;
    std::vector<std::string> tags;
    std::vector<std::uint64_t> numbers;

    bool operator==(const Content&) const = default;
};

Content ContentOf(const RecordHeaderView& h) {
    Content content;
    for (const std::string_view text : {h.event_id, h.type, h.key_id, h.key_commitment, h.body_sha256, h.command_hash,
                                        h.request_digest, h.correlation_id, h.causation_id}) {
        content.texts.emplace_back(text);
    }
    for (const std::string_view tag : h.tags) content.tags.emplace_back(tag);
    content.numbers = {h.schema_version,
                       h.cipher,
                       h.request_size,
                       h.request_index,
                       h.position,
                       h.writer_epoch,
                       static_cast<std::uint64_t>(h.recorded_at_us)};
    return content;
}

/// Protobuf's parser for the same fields with every `string` as `bytes`: the one without a look at UTF-8.
class ProtobufParser {
  public:
    ProtobufParser() {
        google::protobuf::FileDescriptorProto file;
        RecordHeader::descriptor()->file()->CopyTo(&file);
        for (auto& message : *file.mutable_message_type()) {
            for (auto& field : *message.mutable_field()) {
                if (field.type() == google::protobuf::FieldDescriptorProto::TYPE_STRING) {
                    field.set_type(google::protobuf::FieldDescriptorProto::TYPE_BYTES);
                }
            }
        }
        const auto* built = pool_.BuildFile(file);
        header_ = built->FindMessageTypeByName("RecordHeader");
    }

    std::optional<Content> Parse(const std::string& bytes) {
        const std::unique_ptr<google::protobuf::Message> message(factory_.GetPrototype(header_)->New());
        if (!message->ParseFromString(bytes)) return std::nullopt;
        const auto& reflection = *message->GetReflection();
        Content content;
        for (const int number : {1, 2, 6, 7, 8, 9, 10, 11, 12}) {
            content.texts.push_back(reflection.GetString(*message, header_->FindFieldByNumber(number)));
        }
        const auto* tags = header_->FindFieldByNumber(3);
        for (int i = 0; i < reflection.FieldSize(*message, tags); ++i) {
            content.tags.push_back(reflection.GetRepeatedString(*message, tags, i));
        }
        const auto number_of = [&](int number) { return header_->FindFieldByNumber(number); };
        content.numbers = {
            reflection.GetUInt32(*message, number_of(4)),
            static_cast<std::uint32_t>(reflection.GetEnumValue(*message, number_of(5))),
            reflection.GetUInt32(*message, number_of(13)),
            reflection.GetUInt32(*message, number_of(14)),
            reflection.GetUInt64(*message, number_of(15)),
            reflection.GetUInt64(*message, number_of(16)),
            static_cast<std::uint64_t>(reflection.GetInt64(*message, number_of(17))),
        };
        return content;
    }

  private:
    google::protobuf::DescriptorPool pool_;
    google::protobuf::DynamicMessageFactory factory_;
    const google::protobuf::Descriptor* header_ = nullptr;
};

class RecordHeaderTest : public ::testing::Test {
  protected:
    std::size_t UpTo(std::size_t most) { return random_() % (most + 1); }

    // Often absent, often of the usual length, now and then long enough for a length of two bytes.
    std::string Text(std::size_t usual) {
        const std::size_t sizes[] = {0, usual, usual, UpTo(40), UpTo(400)};
        std::string text(sizes[UpTo(4)], '\0');
        for (char& byte : text) byte = static_cast<char>('a' + UpTo(25));
        return text;
    }

    std::uint64_t Number() {
        const std::uint64_t numbers[] = {0, 1, UpTo(127), UpTo(300), random_(), ~std::uint64_t{0}};
        return numbers[UpTo(5)];
    }

    RecordHeader Header() {
        RecordHeader header;
        header.set_event_id(Text(16));
        header.set_type(Text(37));
        for (std::size_t tags = UpTo(5); tags > 0; --tags) header.add_tags(Text(44));
        header.set_schema_version(static_cast<std::uint32_t>(Number()));
        header.set_cipher(static_cast<eventstore::v1::Cipher>(static_cast<std::int32_t>(Number())));
        header.set_key_id(Text(16));
        header.set_key_commitment(Text(32));
        header.set_body_sha256(Text(32));
        header.set_command_hash(Text(16));
        header.set_request_digest(Text(16));
        header.set_correlation_id(Text(16));
        header.set_causation_id(Text(16));
        header.set_request_size(static_cast<std::uint32_t>(Number()));
        header.set_request_index(static_cast<std::uint32_t>(Number()));
        return header;
    }

    std::string WithTrailer(RecordHeader header) {
        header.set_position(Number());
        header.set_writer_epoch(Number());
        header.set_recorded_at_us(static_cast<std::int64_t>(Number()));
        return header.SerializeAsString();
    }

    void ExpectSameReading(const std::string& bytes) {
        const std::optional<RecordHeaderView> ours = ParseRecordHeader(bytes);
        const std::optional<Content> theirs = protobuf_.Parse(bytes);
        ASSERT_EQ(ours.has_value(), theirs.has_value()) << ::testing::PrintToString(bytes);
        if (!ours) return;
        EXPECT_EQ(ContentOf(*ours), *theirs) << ::testing::PrintToString(bytes);
        // The real message, where it does not take offence at what is not UTF-8.
        const google::protobuf::LogSilencer quiet;
        RecordHeader header;
        if (!header.ParseFromString(bytes)) return;
        EXPECT_EQ(ContentOf(ViewOf(header)), *theirs);
    }

    std::mt19937_64 random_{20'260'214};  // NOLINT: the same headers in each run.
    ProtobufParser protobuf_;
};

TEST_F(RecordHeaderTest, WritesWhatProtobufWrites) {
    for (int i = 0; i < 2'000; ++i) {
        const RecordHeader header = Header();
        std::string bytes = "before";
        AppendRecordHeader(bytes, ViewOf(header));
        ASSERT_EQ(bytes, "before" + header.SerializeAsString()) << header.DebugString();
    }
}

TEST_F(RecordHeaderTest, LeavesTheWritersFieldsToTheWriter) {
    RecordHeaderView header;
    header.position = 1;
    header.writer_epoch = 2;
    header.recorded_at_us = 3;
    std::string bytes;
    AppendRecordHeader(bytes, header);
    EXPECT_EQ(bytes, "");
}

TEST_F(RecordHeaderTest, ReadsWhatItWroteAndTheWritersFields) {
    for (int i = 0; i < 2'000; ++i) {
        const RecordHeader header = Header();
        const std::string bytes = WithTrailer(header);
        const auto read = ParseRecordHeader(bytes);
        ASSERT_TRUE(read.has_value());
        RecordHeader theirs;
        ASSERT_TRUE(theirs.ParseFromString(bytes));
        ASSERT_EQ(ContentOf(*read), ContentOf(ViewOf(theirs)));
        std::string again;
        AppendRecordHeader(again, *read);
        ASSERT_EQ(again, header.SerializeAsString());
    }
}

TEST_F(RecordHeaderTest, ReadsMutatedBytesAsProtobufDoes) {
    for (int i = 0; i < 20'000 && !HasFatalFailure(); ++i) {
        std::string bytes = WithTrailer(Header());
        for (std::size_t changes = 1 + UpTo(3); changes > 0 && !bytes.empty(); --changes) {
            const std::size_t at = UpTo(bytes.size() - 1);
            switch (UpTo(4)) {
                case 0:
                    bytes[at] = static_cast<char>(bytes[at] ^ (1 << UpTo(7)));
                    break;
                case 1:
                    bytes[at] = static_cast<char>(UpTo(255));
                    break;
                case 2:
                    bytes.erase(at, 1 + UpTo(3));
                    break;
                case 3:
                    bytes.insert(at, 1 + UpTo(3), static_cast<char>(UpTo(255)));
                    break;
                default:
                    bytes.resize(at);
            }
        }
        ExpectSameReading(bytes);
    }
}

TEST_F(RecordHeaderTest, ReadsSmallHeapsOfKeysAndNumbersAsProtobufDoes) {
    // Mostly keys: known, unknown, groups and their ends, of every wire type; and pieces of varints.
    for (int i = 0; i < 50'000 && !HasFatalFailure(); ++i) {
        std::string bytes;
        for (std::size_t pieces = UpTo(8); pieces > 0; --pieces) {
            const char usual[] = {'\x0a', '\x1a', '\x20', '\x28', '\x79', '\x0b', '\x0c', '\x13',
                                  '\x14', '\x01', '\x02', '\x80', '\xff', '\x00', '\x05'};
            bytes += UpTo(5) == 0 ? static_cast<char>(UpTo(255)) : usual[UpTo(sizeof usual - 1)];
        }
        ExpectSameReading(bytes);
    }
}

TEST_F(RecordHeaderTest, ReadsOddVarintsAndDeepGroupsAsProtobufDoes) {
    const auto repeated = [](std::string_view piece, std::size_t times) {
        std::string all;
        for (; times > 0; --times) all += piece;
        return all;
    };
    std::vector<std::string> odd{
        std::string("\x8a\x80\x00\x01x", 5),          // A key in more bytes than it needs.
        std::string("\x8a\x80\x80\x80\x00\x01x", 7),  // In five, and in six.
        std::string("\x8a\x80\x80\x80\x80\x00\x01x", 8),
        "\x8a\x80\x80\x80\x10\x01x",  // With a bit above the 32nd.
        "\x8a\x80\x80\x80\xf0\x01x",
        std::string("\x0a\x81\x80\x80\x80\x00x", 7),  // A length in five bytes, and in six.
        std::string("\x0a\x81\x80\x80\x80\x80\x00x", 8),
        "\x0a\x81\x80\x80\x80\x10x",
        "\x20\x81\x80\x80\x80\x80\x80\x80\x80\x80\x01",  // A number in ten bytes, and in eleven.
        "\x20\x81\x80\x80\x80\x80\x80\x80\x80\x80\x7f",
        "\x20\x81\x80\x80\x80\x80\x80\x80\x80\x80\x81\x01",
    };
    for (const std::size_t depth : {1U, 2U, 99U, 100U, 101U, 150U}) {
        odd.push_back(repeated("\xa3\x06", depth) + repeated("\xa4\x06", depth) + "\x0a\x01x");
        odd.push_back(repeated("\xa3\x06", depth) + "\xac\x06");
    }
    for (const std::string& bytes : odd) ExpectSameReading(bytes);
    EXPECT_TRUE(ParseRecordHeader(odd[0]).has_value());
    EXPECT_FALSE(ParseRecordHeader(odd[2]).has_value());
}

}  // namespace
}  // namespace throughline
