// By reflection over field names, so that a new fact needs nothing here.
#include "services/casework/correction/first_entry_ids.h"

#include <fmt/format.h>

#include "projections/history/effective.h"
#include "services/casework/field_checks.h"

namespace throughline {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool IsId(const FieldDescriptor& field) {
    return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field.is_repeated() && field.name().ends_with("_id");
}

/// The innermost message, to be changed.
Message* MutableInnermost(events::v1::Fact& fact) {
    Message* message = &fact;
    for (const char* oneof : {"aggregate", "fact"}) {
        const Reflection* reflection = message->GetReflection();
        const auto* choice = message->GetDescriptor()->FindOneofByName(oneof);
        message = reflection->MutableMessage(message, reflection->GetOneofFieldDescriptor(*message, choice));
    }
    return message;
}

}  // namespace

Breach TakeIdsOf(const events::v1::Fact& first, events::v1::Fact& corrected) {
    if (TypeOf(first) != TypeOf(corrected)) {
        return Refuse("ENTRY_OF_OTHER_TYPE", "corrected",
                      fmt::format("the entry is a {}; give the whole entry as that", TypeOf(first)));
    }
    if (!corrected.has_occurred()) *corrected.mutable_occurred() = first.occurred();
    const Message& from = *InnermostOf(first);
    Message& to = *MutableInnermost(corrected);
    Refusal refusal{"ENTRY_IDS_FIXED", "the ids of an entry cannot be corrected; annul it and record another", {}};
    for (int i = 0; i < from.GetDescriptor()->field_count(); ++i) {
        const FieldDescriptor& field = *from.GetDescriptor()->field(i);
        if (!IsId(field)) continue;
        const std::string id = from.GetReflection()->GetString(from, &field);
        const std::string given = to.GetReflection()->GetString(to, &field);
        if (given.empty() || CanonicalId(given) == id) {
            to.GetReflection()->SetString(&to, &field, id);
        } else {
            refusal.violations.push_back(
                {"ENTRY_IDS_FIXED", field.name(), "leave it empty, or give the id of the first entry"});
        }
    }
    if (refusal.violations.empty()) return std::nullopt;
    return refusal;
}

}  // namespace throughline
