// The body's message is found by the header's type, so that a new fact needs no line here.
#include "services/throughline/verbs/record_json.h"

#include <memory>

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/time_util.h>
#include <nlohmann/json.hpp>

#include "eventstore/base/uuid.h"
#include "services/throughline/verbs/message_json.h"
#include "throughline/events/v1/fact.pb.h"
#include "throughline/eventstore/v1/subject.pb.h"

namespace throughline {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kFactTypes = "throughline.events.v1.";

Json UuidJson(std::string_view bytes) {
    const auto uuid = UuidFromBytes(bytes);
    return uuid ? Json(ToString(*uuid)) : Json(nullptr);
}

absl::StatusOr<Json> BodyJson(std::string_view type, const std::string& body) {
    const std::string name = type.starts_with(kFactTypes) ? "throughline.events.v1.Fact" : std::string(type);
    const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(name);
    if (descriptor == nullptr) return Json(nullptr);
    const std::unique_ptr<google::protobuf::Message> message(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
    if (!message->ParseFromString(body)) {
        return absl::DataLossError(fmt::format("the body of a {} does not parse", type));
    }
    return Json::parse(MessageJson(*message), nullptr, false);
}

}  // namespace

std::string InstantText(std::int64_t micros) {
    return google::protobuf::util::TimeUtil::ToString(
        google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(micros));
}

absl::StatusOr<eventstore::v1::RecordHeader> HeaderOf(const eventstore::v1::ReadRecord& record) {
    eventstore::v1::RecordHeader header;
    if (!header.ParseFromString(record.header())) return absl::DataLossError("a record's header does not parse");
    return header;
}

absl::StatusOr<std::string> RecordJson(const eventstore::v1::ReadRecord& record) {
    const absl::StatusOr<eventstore::v1::RecordHeader> header = HeaderOf(record);
    if (!header.ok()) return header.status();
    // Linked in, so that the pool knows them.
    static const auto* const kKnown = eventstore::v1::SubjectErased::descriptor();
    static_cast<void>(kKnown);
    Json line = {{"position", header->position()},
                 {"event_id", UuidJson(header->event_id())},
                 {"type", header->type()},
                 {"tags", std::vector<std::string>(header->tags().begin(), header->tags().end())},
                 {"recorded_at", InstantText(header->recorded_at_us())},
                 {"subject_id", UuidJson(header->key_id())},
                 {"schema_version", header->schema_version()},
                 {"correlation_id", UuidJson(header->correlation_id())},
                 {"causation_id", UuidJson(header->causation_id())},
                 {"request_index", header->request_index()},
                 {"request_size", header->request_size()},
                 {"erased", record.erased()}};
    Json& body = line[header->type().starts_with(kFactTypes) ? "fact" : "message"] = nullptr;
    if (!record.erased()) {
        absl::StatusOr<Json> opened = BodyJson(header->type(), record.body());
        if (!opened.ok()) return opened.status();
        body = *std::move(opened);
    }
    return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace throughline
