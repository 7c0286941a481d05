// An append read from its bytes is the one that protobuf reads from them, and so are the bytes that stand for it.
#include "eventstore/server/requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include <google/protobuf/stubs/logging.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

using eventstore::v1::AppendRequest;
using ::testing::ElementsAre;
using namespace std::string_literals;

constexpr std::string_view kMethod = "throughline.eventstore.v1.EventLogService/Append\n";

absl::StatusOr<AppendInput> Read(const std::string& bytes) {
    const grpc::Slice slice(bytes);
    return ReadAppend(grpc::ByteBuffer(&slice, 1), 1'700'000'000'000);
}

Uuid UuidOf(const std::string& text) {
    return ParseUuid(text).value_or(Uuid{});
}

void ExpectSameEvent(const NewEvent& read, const eventstore::v1::NewEvent& event) {
    EXPECT_EQ(read.id.uuid, event.event_id().empty() ? read.id.uuid : UuidOf(event.event_id()));
    EXPECT_EQ(read.type, event.type());
    EXPECT_EQ(read.tags, std::vector<std::string>(event.tags().begin(), event.tags().end()));
    EXPECT_EQ(read.subject.uuid, UuidOf(event.subject_id()));
    EXPECT_EQ(read.body, event.body());
    EXPECT_EQ(read.schema_version, std::max(event.schema_version(), 1U));
    EXPECT_EQ(read.correlation, UuidOf(event.correlation_id()));
    EXPECT_EQ(read.causation.has_value(), !event.causation_id().empty());
    EXPECT_EQ(read.causation.value_or(Uuid{}), UuidOf(event.causation_id()));
}

/// What was read from `bytes` is what protobuf reads from them.
void ExpectSame(const std::string& bytes) {
    AppendRequest request;
    const absl::StatusOr<AppendInput> read = Read(bytes);
    if (!request.ParseFromString(bytes)) {
        EXPECT_EQ(ReasonOf(read.status()), "REQUEST_UNREADABLE");
        return;
    }
    const bool bad_correlation =
        std::any_of(request.events().begin(), request.events().end(), [](const eventstore::v1::NewEvent& event) {
            return !event.correlation_id().empty() && !ParseUuid(event.correlation_id());
        });
    if (bad_correlation) {
        EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
        return;
    }
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->canonical, std::string(kMethod) + request.SerializeAsString());
    EXPECT_EQ(read->command.uuid, UuidOf(request.command_id()));
    ASSERT_EQ(read->condition.has_value(), request.has_condition());
    if (request.has_condition()) {
        EXPECT_EQ(read->condition->after.has_value(), request.condition().has_after());
        EXPECT_EQ(ToUint64(read->condition->after.value_or(Position{})), request.condition().after());
        ASSERT_EQ(static_cast<int>(read->condition->query.items.size()), request.condition().query().items_size());
        for (int i = 0; i < request.condition().query().items_size(); ++i) {
            const auto& item = request.condition().query().items(i);
            const QueryItem& seen = read->condition->query.items[static_cast<std::size_t>(i)];
            EXPECT_EQ(seen.types, std::vector<std::string>(item.types().begin(), item.types().end()));
            EXPECT_EQ(seen.tags, std::vector<std::string>(item.tags().begin(), item.tags().end()));
        }
    }
    ASSERT_EQ(static_cast<int>(read->events.size()), request.events_size());
    for (int i = 0; i < request.events_size(); ++i) {
        ExpectSameEvent(read->events[static_cast<std::size_t>(i)], request.events(i));
    }
}

class RandomRequests {
  public:
    explicit RandomRequests(unsigned seed) : random_(seed) {}

    std::size_t Below(std::size_t end) { return random_() % end; }
    AppendRequest Next() {
        AppendRequest request;
        if (Often()) request.set_command_id(Id());
        if (Sometimes()) {
            auto& condition = *request.mutable_condition();
            if (Sometimes()) condition.set_after(random_() >> Below(64));
            for (std::size_t i = Below(3); i > 0; --i) {
                auto& item = *condition.mutable_query()->add_items();
                for (std::size_t t = Below(3); t > 0; --t) item.add_types(Text());
                for (std::size_t t = Below(3); t > 0; --t) item.add_tags(Text());
            }
        }
        for (std::size_t i = Below(4); i > 0; --i) AddEvent(*request.add_events());
        return request;
    }

  private:
    void AddEvent(eventstore::v1::NewEvent& event) {
        if (Sometimes()) event.set_event_id(Id());
        if (Often()) event.set_type(Text());
        for (std::size_t t = Below(3); t > 0; --t) event.add_tags(Text());
        if (Often()) event.set_subject_id(Id());
        if (Often()) event.set_body(std::string(Below(300), static_cast<char>(random_())));
        if (Sometimes()) event.set_schema_version(static_cast<std::uint32_t>(random_() >> Below(64)));
        if (Sometimes()) event.set_correlation_id(Id());
        if (Sometimes()) event.set_causation_id(Id());
    }
    bool Sometimes() { return Below(2) == 0; }
    bool Often() { return Below(5) != 0; }
    std::string Id() { return Below(20) == 0 ? Text() : ToString(RandomUuid()); }
    std::string Text() { return Below(20) == 0 ? "pupil:Zoë" : std::string(Below(30), 't'); }

