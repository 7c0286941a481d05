// The type of a fact: the name of its innermost message, found by walking down the oneofs.
#include <string_view>

#include "projections/history/effective.h"

namespace throughline {
namespace {

/// The message set in the one `oneof` of `message`, or null.
const google::protobuf::Message* Chosen(const google::protobuf::Message& message, const char* oneof) {
    const google::protobuf::OneofDescriptor* choice = message.GetDescriptor()->FindOneofByName(oneof);
    const google::protobuf::FieldDescriptor* field = message.GetReflection()->GetOneofFieldDescriptor(message, choice);
    return field == nullptr ? nullptr : &message.GetReflection()->GetMessage(message, field);
}

constexpr std::string_view kCorrected = "throughline.events.v1.FactCorrected";
constexpr std::string_view kAnnulled = "throughline.events.v1.FactAnnulled";

}  // namespace

const google::protobuf::Message* InnermostOf(const events::v1::Fact& fact) {
    const google::protobuf::Message* aggregate = Chosen(fact, "aggregate");
    return aggregate == nullptr ? nullptr : Chosen(*aggregate, "fact");
}

std::string TypeOf(const events::v1::Fact& fact) {
    const google::protobuf::Message* innermost = InnermostOf(fact);
    return innermost == nullptr ? std::string{} : innermost->GetDescriptor()->full_name();
}

bool IsCorrection(const eventstore::v1::RecordHeader& header) {
    return header.type() == kCorrected || header.type() == kAnnulled;
}

}  // namespace throughline