    std::mt19937_64 random_;
};

TEST(ReadAppendTest, ReadsWhatProtobufReads) {
    const unsigned seed = std::random_device()();
    SCOPED_TRACE(seed);
    RandomRequests requests(seed);
    for (int i = 0; i < 3'000; ++i) ExpectSame(requests.Next().SerializeAsString());
}

TEST(ReadAppendTest, ReadsWhatProtobufReadsOfBytesThatWereChanged) {
    const unsigned seed = std::random_device()();
    SCOPED_TRACE(seed);
    RandomRequests requests(seed);
    const google::protobuf::LogSilencer quiet;  // It says which texts are not UTF-8.
    for (int i = 0; i < 5'000; ++i) {
        std::string bytes = requests.Next().SerializeAsString();
        if (bytes.empty()) continue;
        switch (requests.Below(4)) {
            case 0:
                bytes[requests.Below(bytes.size())] = static_cast<char>(requests.Below(256));
                break;
            case 1:
                bytes.resize(requests.Below(bytes.size()));
                break;
            case 2:
                bytes.insert(requests.Below(bytes.size()), 1, static_cast<char>(requests.Below(256)));
                break;
            default:
                bytes += requests.Next().SerializeAsString();
                break;
        }
        ExpectSame(bytes);
    }
}

TEST(ReadAppendTest, TakesAnotherWayOfWritingForTheSameRequest) {
    AppendRequest request;
    request.set_command_id(ToString(RandomUuid()));
    auto& event = *request.add_events();
    event.set_type("test.Noted");
    event.set_schema_version(3);
    const std::string canonical = Read(request.SerializeAsString())->canonical;
    const std::string event_bytes = event.SerializeAsString();
    const std::string id_field = request.SerializeAsString().substr(0, 38);
    const auto in_event = [](const std::string& bytes) {
        return "\x1a" + std::string(1, static_cast<char>(bytes.size())) + bytes;
    };
    const std::string type_field = event_bytes.substr(0, 12);
    for (const std::string& bytes : {
             in_event(event_bytes) + id_field,                               // fields the other way round
             id_field + id_field + in_event(event_bytes),                    // a field twice
             id_field + in_event("\x30\x03" + type_field),                   // the event's fields the other way round
             id_field + in_event(type_field + "\x30\x83\x00"s),              // a number longer than it need be
             id_field + in_event(std::string("\x0a\x00", 2) + event_bytes),  // an empty text written out
         }) {
        const absl::StatusOr<AppendInput> read = Read(bytes);
        ASSERT_TRUE(read.ok()) << read.status();
        EXPECT_EQ(read->canonical, canonical);
        ExpectSame(bytes);
    }
    // What this program does not know may matter to whoever sent it.
    const absl::StatusOr<AppendInput> unknown = Read(request.SerializeAsString() + "\x78\x01");
    ASSERT_TRUE(unknown.ok()) << unknown.status();
    EXPECT_NE(unknown->canonical, canonical);
    EXPECT_EQ(unknown->events.size(), 1U);
}

TEST(ReadAppendTest, ReadsOneMoreThanIsAllowedAndNoFurther) {
    AppendRequest request;
    request.set_command_id(ToString(RandomUuid()));
    for (int i = 0; i < 100'000; ++i) request.add_events();
    EXPECT_EQ(Read(request.SerializeAsString())->events.size(), limits::kEventsPerAppendMax + 1);
    request.clear_events();
    auto& event = *request.add_events();
    for (int i = 0; i < 1'000; ++i) event.add_tags("pupil:1");
    EXPECT_EQ(Read(request.SerializeAsString())->events[0].tags.size(), limits::kTagsPerEventMax + 1);
    for (int i = 0; i < 1'000; ++i) request.mutable_condition()->mutable_query()->add_items()->add_types("t");
    EXPECT_EQ(Read(request.SerializeAsString())->condition->query.items.size(), limits::kQueryItemsMax + 1);
    // What comes after it is read all the same.
    EXPECT_EQ(Read(request.SerializeAsString())->events.size(), 1U);
}

TEST(ReadQueryTest, ReadsQueriesWithinTheirLimitsAndNamesWhatIsNot) {
    eventstore::v1::Query query;
    auto& item = *query.add_items();
    item.add_types("test.Noted");
    item.add_tags("pupil:1");
    EXPECT_EQ(*ReadQuery(query), (Query{{{{"test.Noted"}, {"pupil:1"}}}}));
    item.add_tags("none");
    for (int i = 0; i < 1'000; ++i) query.add_items();
    std::vector<std::string> fields;
    for (const auto& violation : FieldViolationsOf(ReadQuery(query).status())) fields.push_back(violation.field);
    EXPECT_THAT(fields, ElementsAre("query.items", "query.items[0].tags[1]"));
}

}  // namespace
}  // namespace throughline
